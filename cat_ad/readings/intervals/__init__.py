"""Intervals: an arrow read as sound bounds on its outputs (Moore 1966; Elliott 2017, section 8).

A box of an object A is a tree like a value of A, in which each array of numbers is a `Bounds`, two arrays of its
shape, as is one of truth values, where False is below True; and each array of integers is exact. An arrow from A to B
in `Intervals` is a function from boxes of A to boxes of B, and what it promises is soundness and monotonicity:

    a in box              implies    f(a) in bounds(f)(box)
    box inside larger     implies    bounds(f)(box) inside bounds(f)(larger)

Here f(a) is the true value, of real numbers, and also what NumPy computes for it: every rule rounds outward by as much
as either can be off, in the precision of the box. Zeros of both signs are in a box that reaches zero, and bounds that
overflow are infinite. So finite bounds prove that nothing overflows.

Soundness is about the points at which every operation has a value: 0 / 0 has none, nor has log(-1), even where a later
operation makes a number of the nan. Outside its domain a function is taken to go on as at the nearest point of it, and
bounds are never nan: `sqrt` from -4 to 4 is from 0 to 2, and from -4 to -1 it is 0, though it has no value there.
Monotonicity is exact as far as NumPy's functions themselves are monotone in double precision; where scores in a row are
further apart than 512, and where numbers that are normalised are further apart than 2^256 times, it is up to the last
digits.

For a single primitive the bounds are a few ulps from the tightest possible. For contractions (`dot`, `matvec`,
`matmul`, `affine`) this holds if in each product one factor has one sign; otherwise they are at most twice as wide.
Composition widens them, since it forgets that the two sides of a fork came from one argument. A primitive without a
rule is read by its parts. There each error of rounding is counted eight times, since the primitive itself may compute
in another order.

>>> from cat_ad import Scalar, cos, dup, mul
>>> bounds(cos(Scalar))(0.0, 4.0)
(np.float64(-1.0), np.float64(1.0))
>>> bounds(dup(Scalar) >> mul(Scalar))(-1.0, 2.0)
(np.float64(-2.0000000000000004), np.float64(4.000000000000001))

A derivative that is an arrow has bounds too: a Lipschitz constant of f, and, if they have one sign, that f is monotone:

>>> from cat_ad import exp, gradient_field, sin
>>> lower, upper = bounds(gradient_field(sin(Scalar) >> exp(Scalar)))(0.0, 1.0)
>>> print(f"{lower:.2f} <= e^sin(x) cos(x) <= {upper:.2f}")
0.54 <= e^sin(x) cos(x) <= 2.32
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import inf
from typing import ClassVar

import numpy as np

from cat_ad.arrows.generators import Primitive, SomePrimitive
from cat_ad.arrows.given import HasArrow, require_arrow
from cat_ad.arrows.operations import Rules
from cat_ad.arrows.printing import describe
from cat_ad.categories.brands import branded, inverse_of
from cat_ad.categories.category import A, B, C, D, Hom, SomeHom
from cat_ad.categories.functions import Functions
from cat_ad.categories.functions import function as plain
from cat_ad.categories.functions import hom as plain_hom
from cat_ad.categories.wiring import Wiring, WiringDiagram
from cat_ad.derivatives.loops import Loop, as_loop
from cat_ad.derivatives.loops.course import entries, stacked
from cat_ad.errors import InterpretationError, SpaceError
from cat_ad.objects.arrays import AnyArray, namespace
from cat_ad.objects.ownership import own
from cat_ad.objects.spaces import Unit, factors, is_array, kind
from cat_ad.objects.trees import Tree, tree_map
from cat_ad.readings.intervals.boxes import Box, box, ends
from cat_ad.readings.intervals.entrywise import Rule, exact
from cat_ad.readings.intervals.rounding import Rounding, cast_down, cast_up, in_double, is_number, least_exact
from cat_ad.readings.intervals.rules import RULES, rule_for
from cat_ad.symbolic.bulk import derivative_of

BY_PARTS = 8.0  # how often errors are counted in the parts of a primitive, which may itself compute in another order


def bounds(f: HasArrow[A, B]) -> Callable[[A, A], tuple[B, B]]:
    """The function from lower and upper inputs to lower and upper outputs, between which f takes all that is between.

    Integers are exact: the same in both. Raises `SpaceError` for a value outside A, for two of unlike shapes, and where
    lower is not at most upper; `InterpretationError` if a primitive of f has neither a rule nor parts.
    """
    f = require_arrow("bounds", f)
    run = function(f.to(Intervals()))

    def at(lower: A, upper: A) -> tuple[B, B]:
        lower, upper = f.boundary(lower), f.boundary(upper)
        wrong = _mismatch(f.dom, lower, upper, "")
        if wrong:
            raise SpaceError(f"bounds({describe(f)}): {wrong}")
        return own(ends(run(box(f.dom, lower, upper))), lower, upper)

    return at


def _mismatch(space: type, lower: Tree, upper: Tree, where: str) -> str:
    """Where two values of an object first fail to be the ends of a box, in words; "" if nowhere."""
    if not is_array(space):
        parts = enumerate(zip(factors(space), lower, upper, strict=True), 1)
        return next((found for i, part in parts if (found := _mismatch(*part, f"{where}factor {i}, "))), "")
    if lower.shape != upper.shape:
        return f"{where}wanted lower and upper of one shape, got {list(lower.shape)} and {list(upper.shape)}"
    numbers = kind(space) != "Int"
    wrong = np.argwhere(~np.asarray(lower <= upper if numbers else lower == upper))
    if not len(wrong):
        return ""
    at = f"{where}entry {wrong[0].tolist()}: " if lower.shape else where
    if numbers:
        return f"{at}wanted lower <= upper, got intervals upside down (or nan); give the lower first"
    return f"{at}wanted the same integers in lower and upper, got others; a box has one value for each"


# The category --------------------------------------------------------------------------------------------------------


class Interval:
    """The brand of intervals: `Hom[Interval, A, B]` is a function from boxes of A to boxes of B."""


def hom(f: Callable[[Box], Box]) -> SomeHom[Interval]:
    """A function of boxes as an arrow of this category."""
    return branded(f)


function = inverse_of(hom)


@dataclass(frozen=True, repr=False)
class Intervals(Wiring[Interval]):
    """Functions of boxes. A box of a product is a product of boxes, so its structure is that of `Functions`.

    Each error of rounding is counted `times` times. A primitive has its rule from `rules`, where anyone may add one.
    """

    rules: ClassVar[Rules[Rule]] = RULES

    times: float = 1.0

    def id(self, a: type[A]) -> Hom[Interval, A, A]:
        """Return the box."""
        return hom(lambda x: x)

    def compose(self, f: Hom[Interval, A, B], g: Hom[Interval, B, C]) -> Hom[Interval, A, C]:
        """The bounds by g of the bounds by f."""
        return self.chain([f, g])

    def chain(self, path: Sequence[SomeHom[Interval]]) -> SomeHom[Interval]:
        """The bounds by each in turn."""
        return hom(plain(Functions().chain([plain_hom(function(f)) for f in path])))

    def wire(self, diagram: WiringDiagram, boxes: Sequence[SomeHom[Interval]]) -> SomeHom[Interval]:
        """The bounds by each box in turn."""
        return hom(partial(diagram.run, [function(f) for f in boxes]))

    def cross(self, f: Hom[Interval, A, C], g: Hom[Interval, B, D]) -> Hom[Interval, tuple[A, B], tuple[C, D]]:
        """The bounds by f of the first, by g of the second."""
        left, right = function(f), function(g)
        return hom(lambda x: (left(x[0]), right(x[1])))

    def exl(self, a: type[A], b: type[B]) -> Hom[Interval, tuple[A, B], A]:
        """Return the first."""
        return hom(lambda x: x[0])

    def exr(self, a: type[A], b: type[B]) -> Hom[Interval, tuple[A, B], B]:
        """Return the second."""
        return hom(lambda x: x[1])

    def fork(self, f: Hom[Interval, A, B], g: Hom[Interval, A, C]) -> Hom[Interval, A, tuple[B, C]]:
        """The bounds by both."""
        left, right = function(f), function(g)
        return hom(lambda x: (left(x), right(x)))

    def it(self, a: type[A]) -> Hom[Interval, A, Unit]:
        """Return the empty tuple."""
        return hom(lambda x: ())

    def primitive(self, arrow: Primitive[A, B]) -> Hom[Interval, A, B]:
        """By its rule, else by its parts; a loop by its body. Raises `InterpretationError` if it has none of these."""
        if loop := as_loop(arrow):
            return hom(partial(_along, loop, function(loop.body.to(self))))
        rule = rule_for(arrow)
        if rule is None and arrow.parts:
            return arrow.parts().to(replace(self, times=BY_PARTS))
        if rule is None:
            raise InterpretationError(
                f"wanted {arrow} read in {self}, but it has no rule for bounds; "
                f"give the parts of {derivative_of(arrow) or arrow}: primitive(..., parts=...), or Intervals.rules[...]"
            )

        return hom(lambda x: _rounded(rule, arrow, x, self.times))


def _along(f: Loop, run: Callable[[Box], Box], x: Box) -> Box:
    """The bounds of a loop: the state goes along as a box."""
    course, (lower, upper) = f.course, ends(x)
    _, _, entry, _ = course.objects(f.body)
    p, s, _ = course.opened(x)
    many = course.many(course.opened(lower)[2])
    if not many:
        return box(f.cod, f.value(lower), f.value(upper))
    least, most = (entries(course.opened(end)[2], course.entry) for end in (lower, upper))
    s, ys = course.passed(run, p, s, lambda i: box(entry, least(i), most(i)), course.order(many))
    outputs = zip(*[ends(y) for y in course.in_order(ys)], strict=True)
    (first, second), written = ends(s), [stacked(end, course.output) for end in outputs]
    return box(f.cod, course.result(first, written[0]), course.result(second, written[1]))


def _rounded(rule: Rule, arrow: SomePrimitive, x: Box, times: float) -> Box:
    """The bounds by a rule: computed in double precision, and rounded outward to that of the values."""
    lower, upper = ends(x)
    with np.errstate(all="ignore"):  # an infinite bound is an answer
        if rule is exact:
            found, precise, like = rule(arrow.value, x, Rounding.of(np.finfo(np.float64))), True, lower
        else:
            precise = least_exact(lower).bits >= 64
            like = lower if precise else arrow.value(lower)
            wide = x if precise else box(arrow.dom, in_double(lower), in_double(upper))
            found = rule(arrow.value, wide, Rounding.of(least_exact(lower, like), times))
        lower, upper = tree_map(_or(-inf), found[0]), tree_map(_or(inf), found[1])
        if not precise:
            lower = tree_map(lambda y, z: cast_down(y, z.dtype), lower, like)
            upper = tree_map(lambda y, z: cast_up(y, z.dtype), upper, like)
    wrong = _mismatch(arrow.cod, lower, upper, "")
    if wrong:
        raise SpaceError(f"bounds by the rule of {describe(arrow)}: {wrong}; is it what it says it is?")
    return box(arrow.cod, lower, upper)


def _or(unknown: float) -> Callable[[AnyArray], AnyArray]:
    """An end of bounds, with `unknown` in the place of each nan."""
    return lambda y: namespace(y).where(namespace(y).isnan(y), unknown, y) + 0.0 if is_number(y) else y
