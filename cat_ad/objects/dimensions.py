"""Dimensions: classes, which name the axes of arrays.

>>> class Rows(Dim, size=3): ...
>>> class Columns(Dim): ...                    # no size: bound by the first array that has it
>>> Times[Rows, Columns] is Times[Rows, Columns], Times[Rows, Rows].size
(True, 9)
>>> Plus[Rows, Rows].size
6

They are equal when they are the same class, not when their sizes or names agree; and one lives as long as something
that has it, as does a product or a sum of two.
"""

from __future__ import annotations

import copyreg
import operator
import sys
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar, Generic, SupportsIndex, TypeVar, Unpack, get_args, get_origin
from weakref import WeakValueDictionary

from typing_extensions import TypeIs

from cat_ad.errors import SpaceError, told
from cat_ad.objects.axes import axis_name


class Dim:
    """A dimension. `class Hidden(Dim, size=128)` has a size; `class Batch(Dim)` takes the size its data has.

    `size` is a positive integer that an array can have; anything else raises `SpaceError`.
    """

    size: ClassVar[int | None] = None

    def __init_subclass__(cls, size: SupportsIndex | None = None) -> None:
        """Check the size."""
        if "size" in vars(cls):
            raise SpaceError(
                f"dimension {cls.__name__}: wanted `class {cls.__name__}(Dim, size=...)`, got a size in its body"
            )
        if size is not None:
            cls.size = _positive(cls.__name__, size)


def _positive(name: str, size: SupportsIndex) -> int:
    try:
        number = operator.index(size)
    except TypeError:
        number = 0
    if not 1 <= number <= sys.maxsize or isinstance(size, bool):
        raise SpaceError(
            f"dimension {name}: wanted a positive integer as size, got {told(size)}; without a size, data decides"
        )
    return number


I = TypeVar("I", bound=Dim)
J = TypeVar("J", bound=Dim)

if TYPE_CHECKING:

    class Times(Dim, Generic[I, J]):
        """The product dimension: what flattening an array of I by J gives."""

    class Plus(Dim, Generic[I, J]):
        """The sum dimension: what an array over I beside one over J gives."""

else:

    class Times(Dim):
        """The product dimension: what flattening an array of I by J gives. One class for each I and J."""

        def __class_getitem__(cls, dims):
            return _of_two(cls, dims, operator.mul)

    class Plus(Dim):
        """The sum dimension: what an array over I beside one over J gives. One class for each I and J."""

        def __class_getitem__(cls, dims):
            return _of_two(cls, dims, operator.add)

    class _OfTwo(type):
        """The class of products and sums of dimensions, which are pickled as they are written."""

    copyreg.pickle(_OfTwo, lambda dim: (operator.getitem, (dim.form, dim.factors)))

    _made = WeakValueDictionary()

    def _of_two(form, dims, size_of):
        name = form.__name__
        if not isinstance(dims, tuple) or len(dims) != 2:
            raise SpaceError(
                f"{name}[...] wanted two dimensions, got {told(dims)}; {name}[I, {name}[J, K]] is of three"
            )
        i, j = dims
        axis_of(name, i), axis_of(name, j)
        key = form, id(i), id(j)  # which what is made keeps alive
        if (found := _made.get(key)) is not None:
            return found
        size = getattr(i, "size", None) and getattr(j, "size", None) and size_of(i.size, j.size)
        made = _OfTwo(f"{name}[{dim_name(i)}, {dim_name(j)}]", (Dim,), {"form": form, "factors": dims}, size=size)
        return _made.setdefault(key, made)


class Nameless(Dim):
    """The dimension of an array of which only the size is known. It may be any other of that size."""


@lru_cache(maxsize=1024)
def nameless(n: int) -> type[Dim]:
    """That of so many entries: one class for each number."""
    made: type[Dim] = type(str(n), (Nameless,), {}, size=n or None)
    return made


def may_be(i: type[Dim], j: type[Dim]) -> bool:
    """Are they the same, or one of them a nameless one, of a size that the other can have?"""
    if issubclass(j, Nameless):
        i, j = j, i
    return i is j or (issubclass(i, Nameless) and not issubclass(j, Nameless) and j.size in (None, i.size))


def is_dimension(dim: object) -> TypeIs[type[Dim]]:
    """Is this a dimension? `Dim`, `Times` and `Plus` alone are none, nor is a `TypeVar`, which stands for any."""
    return isinstance(dim, type) and issubclass(dim, Dim) and dim not in (Dim, Times, Plus)


def require_dimension(asked: str, dim: object) -> None:
    """Raise `SpaceError` unless it is a dimension."""
    if not is_dimension(dim):
        raise SpaceError(f"{asked}: wanted a dimension, got {_no_dimension(dim)}")


def _no_dimension(found: object) -> str:
    """What is no dimension, as errors name it, and what to write instead."""
    if isinstance(found, type) and hasattr(found, "dimensions"):
        has = ", ".join(map(dim_name, found.dimensions))
        return f"{found}; {f'it is an object: write {has}' if has else 'it has none'}"
    return f"{told(found)}; make one by `class Hidden(Dim, size=128): ...`"


def axis_of(kind: str, dim: object) -> str:
    """The axis of a dimension in the words of jaxtyping. Raises `SpaceError`, naming the kind, for what is none."""
    if isinstance(dim, TypeVar):
        return axis_name(dim)
    if get_origin(dim) is Unpack:
        return f"*{axis_name(*get_args(dim))}"
    if is_dimension(dim):
        parts = vars(dim).get("factors", ())
        if parts and all(isinstance(part, TypeVar) for part in parts):
            sign = (
                "*" if vars(dim)["form"] is Times else "+"
            )  # in a signature, jaxtyping computes with what it has bound
            return sign.join(map(axis_name, parts))
        return show_dimension(dim, True, axis_name)
    raise SpaceError(f"{kind}[...] wanted dimensions, got {_no_dimension(dim)}")


def dim_name(dim: object) -> str:
    """The name of its class."""
    return str(getattr(dim, "__name__", dim))


def names_of(dims: Iterable[object]) -> Callable[[object], str]:
    """How to tell these dimensions: by the names of their classes; where two have one name, by where each is.

    >>> Rows, Others = type("Rows", (Dim,), {"__module__": "here"}), type("Rows", (Dim,), {"__module__": "there"})
    >>> name = names_of([Rows, Times[Others, Rows]])
    >>> name(Rows), name(Times[Others, Rows])
    ('here.Rows', 'Times[there.Rows, here.Rows]')

    Two that are made in one place, as in a function that is called twice, have numbers: Rows#1, Rows#2.
    """
    by_name = dict[str, list[object]]()
    for part in dict.fromkeys(part for dim in dims for part in _made_of(dim)):
        by_name.setdefault(dim_name(part), []).append(part)
    told = dict[object, str]()
    for name, alike in by_name.items():
        for forms in (
            [name] * len(alike),
            [f"{getattr(dim, '__module__', '')}.{name}" for dim in alike],
            [str(getattr(dim, "__qualname__", name)) for dim in alike],
            [f"{name}#{number}" for number in range(1, len(alike) + 1)],
        ):
            if len({*forms}) == len(alike):
                told.update(zip(alike, forms, strict=True))
                break

    def name_of(dim: object) -> str:
        parts = getattr(dim, "factors", ())
        inside = ", ".join(map(name_of, parts))
        return f"{getattr(dim, 'form').__name__}[{inside}]" if parts else told.get(dim, dim_name(dim))  # noqa: B009

    return name_of


def _made_of(dim: object) -> list[object]:
    """The dimensions of which a product or a sum is made; or the one that it is."""
    parts = getattr(dim, "factors", ())
    return [inside for part in parts for inside in _made_of(part)] if parts else [dim]


def show_dimension(dim: type[Dim], size: bool, name: Callable[[object], str] = dim_name) -> str:
    """Its name, and its size if it has one that the name does not tell, and that is asked for."""
    told = name(dim)
    return f"{told}={dim.size}" if size and getattr(dim, "size", None) and told != str(dim.size) else told
