"""Does an arrow behave? Its value is in its codomain and in one dtype, it writes to nothing, and remembers nothing.

And what a primitive says of itself is so: the parts that it is composed of are the same arrow, and a derivative that is
the same at all points is.
"""

from __future__ import annotations

import numpy as np

from cat_ad.arrows.generators import Primitive
from cat_ad.arrows.printing import describe
from cat_ad.arrows.terms import SomeArrow
from cat_ad.derivatives.checking.point import Limits, Point, called, close, refuse
from cat_ad.derivatives.checking.properties import check_properties
from cat_ad.derivatives.forward_and_reverse import forward, reverse
from cat_ad.objects.arrays import AnyArray
from cat_ad.objects.ownership import copied
from cat_ad.objects.spaces import product
from cat_ad.objects.tangents import Tangent
from cat_ad.objects.trees import leaves, tree_map
from cat_ad.objects.values import Boundary


def check_dtypes(f: SomeArrow, a: AnyArray, rng: np.random.Generator) -> None:
    """f(a) is in the codomain, and has the dtype of a, if that has one; so have the derivatives."""
    _, b = Boundary(lambda: describe(f), product(f.dom, f.cod))((a, f.unchecked(copied(a))))
    _, push = forward(f)(a)
    _, pull = reverse(f)(a)
    u, v = (tree_map(lambda x: _random(rng, x), at) for at in (a, b))
    wanted, results = _dtypes(a), {"value": b, "derivative": called(f, push, u)}
    for what, tree in {**results, "transposed derivative": called(f, pull, v)}.items():
        if len(wanted) == 1 and not _dtypes(tree) <= wanted:
            found = " and ".join(sorted(_dtypes(tree)))
            refuse(f, f"wanted its {what} in {wanted.pop()}, as its argument, got {found}", "convert its constants")


def _dtypes(tree: object) -> set[str]:
    """Of the arrays of numbers."""
    return {str(x.dtype) for x in leaves(tree) if getattr(getattr(x, "dtype", None), "kind", "") == "f"}


def check_purity(p: Point) -> None:
    """Computed twice, value and derivatives are the same, and nothing is written to."""
    u = p.inputs.tangent(p.rng.standard_normal(p.inputs.size))
    v = p.outputs.tangent(p.rng.standard_normal(p.outputs.size))
    point, value = copied(p.a), p.value(copied(p.a))
    ways = {"value": (p.value, p.a), "derivative": (p.push, u), "transposed derivative": (p.pull, v)}
    for what, (compute, at) in ways.items():
        kept = copied(at)
        first, second = compute(at), compute(at)
        if not (_same(at, kept) and _same(p.a, point)):
            p.refuse(f"wanted its {what} to leave its arguments as they are, found one changed", "copy first")
        if not _same(first, second):
            p.refuse(f"wanted its {what} to be the same when called again, found another", "keep no state")
    if _shared(p.f.unchecked(copied(p.a)), p.f.unchecked(copied(p.a))):
        p.refuse("wanted a new array for each value, found one that it keeps", "return a copy, or make it read-only")
    again = p.value(p.a)
    if not _same(value, again):
        p.refuse("wanted the same value after its derivatives were called, found another", "keep no state")
    if not np.allclose(p.outputs.of(p.b), value, p.tolerance, 0.0, equal_nan=True):
        p.refuse(
            "wanted the value that is computed with its derivative to be its value, found another",
            "let both compute the same",
        )


def check_claims(p: Point, limits: Limits) -> None:
    """A primitive is the composition of its parts, its derivative is constant, and it is more, where it says so."""
    if not isinstance(p.f, Primitive):
        return
    check_properties(p, p.f, limits)
    u = p.inputs.tangent(p.rng.standard_normal(p.inputs.size))
    if p.f.parts:
        value, push = forward(p.f.parts())(p.a)
        for what, found, wanted, size in (
            ("value", p.outputs.of(value), p.value(p.a), limits.value),
            ("derivative", p.outputs.of(push(u)), p.push(u), limits.derivative),
        ):
            largest = np.abs(wanted).max(initial=max(size, 1.0, 1e-6 * p.largest))  # parts may round more
            if (np.abs(found - wanted) > p.tolerance * largest).any():  # nan is none: parts may overflow
                p.refuse(f"wanted the {what} of its parts to be its own, found another", "compose it of other parts")
    if p.f.has("constant derivative"):
        elsewhere = Point(p.f, p.inputs.value(p.row + p.rng.standard_normal(p.inputs.size)), p.rng, p.tolerance)
        if not close(elsewhere.push(u), p.push(u), p.tolerance, limits.derivative).all():
            p.refuse(
                "wanted a constant derivative, as it says, found another elsewhere", "leave constant_derivative out"
            )


def _shared(one: AnyArray, other: AnyArray) -> bool:
    """Do arrays that may be written to lie in one place?"""
    arrays = [(x, y) for x in leaves(one) for y in leaves(other) if isinstance(x, np.ndarray)]
    return any(x.flags.writeable and np.may_share_memory(x, y) for x, y in arrays)


def _same(one: AnyArray, other: AnyArray) -> bool:
    """Trees of the same bytes."""
    pairs = zip(leaves(one), leaves(other), strict=True)
    return all(np.asarray(x).tobytes() == np.asarray(y).tobytes() for x, y in pairs)


def _random(rng: np.random.Generator, x: AnyArray) -> Tangent:
    return rng.standard_normal(x.shape).astype(x.dtype) if x.dtype.kind == "f" else None
