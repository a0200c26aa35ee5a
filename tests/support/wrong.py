"""A primitive, made wrong in one of the ways in which people make them wrong."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, TypeAlias

import numpy as np

from cat_ad import Additive, Dual
from cat_ad.arrows.generators import SomePrimitive
from cat_ad.linear_maps import additive
from cat_ad.linear_maps.dual import turned
from cat_ad.objects.spaces import dimensions, factors, is_array, kind
from cat_ad.objects.trees import leaves, tree_map
from tests.support.trees import Tree, is_float

Map: TypeAlias = Callable[[Tree], Tree]


@dataclass(frozen=True)
class Rule:
    """The derivative of a primitive at a point `a`, where its value is `b`: the map, and its transpose."""

    f: SomePrimitive
    a: Tree
    b: Tree
    apply: Map
    adjoint: Map

    def leak(self, d: Tree, part: float) -> Tree:
        """The derivative of d, with a part of the first number of d added to the first number of it."""
        return _added(self.f.dom, d, self.f.cod, self.b, self.apply(d), part)

    def leak_back(self, d: Tree, part: float) -> Tree:
        """The transpose of that."""
        return _added(self.f.cod, d, self.f.dom, self.a, self.adjoint(d), part)


Change: TypeAlias = Callable[[Rule], tuple[Map, Map]]
Way: TypeAlias = Callable[[SomePrimitive], SomePrimitive]


def with_rule(f: SomePrimitive, change: Change) -> SomePrimitive:
    """The primitive with its derivative changed."""

    def derivative(a: Tree, b: Tree, k: Any) -> Any:  # Any: a brand, as in DerivativeRule
        apply = additive.function(f.derivative(a, b, Additive()))
        adjoint = additive.function(turned(f.derivative(a, b, Dual(Additive()))))
        return k.linear(*change(Rule(f, a, b, apply, adjoint)))

    return replace(f, derivative=derivative)


def with_value(f: SomePrimitive, value: Map) -> SomePrimitive:
    """The primitive with another value, and the derivative of its own."""
    return replace(with_rule(f, lambda r: (r.apply, r.adjoint)), value=value)


def times(factor: float, tangent: Tree) -> Tree:
    """A tangent, scaled."""
    if isinstance(tangent, tuple):
        return tuple(times(factor, part) for part in tangent)
    return None if tangent is None else factor * tangent


def _batched(f: SomePrimitive, a: Tree) -> bool:
    """Has the point more axes than the primitive's domain?"""
    return any(x.ndim > rank for x, rank in zip(leaves(a), _ranks(f.dom), strict=True))


def _backwards(tree: Tree) -> Tree:
    """All arrays with their first axis backwards."""
    return tuple(map(_backwards, tree)) if isinstance(tree, tuple) else None if tree is None else tree[::-1]


def _map(f: Callable[[Tree, Tree], Tree], tree: Tree, other: Tree) -> Tree:
    return tuple(_map(f, x, y) for x, y in zip(tree, other, strict=True)) if isinstance(tree, tuple) else f(tree, other)


def _ranks(space: Any) -> list[int]:  # Any: an object
    return [len(dimensions(space))] if is_array(space) else [rank for part in factors(space) for rank in _ranks(part)]


def _kinds(space: Any) -> list[str]:  # Any: as above
    return [kind(space)] if is_array(space) else [found for part in factors(space) for found in _kinds(part)]


def _added(dom: Any, d: Tree, cod: Any, like: Tree, result: Tree, part: float) -> Tree:  # Any: as above
    """`result`, a tangent at `like` in `cod`, with a part of the first number of `d`, a tangent in `dom`, added."""
    place = _kinds(dom).index("Float")
    number = leaves(_filled(dom, d))[place]
    to = _kinds(cod).index("Float")
    if number is None:
        return result
    number = number[(..., *(0,) * _ranks(dom)[place])]
    places = count()

    def add(like: Tree, x: Tree) -> Tree:
        if next(places) != to:
            return x
        x = np.array(np.zeros_like(like) if x is None else x)
        x[(..., *(0,) * _ranks(cod)[to])] += part * number
        return x

    return tree_map(add, like, _filled(cod, result))


def _filled(space: Any, tangent: Tree) -> Tree:  # Any: as above
    """The tangent with `None` in every place, where it is `None` as a whole."""
    if is_array(space):
        return tangent
    parts = factors(space)
    return tuple(_filled(s, t) for s, t in zip(parts, tangent or (None,) * len(parts), strict=True))


# The ways to be wrong ------------------------------------------------------------------------------------------------


def _changed(change: Change) -> Way:
    """By changing the derivative."""
    return lambda f: with_rule(f, change)


def _size(d: Tree) -> Tree:
    """The absolute numbers of a tangent."""
    return tuple(map(_size, d)) if isinstance(d, tuple) else None if d is None else abs(d)


def _written_over(tree: Tree) -> Tree:
    """The tree, after its first array of numbers was doubled in place."""
    first = next(x for x in leaves(tree) if x is not None and is_float(x))
    first *= 2.0
    return tree


def _writes(f: SomePrimitive) -> SomePrimitive:
    def value(a: Tree) -> Tree:
        b = tree_map(np.copy, f.value(a))
        _written_over(a)
        return b

    return with_value(f, value)


def _remembers(f: SomePrimitive) -> SomePrimitive:
    calls = count()

    def value(a: Tree) -> Tree:
        times_called = next(calls)
        return tree_map(lambda y: y + times_called, f.value(a))

    return with_value(f, value)


def _mixes(f: SomePrimitive) -> SomePrimitive:
    return with_value(f, lambda a: _backwards(f.value(a)) if _batched(f, a) else f.value(a))


def _mixes_slopes(r: Rule) -> tuple[Map, Map]:
    if not _batched(r.f, r.a):
        return r.apply, r.adjoint
    return r.apply, lambda d: _backwards(_filled(r.f.dom, r.adjoint(d)))


def _forgets_none(r: Rule) -> tuple[Map, Map]:
    def apply(d: Tree) -> Tree:
        return r.apply(_map(lambda x, at: at if x is None else x, _filled(r.f.dom, d), r.a))

    return apply, r.adjoint


def _hidden(f: SomePrimitive) -> SomePrimitive:
    """The first entry of each row has a wrong slope, and all others slopes that are 1e8 times what they were."""

    def weighed(y: Tree) -> Tree:
        return None if y is None else y * np.where(np.arange(y.shape[-1]) == 0, 1.0, 1e8)

    def rule(r: Rule) -> tuple[Map, Map]:
        return (
            lambda d: _added(f.dom, d, f.cod, r.b, weighed(r.apply(d)), 0.1),
            lambda d: _added(f.cod, d, f.dom, r.a, r.adjoint(weighed(d)), 0.1),
        )

    return replace(with_rule(f, rule), value=lambda a: weighed(f.value(a)))


SLOPES: dict[str, Way] = {  # of primitives whose slopes are not all zero
    "a ten thousandth too large": _changed(
        lambda r: (lambda d: times(1 + 1e-4, r.apply(d)), lambda d: times(1 + 1e-4, r.adjoint(d)))
    ),
    "another sign of the transpose": _changed(lambda r: (r.apply, lambda d: times(-1.0, r.adjoint(d)))),
    "of the size only": _changed(lambda r: (lambda d: r.apply(_size(d)), r.adjoint)),
    "of the size only, transposed": _changed(lambda r: (r.apply, lambda d: r.adjoint(_size(d)))),
    "of others of a batch": _changed(_mixes_slopes),
    "and values of others of a batch": _mixes,
}
ANY: dict[str, Way] = {
    "one entry": _changed(lambda r: (lambda d: r.leak(d, 1e-3), lambda d: r.leak_back(d, 1e-3))),
    "one entry of the transpose": _changed(lambda r: (r.apply, lambda d: r.leak_back(d, 1e-3))),
    "writes into its argument": _writes,
    "writes into tangents": _changed(lambda r: (lambda d: r.apply(_written_over(d)), r.adjoint)),
    "remembers": _remembers,
}
OF_ROWS: dict[str, Way] = {"beside a large one": _hidden}
OF_SEVERAL: dict[str, Way] = {"None for something": _changed(_forgets_none)}


def ways(f: SomePrimitive) -> dict[str, Way]:
    """All ways in which this primitive can be made wrong."""
    kinds, name = _kinds(f.dom), str(f)
    if "Float" not in kinds or "Float" not in _kinds(f.cod):
        return {}
    flat = name.partition(" ")[0] in ("zero", "step", "sign", "full_like", "number", "units")  # twice 0 is right
    slopes = {} if flat else {f"slopes {way}": made for way, made in SLOPES.items()}
    rows = OF_ROWS if is_array(f.cod) and dimensions(f.cod) else {}
    several = OF_SEVERAL if kinds.count("Float") > 1 else {}
    return {**slopes, **ANY, **rows, **several}
