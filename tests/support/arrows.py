"""Hypothesis strategies: objects of products nested as deep as wanted, and arrows between any two given objects.

An arrow is built backwards from what it must reach: to a product by forks and crosses, to an array by some primitive
that ends there, and at last by projection from the domain, by a sum that is spread again, or by a constant.
"""

import numpy as np
from hypothesis import Phase
from hypothesis import strategies as st

import cat_ad as c
from cat_ad import Float, Index, Scalar
from cat_ad.arrows.products import nest
from cat_ad.objects.spaces import UNIT, factors, is_array, kind, products
from tests.support.primitives import STEPS, I, J, Twin, between, cross, fork, spread
from tests.support.trees import Tree, point

ARRAYS: tuple[type, ...] = (Scalar, Float[I], Float[J], Float[I, J], Index)
SEEDS = st.integers(0, 2**16).filter(bool)  # for Hypothesis draws 0 first, and of one example nothing else
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)  # no shrinking, which takes minutes for terms as large as these


def objects(depth: int) -> st.SearchStrategy[type]:
    """Objects nested exactly so deep: the deepest factor is left or right, or in the middle of three."""
    if depth == 0:
        return st.sampled_from(ARRAYS)
    deep = objects(depth - 1)
    other = st.one_of(*map(objects, range(depth)), st.just(UNIT))
    return st.one_of(
        st.builds(products, deep, other), st.builds(products, other, deep), st.builds(products, other, deep, other)
    )


@st.composite
def twins(draw: st.DrawFn, a: type, b: type, fuel: int) -> Twin:
    """An arrow from a to b with its twin; on every path, `fuel` primitives or so."""
    turns = _turns(a)
    if fuel and turns and draw(st.integers(0, 3)) == 3:
        turned = draw(st.sampled_from(turns))
        return turned.then(draw(twins(turned.arrow.cod, b, fuel - 1)))
    parts = factors(b)
    if b == UNIT:
        return Twin(c.it(a), lambda x: (), primitives=0)
    if not is_array(b):
        if len(parts) == len(factors(a)) and draw(st.booleans()):
            return cross(*(draw(twins(left, right, fuel)) for left, right in zip(factors(a), parts, strict=True)))
        return fork(*(draw(twins(a, part, fuel)) for part in parts))
    steps = [step for step in STEPS if step.arrow.cod == b]
    if not fuel or not steps:
        return draw(_project(a, b))
    step = draw(st.sampled_from(steps))
    return draw(twins(a, step.arrow.dom, fuel - 1)).then(tamed(step.arrow.dom, step)).then(step)


def tamed(a: type, step: Twin) -> Twin:
    """From an object to itself, into the bounds in which `step` is tame."""
    if is_array(a):
        return between(a, *step.domain) if kind(a) == "Float" else _same(a)
    if a == UNIT:
        return _same(a)
    return cross(*(tamed(part, step) for part in factors(a)))


def _same(a: type) -> Twin:
    return Twin(c.identity(a), lambda x: x, primitives=0)


def _turns(a: type) -> list[Twin]:
    """The structural arrows out of an object that lose nothing."""
    found = [Twin(c.dup(a), lambda x: (x, x), primitives=0)]
    if len(factors(a)) != 2:
        return found
    left, right = factors(a)
    found += [Twin(c.swap(left, right), lambda x: (x[1], x[0]), primitives=0)]
    if len(factors(left)) == 2:
        first, second = factors(left)
        found += [Twin(c.assoc_r(first, second, right), lambda x: (x[0][0], (x[0][1], x[1])), primitives=0)]
    if len(factors(right)) == 2:
        first, second = factors(right)
        found += [Twin(c.assoc_l(left, first, second), lambda x: ((x[0], x[1][0]), x[1][1]), primitives=0)]
    return found


@st.composite
def _project(draw: st.DrawFn, a: type, b: type) -> Twin:
    """To an array object: from an array of the domain, or else a constant."""
    ways = _projections(_same(a))
    exact = [way for way in ways if way.arrow.cod == b]
    if exact:
        return draw(st.sampled_from(exact))
    value = point(b, np.random.default_rng(draw(SEEDS)))
    floats = [way for way in ways if kind(way.arrow.cod) == "Float"]
    if kind(b) == "Float" and floats:
        way = draw(st.sampled_from(floats))
        summed = way if way.arrow.cod == Scalar else way.then(Twin(c.total(way.arrow.cod), lambda x: x.sum()))
        return summed if b == Scalar else summed.then(spread(b, value))
    return Twin(c.it(a) >> c.constant(b, value), lambda x: value)


def _projections(way: Twin) -> list[Twin]:
    """All extensions of a way that lead to an array."""
    a = way.arrow.cod
    parts = factors(a)
    if is_array(a):
        return [way]
    if len(parts) == 1:
        return _projections(way.then(Twin(nest(a), lambda x: x[0])))
    if len(parts) != 2:
        return _projections(way.then(Twin(nest(a), _nest))) if parts else []
    left, right = parts
    to_left = way.then(Twin(c.exl(left, right), lambda x: x[0], primitives=0))
    to_right = way.then(Twin(c.exr(left, right), lambda x: x[1], primitives=0))
    return _projections(to_left) + _projections(to_right)


def _nest(x: Tree) -> Tree:
    return (x[0], _nest(x[1:])) if len(x) > 1 else x[0]
