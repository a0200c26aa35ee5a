"""Exercises to lesson 3: side by side, copies, wires."""

from __future__ import annotations

from collections.abc import Callable
from math import isclose, sin
from typing import Protocol, TypeVar

import numpy as np

import cat_ad
from cat_ad import Arrow, Scalar, check, exr, mul, sub
from docs.exercises import NotYet, exercise, is_number, told, want
from docs.exercises.chain_rule import Differentiable, require_function, require_pair

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
E = TypeVar("E")

to_read = ((exr(Scalar, Scalar) >> cat_ad.sin(Scalar)) & mul(Scalar)) >> sub(Scalar)
"""The arrow of which learners see the diagram."""


@exercise(
    "Give each wire a name where it begins: a and b at the top. Then write a formula beside each wire below.",
    "The dot is on the wire of b, so that sin gets b, and mul gets a and b. sub takes first what comes in on its left: "
    "follow the crossing.",
)
def read_the_diagram(function: Callable[[float, float], float]) -> str:
    """Read the diagram: which function of a and b does it draw?"""
    a, b = 0.7, 2.0
    got, right = function(a, b), sin(b) - a * b
    want(is_number(got), f"At ({a}, {b}) yours gives {told(got)}; one wire comes out, with a number.")
    want(
        not isclose(got, -right),
        "Nearly: yours has the other sign. sub takes first what comes in on its left, and above it two wires cross.",
    )
    want(
        not isclose(got, sin(a) - a * b),
        "Yours has sin a. Follow the wire up from sin: it comes from the dot, and the dot is on the wire of b.",
    )
    want(
        not isclose(got, sin(b) - a),
        "Yours subtracts a alone. A dot copies: b goes to sin, and to mul as well.",
    )
    want(
        not isclose(got, sin(a * b) - a * b) and not isclose(got, sin(a * b)),
        "In yours sin gets a b. But sin stands beside mul, not below it: no wire leads from one to the other.",
    )
    for a, b in (0.7, 2.0), (0.0, 1.0), (-3.0, 0.5):
        got, right = function(a, b), sin(b) - a * b
        want(isclose(got, right), f"At ({a}, {b}) the diagram gives {right:.3f}, and yours {got:.3f}.")
    return "sin b - a b: and the diagram says that b is used twice, and a once, before one reads a word."


@exercise(
    "Two things are multiplied: the sum, and b. Both are made of the same pair (a, b), so a fork makes both.",
    "`add(Scalar)` makes the sum of the pair, `exr(Scalar, Scalar)` takes b from it. Then `mul(Scalar)`.",
)
def draw_the_diagram(arrow: Arrow[tuple[Scalar, Scalar], Scalar]) -> str:
    """Make an arrow that gives (a + b) b, of add, mul, exl, exr, dup and swap, by `>>`, `&` and `*`."""
    if not isinstance(arrow, Arrow):
        raise NotYet(
            f"You gave {told(arrow)}, where an arrow is wanted: boxes put together, as `exl(Scalar, Scalar) >> f`. "
            "A function of Python has names for what it gets; here are none."
        )
    domain: object = arrow.dom
    want(domain != Scalar, f"{arrow} takes one number, where a pair is wanted: (a, b).")
    want(
        arrow.dom == tuple[Scalar, Scalar],
        f"{arrow} takes {_named(arrow.dom)}, where a pair of numbers is wanted. `f * g` takes an argument for each; to "
        "do both with the same one is `f & g`.",
    )
    want(
        arrow.cod == Scalar,
        f"{arrow} gives {_named(arrow.cod)}, where one number is wanted. What is still to be done with these?",
    )
    for a, b in (3.0, 4.0), (-1.0, 2.5):
        got = float(arrow(check(tuple[Scalar, Scalar], (np.float64(a), np.float64(b)))))
        at = f"At ({a:g}, {b:g}) {arrow} gives {got:g}"
        right = isclose(got, (a + b) * b)
        want(right or not isclose(got, (a + b) * a), f"{at}, which is (a + b) a: exl takes the left one of a pair.")
        want(
            right or not isclose(got, a * b + b),
            f"{at}, which is a b + b: in yours mul comes first, and in (a + b) b the sum does.",
        )
        want(right or not isclose(got, a + b), f"{at}, the sum. It is still to be multiplied by b.")
        want(right or not isclose(got, a * b), f"{at}, the product of a and b, where that of a + b and b is wanted.")
        want(right, f"{at}, and (a + b) b is {(a + b) * b:g}.")
    return f"{arrow}: both factors are made of one pair, so that the diagram has a dot on the wire of b."


def _named(space: object) -> str:
    return str(space).replace("<class '", "").replace("'>", "") if space != Scalar else "one number"


class Cross(Protocol):
    """f and g, side by side."""

    def __call__(self, f: Differentiable[A, C], g: Differentiable[B, E], /) -> Differentiable[tuple[A, B], tuple[C, E]]:
        """The values, and the derivative."""
        ...


def _require_number(name: str, given: object) -> None:
    want(
        isinstance(given, float),
        f"{name} wants a number, and got {told(given)}. A pair has two parts, ab[0] and ab[1]: one for f, one for g.",
    )


def square(a: float) -> tuple[float, Callable[[float], float]]:
    """a²"""
    _require_number("f", a)

    def linear(da: float) -> float:
        _require_number("The map of f", da)
        return 2 * a * da

    return a * a, linear


def triple(b: float) -> tuple[float, Callable[[float], float]]:
    """3b"""
    _require_number("g", b)

    def linear(db: float) -> float:
        _require_number("The map of g", db)
        return 3 * db

    return 3 * b, linear


@exercise(
    "`c, f_ = f(a)` and `e, g_ = g(b)`, as in lesson 2, but now both get their own. What is the pair of values?",
    "A step is a pair too, (da, db). f_ takes da, g_ takes db, and what comes out is again a pair.",
)
def side_by_side(cross: Cross) -> str:
    """Write `cross`: of two differentiable functions, make one of pairs that does both, side by side."""
    together = cross(square, triple)
    require_function("cross(f, g)", together)
    try:
        result = together((5.0, 2.0))
    except TypeError as error:
        raise NotYet(f"A pair is one argument, as in `def crossed(ab)`. Yours stops with TypeError: {error}") from error
    require_pair("cross(f, g)((5.0, 2.0))", result)
    values, linear = result
    want(
        values != (25, 15),
        "The values are (25.0, 15.0): g got 5.0 too. Both of one argument would be a fork; g has its own, 2.0.",
    )
    want(
        values == (25, 6),
        f"With a² and 3b, the values at (5.0, 2.0) are {told(values)}, where (25.0, 6.0) is right.",
    )
    try:
        to_left, to_both = linear((1.0, 0.0)), linear((5.0, 100.0))
    except TypeError as error:
        raise NotYet(f"A step is one pair, as in `lambda step: ...`. Yours stops with TypeError: {error}") from error
    want(
        isinstance(to_left, tuple) and len(to_left) == 2,
        f"A step of (1, 0) gives {told(to_left)}. Two wires come out, each with its own step: a pair.",
    )
    want(
        not to_left == to_both == (10, 3),
        "Every step gives (10.0, 3.0). These are the slopes, and each is to stretch its step.",
    )
    want(
        to_left != (10, 3),
        "A step of (1, 0) gives (10.0, 3.0). If only a changes, then 3b does not: let g_ have its own step.",
    )
    for da, db in (1.0, 0.0), (1.0, 100.0), (-2.0, 0.5):
        want(
            linear((da, db)) == (10 * da, 3 * db),
            f"At (5.0, 2.0) a step of {(da, db)} gives {told(linear((da, db)))}, and {(10 * da, 3 * db)} is right.",
        )
    _, nested = cross(together, square)(((5.0, 2.0), 1.0))
    want(
        nested(((1.0, 1.0), 1.0)) == ((10, 3), 2),
        f"Once crossed, it is to be crossed again; then a step of ((1, 1), 1) gives {nested(((1.0, 1.0), 1.0))}.",
    )
    return "D (f × g) (a, b) is D f a × D g b: what stands side by side is differentiated side by side (theorem 2)."
