"""The boundary of a call: does a value belong to an object?

jaxtyping and beartype decide, once for a whole pipeline, since composition has already proved its inside. A boundary
remembers the shapes and dtypes it has passed, so a training step pays for the check only the first time.

>>> import numpy as np
>>> from cat_ad.spaces import Dim, Float
>>> class Hidden(Dim, size=3): ...
>>> check(Float[Hidden], np.zeros(3))
array([0., 0., 0.])
>>> check(Float[Hidden], np.zeros(4))
Traceback (most recent call last):
cat_ad.errors.SpaceError: check: wanted Float[Hidden=3], got float64[4]: dimension 1: Hidden is 3, not 4
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Generic, Protocol, TypeVar, cast, runtime_checkable

import jaxtyping
import numpy as np
from beartype.door import is_bearable

from cat_ad.arrays import MANY, AnyArray
from cat_ad.errors import SpaceError
from cat_ad.spaces import Dim, Index, Scalar, dimensions, factors, is_array, kind, require_object, show

A = TypeVar("A")


@runtime_checkable
class HasShape(Protocol):
    """An array of any library."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Its sizes."""
        ...

    @property
    def dtype(self) -> Hashable:
        """The type of its numbers."""
        ...


@runtime_checkable
class Deferred(Protocol):
    """A number or an array that is known later, such as a symbol of `cat_ad.stage`."""

    def to_array(self) -> AnyArray:
        """The array that it stands for, without axes for a number."""
        ...


def check(space: type[A], value: object) -> A:
    """Return the value at the static type of `space`, or raise `SpaceError` saying where it does not belong.

    A Python float is taken for a `Scalar` and a Python int for an `Index`.
    """
    require_object("check", space)
    return _checked(lambda: "check", space, value)


class Boundary(Generic[A]):
    """The check of one arrow's arguments, which remembers the shapes and dtypes that have passed."""

    def __init__(self, asked: Callable[[], str], space: type[A]) -> None:
        """`asked` names the arrow when an error must."""
        self._asked = asked
        self._space = space
        self._passed: set[Hashable] = set()  # it grows by whole entries: safe from several threads

    def __call__(self, value: A) -> A:
        """The value itself if it belongs to the space; otherwise raise `SpaceError`."""
        try:
            if signature(value) in self._passed:
                return value
        except AttributeError:  # no array somewhere: a Python number, or an error to be explained
            return _checked(self._asked, self._space, value)
        checked = _checked(self._asked, self._space, value)
        if len(self._passed) >= MANY:
            self._passed.clear()
        self._passed.add(signature(value))
        return checked


def signature(value: object) -> Hashable:
    """Shapes and dtypes of a tree of arrays; `AttributeError` where a leaf is no array."""
    found: list[Hashable] = []
    _collect((value,), found)
    return tuple(found)


def _collect(parts: tuple[AnyArray, ...], found: list[Hashable]) -> None:
    for part in parts:
        if type(part) is tuple:
            found.append(len(part))
            _collect(part, found)
        else:
            found.append(part.shape)
            found.append(part.dtype)


def _checked(asked: Callable[[], str], space: type[A], value: object) -> A:
    arrays = _numbers_as_arrays(space, value)
    with jaxtyping.jaxtyped("context"):  # in which the same dimension has the same size everywhere
        if _belongs(space, arrays):
            return cast(A, arrays)
    wrong = _mismatch(space, arrays, {}, "")
    raise SpaceError(f"{asked()}: wanted {show(space, sizes=True)}, got {describe(arrays)}: {wrong}")


def _belongs(space: object, value: object) -> bool:
    """Does the value belong? Array by array, since beartype gives up on types nested as deep as a deep model's."""
    if is_array(space):
        hint: Any = space  # Any: an array object is a type hint, which beartype knows and mypy cannot
        return is_bearable(value, hint)
    parts = factors(space)
    return isinstance(value, tuple) and len(value) == len(parts) and all(map(_belongs, parts, value))


def _numbers_as_arrays(space: object, value: object) -> object:
    if (space is Scalar and type(value) is float) or (space is Index and type(value) is int):
        return np.asarray(value)
    if isinstance(value, Deferred):
        return value.to_array()
    if type(value) is tuple and len(value) == len(factors(space)):
        return tuple(map(_numbers_as_arrays, factors(space), value))
    return value


def describe(value: object) -> str:
    """What a value is, by shape and dtype and never by content.

    >>> describe((np.zeros((2, 3)), [1, 2]))
    'tuple[float64[2, 3], list]'
    """
    if isinstance(value, tuple):
        return f"tuple[{', '.join(map(describe, value)) or '()'}]"
    if isinstance(value, HasShape):
        return f"{value.dtype}{list(value.shape)}"
    return type(value).__name__


def _mismatch(space: object, value: object, bound: dict[type[Dim], int], where: str) -> str:
    """In words, where the value first fails to belong, or "". Notes the sizes of open dimensions in `bound`."""
    if not is_array(space):
        wanted = factors(space)
        if not isinstance(value, tuple):
            return f"{where}wanted a tuple of {len(wanted)}, got {describe(value)}"
        if len(value) != len(wanted):
            return f"{where}wanted a tuple of {len(wanted)}, got one of {len(value)}"
        pairs = enumerate(zip(wanted, value, strict=True), 1)
        return next((found for i, (s, v) in pairs if (found := _mismatch(s, v, bound, f"{where}factor {i}, "))), "")
    if not isinstance(value, HasShape):
        advice = f"write {value}.0" if type(value) is int and space is Scalar else "numpy.asarray makes one"
        return f"{where}wanted an array, got {describe(value)}; {advice}"
    dims = dimensions(space)
    if not has_kind(space, value):
        numbers = "floating-point" if kind(space) == "Float" else "integer"
        return f"{where}wanted {numbers} numbers, got {value.dtype}; .astype converts"
    if len(value.shape) != len(dims):
        hint = "; each lifts an arrow over one more" if len(value.shape) == len(dims) + 1 else ""
        return f"{where}wanted {len(dims)} dimensions, got {len(value.shape)}{hint}"
    for at, (dim, size) in enumerate(zip(dims, value.shape, strict=True), 1):
        expected = bound.setdefault(dim, size if dim.size is None else dim.size)
        if expected != size:
            return f"{where}dimension {at}: {dim.__name__} is {expected}, not {size}"
    return ""


def has_kind(space: object, value: object) -> bool:
    """Is this an array of the kind of this array object, whatever its shape?"""
    form: Any = jaxtyping.Float if kind(space) == "Float" else jaxtyping.Int  # Any: mypy takes its subscript for a type
    return isinstance(value, form[Any, "..."])
