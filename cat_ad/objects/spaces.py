"""Objects: the spaces that arrows go between, written once for checkers of types and for those of values.

Arrays of dimensions, and products of those, are the objects:

>>> class Batch(Dim): ...                      # no size: bound by the first array that has it
>>> class Hidden(Dim, size=128): ...
>>> show(Float[Batch, Hidden])
'Float[Batch, Hidden]'
>>> show(tuple[Float[Hidden], Index])          # a product
'tuple[Float[Hidden], Index]'

To a type checker, `Float[Batch, Hidden]` is a generic class of arrays, and a wrong dimension is a type error.
When the program runs, it is the jaxtyping type `Float[Array, "Batch Hidden=128"]`, so the same annotation checks
shapes and dtypes under `@jaxtyped(typechecker=beartype)`; a `TypeVar` is an axis name there, a `TypeVarTuple` a
run of axes. The objects made of a dimension live as long as something that has one.
"""

from __future__ import annotations

import copyreg
import operator
import sys
from collections.abc import Callable, Iterable
from types import GenericAlias
from typing import (
    TYPE_CHECKING,
    Any,
    TypeVar,
    Unpack,
    cast,
    get_args,
    get_origin,
    overload,
)
from weakref import WeakValueDictionary, ref

from typing_extensions import TypeForm

from cat_ad.errors import SpaceError, shortened, told
from cat_ad.objects.dimensions import Dim as Dim
from cat_ad.objects.dimensions import Plus as Plus
from cat_ad.objects.dimensions import Times as Times
from cat_ad.objects.dimensions import axis_of, dim_name, names_of, show_dimension
from cat_ad.objects.dimensions import is_dimension as is_dimension
from cat_ad.objects.dimensions import may_be as may_be
from cat_ad.objects.dimensions import nameless as nameless
from cat_ad.objects.dimensions import require_dimension as require_dimension


def _written(kind: str, dims: Iterable[str]) -> str:
    inside = ", ".join(dims)
    return f"{kind}[{inside}]" if inside else {"Float": "Scalar", "Int": "Index", "Bool": "Truth"}[kind]


A = TypeVar("A")
B = TypeVar("B")
I = TypeVar("I", bound=Dim)
J = TypeVar("J", bound=Dim)
K = TypeVar("K", bound=Dim)

if TYPE_CHECKING:
    from cat_ad.objects.array_types import Bool as Bool
    from cat_ad.objects.array_types import Float as Float
    from cat_ad.objects.array_types import Int as Int

else:
    import jaxtyping

    _objects = WeakValueDictionary()  # by kind and dimensions

    class _Kind:
        """`Float`, `Int` or `Bool`: subscribed by dimensions, the jaxtyping type of that kind and those axes."""

        def __init__(self, jaxtyping_kind):
            self.kind = jaxtyping_kind

        def __getitem__(self, dims):
            dims = dims if isinstance(dims, tuple) else (dims,)
            told_by = [dim if not isinstance(dim, type) and get_origin(dim) is Unpack else id(dim) for dim in dims]
            key = self.kind, *told_by
            return _objects.get(key) or _objects.setdefault(key, self._made(dims))

        def _made(self, dims):
            axes = [axis_of(self.kind.__name__, dim) for dim in dims]
            form = self.kind[Any, " ".join(axes)]
            written = _written(self.kind.__name__, axes)  # no two have this in common: beartype knows them by it
            names = {"__module__": "builtins", "__qualname__": written}  # so that Python prints no module in a product
            return _ArrayObject(form.__name__, (form,), {"kind": self.kind.__name__, "dimensions": dims, **names})

        def __repr__(self):
            return self.kind.__name__

        def __reduce__(self):
            return self.kind.__name__  # one for each kind, of the same name here

    class _ArrayObject(type(jaxtyping.Float[Any, ""])):
        """The class of array objects, which are told and pickled as they are written."""

        def __repr__(cls):
            return cls.__qualname__

        def __str__(cls):
            return show(cls)

        def __call__(cls, *_, **__):
            raise SpaceError(
                f"{cls}(...): wanted a value, but objects make none; check(space, array) tells if it has one"
            )

        def __instancecheck_str__(cls, x):
            space = varying_in(x)
            if not space:
                return super().__instancecheck_str__(x)
            return "" if _may_be(space, cls) else f"this is a value of {space}"

    def _may_be(space, wanted):
        ours, theirs = dimensions(space), dimensions(wanted)
        any_rank = any(get_origin(dim) is Unpack for dim in theirs)
        pairs = zip(ours, theirs, strict=False)
        alike = len(ours) == len(theirs) and all(dim is one or isinstance(one, TypeVar) for dim, one in pairs)
        return kind(space) == kind(wanted) and (any_rank or alike)

    def _as_written(space):
        for dim in space.dimensions:
            _require_importable(space, dim)
        return operator.getitem, (_KINDS[space.kind], space.dimensions)

    copyreg.pickle(_ArrayObject, _as_written)

    def _require_importable(space, dim):
        for part in getattr(dim, "factors", ()):
            _require_importable(space, part)
        found = sys.modules.get(getattr(dim, "__module__", None))
        for name in getattr(dim, "__qualname__", dim_name(dim)).split("."):
            found = getattr(found, name, None)
        if found is not dim and not hasattr(dim, "factors"):
            raise SpaceError(
                f"wanted to pickle {show(space)}, found that no module has its {dim_name(dim)}; "
                "define dimensions at the top of a module, once"
            )

    class _Integers(jaxtyping.Integer):
        """Integers of any size, with a sign or without, of whichever of C's types."""

        dtypes = (*jaxtyping.Integer.dtypes, "intc", "uintc", "long", "ulong", "longlong", "ulonglong")

    _Integers.__name__ = "Int"
    Float, Int, Bool = _Kind(jaxtyping.Float), _Kind(_Integers), _Kind(jaxtyping.Bool)

_KINDS: dict[str, Any] = {"Float": Float, "Int": Int, "Bool": Bool}  # Any: mypy knows no classes of arrays as values
Scalar = Float[()]
Index = Int[()]
Truth = Bool[()]
Unit = tuple[()]


DEEPEST = 300  # products in products: Python cannot call deeper, and models have fewer layers


def as_object(space: TypeForm[A]) -> type[A]:
    """The object itself. The name of a product, `Pair: TypeAlias = tuple[Scalar, Scalar]`, is no class to mypy."""
    return cast(type[A], space)


UNIT = as_object(Unit)


def is_array(space: object) -> bool:
    """Is this object an array: `Float[...]`, `Int[...]` or `Bool[...]`?"""
    return isinstance(space, type) and hasattr(space, "dimensions")


def varying_in(x: object) -> type | None:
    """The object in which a value varies, that has no numbers yet (`cat_ad.arrows.elements`)."""
    space: type | None = getattr(x, "space") if getattr(type(x), "varies", False) else None  # noqa: B009  (as below)
    return space


def dimensions(space: object) -> tuple[type[Dim], ...]:
    """The dimensions of an array object."""
    dims: tuple[type[Dim], ...] = getattr(space, "dimensions")  # noqa: B009  (set where the object was made)
    return dims


def all_dimensions(space: object) -> tuple[type[Dim], ...]:
    """The dimensions of all arrays of an object, in order and with repetitions."""
    found, parts = list[type[Dim]](), [space]
    while parts:
        part = parts.pop()
        if is_array(part):
            found += dimensions(part)
        else:
            parts += reversed(factors(part))
    return tuple(found)


def kind(space: object) -> str:
    """The kind of an array object: "Float", "Int" or "Bool"."""
    return str(getattr(space, "kind"))  # noqa: B009


def factors(space: object) -> tuple[type, ...]:
    """The factors of a product; of an array, none."""
    if isinstance(space, GenericAlias):  # so nearly all are written: this is asked of every arrow, and typing is slow
        return space.__args__ if space.__origin__ is tuple else ()
    return get_args(space) if get_origin(space) is tuple else ()


def require_object(asked: str, space: TypeForm[A]) -> type[A]:
    """The object itself; `SpaceError` unless it is an array object or a product of objects."""
    if _known.get(id(space), _known) is space:
        return as_object(space)
    if wrong := _no_objects(space):
        raise SpaceError(f"{asked}: wanted an object such as Float[Hidden], got {_no_object(wrong[0])}")
    if _nesting(space) > DEEPEST:
        raise _too_deep(asked)
    _known[id(space)] = space
    return as_object(space)


_known: WeakValueDictionary[int, object] = WeakValueDictionary()  # by identity, objects, since every arrow asks


def _no_objects(space: object) -> tuple[object, ...]:
    """The first part that is no object, or ()."""
    parts = [space]
    while parts:
        part = parts.pop()
        if _known.get(id(part), _known) is part:
            continue
        if get_origin(part) is tuple and not any(inside is Ellipsis for inside in get_args(part)):
            parts.extend(get_args(part))
        elif not is_array(part) or not all(map(is_dimension, dimensions(part))):
            return (part,)
    return ()


def _no_object(found: object) -> str:
    """What is no object, as errors name it, and what to write instead."""
    if is_dimension(found):
        return f"the dimension {dim_name(found)}; write Float[{dim_name(found)}]"
    return f"{told(found)}; objects are Float[...], Int[...] and Bool[...] of dimensions, and tuple[...] of objects"


def has_arrays(space: object) -> bool:
    """Is there an array in this object? There is none in Unit, nor in a product of Units."""
    return is_array(space) or any(map(has_arrays, factors(space)))


def leading(dim: type[Dim], space: object) -> type:
    """The array object with one more axis in front: `leading(N, Float[I])` is `Float[N, I]`."""
    return of_kind(space, dim, *dimensions(space))


def _subscripted(form: Any, *dims: type[Dim]) -> type:  # Any: mypy takes a subscript of a value for a type
    made: type = form[dims]
    return made


def without_first(space: object) -> type[Any]:
    """The array object without its first axis: of `Float[N, I]` it is `Float[I]`."""
    return of_kind(space, *dimensions(space)[1:])


def of_kind(like: object, *dims: type[Dim]) -> type[Any]:  # Any: of these dimensions
    """The array object of the kind of another, of these dimensions."""
    return _subscripted(_KINDS[kind(like)], *dims)


@overload
def floats(i: type[I], /) -> type[Float[I]]: ...
@overload
def floats(i: type[I], j: type[J], /) -> type[Float[I, J]]: ...
@overload
def floats(i: type[I], j: type[J], k: type[K], /) -> type[Float[I, J, K]]: ...
@overload
def floats(*dims: type[Dim]) -> type: ...
def floats(*dims: type[Dim]) -> type:
    """`Float[i, ...]`, for dimensions that are known only at run time."""
    return _subscripted(Float, *dims)


@overload
def integers(i: type[I], /) -> type[Int[I]]: ...
@overload
def integers(*dims: type[Dim]) -> type: ...
def integers(*dims: type[Dim]) -> type:
    """`Int[i, ...]`, for dimensions that are known only at run time."""
    return _subscripted(Int, *dims)


@overload
def truths(i: type[I], /) -> type[Bool[I]]: ...
@overload
def truths(*dims: type[Dim]) -> type: ...
def truths(*dims: type[Dim]) -> type:
    """`Bool[i, ...]`, for dimensions that are known only at run time."""
    return _subscripted(Bool, *dims)


def times(i: type[I], j: type[J]) -> type[Times[I, J]]:
    """`Times[i, j]`, for dimensions that are known only at run time."""
    return _subscripted(Times, i, j)


def plus(i: type[I], j: type[J]) -> type[Plus[I, J]]:
    """`Plus[i, j]`, for dimensions that are known only at run time."""
    return _subscripted(Plus, i, j)


def product(a: TypeForm[A], b: TypeForm[B]) -> type[tuple[A, B]]:
    """The product of two objects that are known only at run time: `tuple[a, b]`."""
    return products(a, b)


def products(*parts: object) -> type:
    """The product of any number of objects that are known only at run time: of the same ones, the same.

    Raises `SpaceError` if it nests deeper than `DEEPEST`.
    """
    key = tuple(map(id, parts))
    if (found := _products.get(key)) is not None:
        return found
    made = cast(type, GenericAlias(tuple, parts))
    if _nesting(made) > DEEPEST:
        raise _too_deep("a product")
    return _products.setdefault(key, made)


_products: WeakValueDictionary[tuple[int, ...], type] = WeakValueDictionary()  # by its factors, which it keeps alive


def _nesting(space: object) -> int:
    """How deep products are nested in an object, as far as it matters."""
    if (known := _deep.get(id(space))) and known[0]() is space:
        return known[1]
    parts = factors(space)
    if not parts:
        return 0
    try:
        depth = 1 + max(map(_nesting, parts))
    except RecursionError:
        return DEEPEST + 1
    at = id(space)

    def forget(gone: object) -> None:
        _deep.pop(at, None)

    _deep[at] = ref(space, forget), depth
    return depth


_deep = dict[int, tuple[ref[object], int]]()  # by identity, of products that are alive


def _too_deep(asked: str) -> SpaceError:
    return SpaceError(
        f"{asked}: wanted objects nested at most {DEEPEST} deep, got one that is deeper; group its factors, "
        "as stack(stack(block, 8), 8) does for 64 blocks"
    )


def show(space: object, sizes: bool = False) -> str:
    """An object as it is written in a program; with `sizes`, each dimension that has one tells it.

    Two dimensions of one name in one object are told by where each is. Of products nested 50 deep, the inside is `...`.

    >>> class Hidden(Dim, size=128): ...
    >>> show(Float[Hidden], sizes=True)
    'Float[Hidden=128]'
    """
    dims = dict.fromkeys(all_dimensions(space))
    return _show(space, sizes, names_of(dims) if len(dims) > 1 else dim_name, 50)


def _show(space: object, sizes: bool, name: Callable[[object], str], deep: int) -> str:
    if is_array(space):
        return _written(kind(space), [show_dimension(dim, sizes, name) for dim in dimensions(space)])
    if get_origin(space) is tuple:
        inside = ", ".join(_show(factor, sizes, name, deep - 1) for factor in factors(space)) if deep else "..."
        return f"tuple[{inside}]" if inside else "Unit"
    return str(getattr(space, "__name__", space))


def brief(space: object, sizes: bool = False) -> str:
    """An object as errors name it: `show`, but of a long one only the ends."""
    return shortened(show(space, sizes), 400)
