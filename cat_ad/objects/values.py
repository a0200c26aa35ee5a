"""The boundary of a call: does a value belong to an object?

It does if jaxtyping says so of all its arrays together, where one dimension has one size; that is decided here, as
jaxtyping would need JAX for it where that is installed. Once for a whole pipeline, since composition has already proved
its inside; and a boundary remembers the shapes and dtypes that have passed, so that a training step pays for the check
only the first time.

>>> import numpy as np
>>> from cat_ad.objects.spaces import Dim, Float
>>> class Hidden(Dim, size=3): ...
>>> check(Float[Hidden], np.zeros(3))
array([0., 0., 0.])
>>> check(Float[Hidden], np.zeros(4))
Traceback (most recent call last):
cat_ad.errors.SpaceError: check: wanted Float[Hidden=3], got float64[4]: dimension 1: Hidden is 3, not 4
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeAlias, TypeVar, cast, runtime_checkable

import numpy as np
from array_api_compat import is_array_api_obj
from typing_extensions import TypeForm

from cat_ad.errors import SpaceError, called_as, shortened
from cat_ad.objects.arrays import MANY, AnyArray
from cat_ad.objects.differences import first_difference
from cat_ad.objects.spaces import (
    Dim,
    Index,
    Scalar,
    Truth,
    brief,
    dimensions,
    factors,
    is_array,
    kind,
    require_object,
    varying_in,
)

if TYPE_CHECKING:
    from cat_ad.objects.array_types import Function, OfParameters

A = TypeVar("A")
B = TypeVar("B")
P = TypeVar("P")
Number: TypeAlias = "float | np.floating | Scalar"  # what may be given as a Scalar
Numbers: TypeAlias = tuple[Number, Number]  # and as two
Whole: TypeAlias = "int | np.integer | Index"  # as an Index
Flag: TypeAlias = "bool | np.bool | Truth"  # as a Truth


@runtime_checkable
class Deferred(Protocol):
    """A number or an array that is known later, such as a symbol of `cat_ad.stage`."""

    def to_array(self) -> AnyArray:
        """The array that it stands for, without axes for a number."""
        ...


def check(space: TypeForm[A], value: object) -> A:
    """Return the value at the static type of `space`, or raise `SpaceError` saying where it does not belong.

    An array is NumPy's own, or that of another library that keeps to the array API standard, with numbers of the kind
    of the object, in the machine's byte order; a list is none. A subclass of NumPy's array is refused, since its
    operations may be its own (`np.matrix` multiplies by `*`, a masked array hides entries), unless it gives its own
    namespace; but an `np.memmap`, which changes none, is taken as the plain array that it is. A named tuple is taken as
    a tuple, a Python float as a `Scalar`, an int as an `Index`, and a bool as a `Truth`.
    """
    return _checked(lambda: "check", require_object("check", space), value)


class Boundary(Generic[A]):
    """The check of one arrow's arguments, which remembers the shapes and dtypes that have passed."""

    def __init__(self, asked: Callable[[], str], space: type[A]) -> None:
        """`asked` names the arrow when an error must."""
        self._asked = asked
        self._space = space
        self._passed: set[Hashable] = set()  # it grows by whole entries: safe from several threads

    def __call__(self, value: object) -> A:
        """The value itself if it belongs to the space; otherwise raise `SpaceError`."""
        try:
            if signature(value) in self._passed:
                return value  # type: ignore[return-value]  # others like it have passed
        except (AttributeError, TypeError):  # something is no array: a Python number, or an error to be explained
            pass
        checked = _checked(self._asked, self._space, value)
        if len(self._passed) >= MANY:
            self._passed.clear()
        self._passed.add(signature(checked))
        return checked


def in_parts(call: str, space: object, f: Callable[[A], B]) -> Function[A, B]:
    """The same function, of which the parts of the argument, a value of a product, may be given side by side.

    Raises `SpaceError` for another number of arguments: `call` is how it is called.

    >>> in_parts("f(a, b)", tuple[Scalar, Scalar], lambda pair: pair)(1.0, 2.0)
    (1.0, 2.0)
    """
    made: Function[A, B] = _in_parts(call, space, f, 0)
    return made


def after_parameters(call: str, space: object, f: Callable[[P, A], B]) -> OfParameters[P, A, B]:
    """Likewise of a function of parameters and an argument."""
    made: OfParameters[P, A, B] = _in_parts(call, space, f, 1)
    return made


def _in_parts(call: str, space: object, f: Callable[..., Any], before: int) -> Any:  # Any: what its types cannot say
    if is_array(space):
        return called_as(call)(f)
    whole, apart = before + 1, before + len(factors(space))

    def called(*given: object, **named: object) -> object:
        many = len(given) + len(named)
        if many == whole:
            return f(*given, **named)
        if len(given) == apart:
            return f(*given[:before], given[before:])
        raise SpaceError(f"wanted the call {call}, got {many} argument{'s' * (many != 1)}")

    return called


def letters(space: object) -> str:
    """What the parts of a value are called, in errors of a call.

    >>> letters(tuple[Scalar, Index, Scalar]), letters(Scalar)
    ('a, b, c', 'a')
    """
    many = 1 if is_array(space) else len(factors(space))
    return ", ".join(ascii_lowercase[:many]) if many <= len(ascii_lowercase) else f"a, ..., {many} parts"


def signature(value: object) -> Hashable:
    """Classes, shapes and dtypes of a tree of arrays; `AttributeError` where a leaf is no array."""
    found: list[Hashable] = []
    _collect((value,), found)
    return tuple(found)


def _collect(parts: tuple[AnyArray, ...], found: list[Hashable]) -> None:
    for part in parts:
        if type(part) is tuple:
            found.append(len(part))
            _collect(part, found)
        else:
            found.append((type(part), part.shape, part.dtype))


def _checked(asked: Callable[[], str], space: type[A], value: object) -> A:
    arrays = _plainly(space, value)
    if wrong := _mismatch(space, arrays, {}, ""):
        raise SpaceError(f"{asked()}: wanted {brief(space, sizes=True)}, got {describe(arrays)}: {wrong}")
    return cast(A, arrays)


def is_plain(value: object) -> bool:
    """Is this an array whose operations are the standard's, and whose numbers are in the machine's byte order?"""
    form = type(value)
    if isinstance(value, np.ndarray | np.generic):
        return (form in (np.ndarray, value.dtype.type) or _has_namespace(form)) and value.dtype.isnative
    return hasattr(form, "__array_namespace__") or is_array_api_obj(value)


def is_subclass(value: object) -> bool:
    """Is this of a subclass of NumPy's array, whose operations may be its own? Those of `np.memmap` are NumPy's."""
    form = type(value)
    return form not in (np.ndarray, np.memmap) and isinstance(value, np.ndarray) and not _has_namespace(form)


def _has_namespace(form: type) -> bool:
    """Does a subclass of NumPy's array give its own namespace? Then it keeps to the standard, as arrays that count."""
    return any("__array_namespace__" in vars(base) for base in form.__mro__ if base is not np.ndarray)


def _plainly(space: object, value: object) -> object:
    """The value with what is to be taken as an array or as a tuple made one."""
    if space is _OF_PYTHON.get(type(value), _OF_PYTHON):
        return np.asarray(value)
    if varying_in(value):
        return value
    if isinstance(value, Deferred):
        return value.to_array()
    if isinstance(value, tuple) and len(value) == len(factors(space)):
        return tuple(map(_plainly, factors(space), value))
    return np.asarray(value) if type(value) is np.memmap else value


def describe(value: object) -> str:
    """What a value is, by shape and dtype and never by content.

    >>> describe((np.zeros((2, 3)), [1, 2], np.ma.zeros(4)))
    'tuple[float64[2, 3], list, MaskedArray float64[4]]'
    """
    if isinstance(value, tuple):
        return shortened(f"tuple[{', '.join(map(describe, value)) or '()'}]", 400)
    if space := varying_in(value):
        return f"a variable of {space}"
    if isinstance(value, type):
        return f"the class {value}" if not is_array(value) else f"the object {value}"
    if isinstance(value, np.ndarray | np.generic) or is_plain(value):
        array: AnyArray = value
        form = f"{type(value).__name__} " if is_subclass(value) else ""
        return f"{form}{array.dtype}{list(array.shape)}"
    return type(value).__name__


def _mismatch(space: object, value: object, bound: dict[type[Dim], int], where: str) -> str:
    """In words, where the value first fails to belong, or "". Notes the sizes of open dimensions in `bound`."""
    if not is_array(space):
        wanted = factors(space)
        if not isinstance(value, tuple):
            advice = "; tuple(...) makes one" if isinstance(value, list) else ""
            return f"{where}wanted a tuple of {len(wanted)}, got {describe(value)}{advice}"
        if len(value) != len(wanted):
            return f"{where}wanted a tuple of {len(wanted)}, got one of {len(value)}"
        pairs = enumerate(zip(wanted, value, strict=True), 1)
        return next((found for i, (s, v) in pairs if (found := _mismatch(s, v, bound, f"{where}factor {i}, "))), "")
    if varies := varying_in(value):
        return "" if varies == space else f"{where}{first_difference(varies, space)}"
    if not is_plain(value) or not has_kind(space, value):
        return f"{where}{_no_array(space, value)}"
    array: AnyArray = value
    dims, shape = dimensions(space), array.shape
    if len(shape) != len(dims):
        hint = "; each lifts an arrow over one more" if len(shape) == len(dims) + 1 else ""
        return f"{where}wanted {len(dims)} dimensions, got {len(shape)}{hint}"
    for at, (dim, size) in enumerate(zip(dims, shape, strict=True), 1):
        expected = bound.setdefault(dim, size if dim.size is None else dim.size)
        if expected != size:
            return f"{where}dimension {at}: {dim.__name__} is {expected}, not {size}"
    return ""


_WANTED = {
    "Float": ("floating-point numbers", "float"),
    "Int": ("integer numbers", "int"),
    "Bool": ("truth values", "bool"),
}


def _no_array(space: object, value: object) -> str:
    """In words, why this is no array of the kind of `space`, and what would make it one."""
    wanted, form = _WANTED[kind(space)]
    if is_subclass(value):
        return f"wanted a plain array, got the subclass {type(value).__name__}; numpy.asarray takes its numbers"
    if isinstance(value, np.ndarray | np.generic) or is_plain(value):
        array: AnyArray = value
        if isinstance(array.dtype, np.dtype) and not array.dtype.isnative:
            return f'wanted the byte order of this machine, got {array.dtype}; .astype("{array.dtype.name}") converts'
        most = " of at most 64 bits" if array.dtype == np.longdouble and form == "float" else ""
        return f"wanted {wanted}{most}, got {array.dtype}; .astype converts"
    if type(value) is int and space is Scalar:
        advice = "write it with a point, as 1.0"
    elif type(value) is float and space is Index:
        advice = "write it without a point, as 1"
    elif hasattr(value, "dom") and hasattr(value, "cod"):
        advice = "arrows compose by >>"
    elif isinstance(value, list | tuple | range) or hasattr(type(value), "__array__"):
        advice = f"numpy.asarray(..., {form}) makes one"
    else:
        advice = "pass one of NumPy, or of a library that keeps to the array API standard"
    return f"wanted an array, got {describe(value)}; {advice}"


_OF_PYTHON: dict[type, object] = {float: Scalar, int: Index, bool: Truth}  # what may be given as a number of Python
_forms: tuple[Any, ...] = (Scalar, Index, Truth)  # Any: as in _belongs
_OF_KIND: dict[str, Any] = {kind(form): form.dtype[Any, "..."] for form in _forms}


def has_kind(space: object, value: object) -> bool:
    """Is this an array of the kind of this array object, whatever its shape?"""
    return is_plain(value) and isinstance(value, _OF_KIND[kind(space)])
