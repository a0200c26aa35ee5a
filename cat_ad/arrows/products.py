"""Any number of arrows at once: `compose`, `fork`, `cross`.

Products are of two, as in the paper. A longer tuple A1 x ... x An is isomorphic to the pairs A1 x (A2 x ( ... An)), by
`nest` and back by `unnest`; through these everything that is defined for pairs reaches it.

>>> from cat_ad import Scalar, cos, identity, sin
>>> fork(sin(Scalar), cos(Scalar), identity(Scalar))
(sin & (cos & id)) >> unnest: Scalar -> tuple[Scalar, Scalar, Scalar]
>>> fork(sin(Scalar), cos(Scalar), identity(Scalar))(0.0)
(np.float64(0.0), np.float64(1.0), array(0.))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any, TypeAlias, TypeVar, overload

from typing_extensions import TypeForm

from cat_ad.arrows.composing import require_composable
from cat_ad.arrows.generators import Primitive
from cat_ad.arrows.operations import Operation
from cat_ad.arrows.sharing import Machine
from cat_ad.arrows.terms import Arrow, SomeArrow, products_by
from cat_ad.categories.category import A, B, C, D
from cat_ad.errors import SpaceError
from cat_ad.objects.spaces import all_dimensions, brief, factors, product, products, require_object
from cat_ad.objects.tangents import Tangent, pair
from cat_ad.objects.trees import Tree, parts

E = TypeVar("E")
F = TypeVar("F")
Regroup: TypeAlias = Callable[[Tree], Tree]  # a value of a product, a tangent, or wires

NEST = Operation("nest")
UNNEST = Operation("unnest")


def nested(a: type) -> type:
    """The object of nested pairs isomorphic to a product: of A x B x C it is A x (B x C)."""
    *first, last = factors(a)
    return reduce(lambda inner, part: product(part, inner), reversed(first), last)


@dataclass(frozen=True, eq=False, repr=False)
class Pairing(Primitive[A, B]):
    """An isomorphism of products, whose value regroups. In a diagram it regroups wires, and is no box."""

    def trace(self, machine: Machine[SomeArrow]) -> None:
        """Regroup the wires; a box, if it is a copy that is another operation."""
        if self.operation in (NEST, UNNEST):
            regroup: Regroup = self.value
            machine.change(regroup)
        else:
            super().trace(machine)


@overload
def nest(a: TypeForm[tuple[A, B]]) -> Arrow[tuple[A, B], tuple[A, B]]: ...
@overload
def nest(a: TypeForm[tuple[A, B, C]]) -> Arrow[tuple[A, B, C], tuple[A, tuple[B, C]]]: ...
@overload
def nest(a: TypeForm[tuple[A, B, C, D]]) -> Arrow[tuple[A, B, C, D], tuple[A, tuple[B, tuple[C, D]]]]: ...
@overload
def nest(a: TypeForm[A]) -> Arrow[A, Any]: ...  # Any: pairs nested to a depth that is known only at run time
def nest(a: TypeForm[A]) -> SomeArrow:
    """The isomorphism from a product of one object or more to its nested pairs; `SpaceError` for what is none."""
    space = _product("nest", a)
    many = len(factors(space))
    return _pairing("nest", NEST, space, nested(space), _nest, lambda u: _unnest(u, many))


@overload
def unnest(a: TypeForm[tuple[A, B]]) -> Arrow[tuple[A, B], tuple[A, B]]: ...
@overload
def unnest(a: TypeForm[tuple[A, B, C]]) -> Arrow[tuple[A, tuple[B, C]], tuple[A, B, C]]: ...
@overload
def unnest(a: TypeForm[tuple[A, B, C, D]]) -> Arrow[tuple[A, tuple[B, tuple[C, D]]], tuple[A, B, C, D]]: ...
@overload
def unnest(a: TypeForm[A]) -> Arrow[Any, A]: ...  # Any: as in nest
def unnest(a: TypeForm[A]) -> SomeArrow:
    """The isomorphism from nested pairs to the product `a`; `SpaceError` unless that is one."""
    space = _product("unnest", a)
    many = len(factors(space))
    return _pairing("unnest", UNNEST, nested(space), space, lambda x: _unnest(x, many), _nest)


def _pairing(name: str, its: Operation, a: type, b: type, there: Regroup, back: Regroup) -> SomeArrow:
    return Pairing(
        *(a, b, name, there, lambda x, y, k: k.linear(there, back)),
        linear=lambda k: k.linear(there, back),
        loops=all_dimensions(a),
        operation=its,
        parameters=(),
    )


def _product(asked: str, a: TypeForm[A]) -> type[A]:
    space = require_object(asked, a)
    if not factors(space):
        raise SpaceError(
            f"{asked}: wanted a product of one object or more, got {brief(space)}; identity is of any object"
        )
    return space


def _nest(x: Tangent) -> Tangent:
    return reduce(lambda inner, part: pair(part, inner), x[-2::-1], x[-1])


def _unnest(x: Tangent, many: int) -> Tangent:
    found = []
    for _ in range(many - 1):
        left, x = parts(x)  # every part of zero is zero
        found.append(left)
    return (*found, x)


products_by(nest, unnest)


@overload
def compose(f: Arrow[A, B], g: Arrow[B, C], /) -> Arrow[A, C]: ...
@overload
def compose(f: Arrow[A, B], g: Arrow[B, C], h: Arrow[C, D], /) -> Arrow[A, D]: ...
@overload
def compose(f: Arrow[A, B], g: Arrow[B, C], h: Arrow[C, D], i: Arrow[D, E], /) -> Arrow[A, E]: ...
@overload
def compose(f: Arrow[A, A], /, *more: Arrow[A, A]) -> Arrow[A, A]: ...
def compose(f: SomeArrow, /, *more: SomeArrow) -> SomeArrow:
    """`f >> g >> ...`: first f, then g, and so on; `CompositionError` where two do not meet."""
    require_composable("compose", f, *more)
    return reduce(lambda g, h: g >> h, more, f)


@overload
def fork(f: Arrow[A, B], g: Arrow[A, C], /) -> Arrow[A, tuple[B, C]]: ...
@overload
def fork(f: Arrow[A, B], g: Arrow[A, C], h: Arrow[A, D], /) -> Arrow[A, tuple[B, C, D]]: ...
@overload
def fork(f: Arrow[A, B], g: Arrow[A, C], h: Arrow[A, D], i: Arrow[A, E], /) -> Arrow[A, tuple[B, C, D, E]]: ...
@overload
def fork(f: Arrow[A, B], /, *more: Arrow[A, B]) -> Arrow[A, tuple[B, ...]]: ...
def fork(f: SomeArrow, /, *more: SomeArrow) -> SomeArrow:
    """All of one argument: `f & g` of two, and the tuple of all of more."""
    arrows = (f, *more)
    require_composable("fork", *arrows)
    pairs = reduce(lambda right, left: left & right, reversed(arrows[:-1]), arrows[-1])
    return pairs if len(arrows) == 2 else pairs >> unnest(products(*(arrow.cod for arrow in arrows)))


@overload
def cross(f: Arrow[A, B], g: Arrow[C, D], /) -> Arrow[tuple[A, C], tuple[B, D]]: ...
@overload
def cross(f: Arrow[A, B], g: Arrow[C, D], h: Arrow[E, F], /) -> Arrow[tuple[A, C, E], tuple[B, D, F]]: ...
@overload
def cross(f: Arrow[A, B], /, *more: Arrow[A, B]) -> Arrow[tuple[A, ...], tuple[B, ...]]: ...
def cross(f: SomeArrow, /, *more: SomeArrow) -> SomeArrow:
    """Side by side: `f * g` of two, and on tuples of the same length for more."""
    arrows = (f, *more)
    require_composable("cross", *arrows)
    pairs = reduce(lambda right, left: left * right, reversed(arrows[:-1]), arrows[-1])
    if len(arrows) == 2:
        return pairs
    doms, cods = (products(*(arrow.dom for arrow in arrows)), products(*(arrow.cod for arrow in arrows)))
    return nest(doms) >> pairs >> unnest(cods)
