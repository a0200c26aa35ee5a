"""Exercises to lesson 4: linear maps are their own derivative."""

from __future__ import annotations

from collections.abc import Callable, Collection
from math import isclose
from typing import Protocol, TypeAlias, TypeVar

from docs.exercises import NotYet, exercise, told, want
from docs.exercises.chain_rule import Differentiable, Pair, require_function, require_pair

A = TypeVar("A")
B = TypeVar("B")
Triple: TypeAlias = tuple[float, float, float]

BOXES = "exl", "dup", "swap", "add", "mul", "negate", "shift 1", "sin"


@exercise(
    "f is linear if it keeps sums and multiples. What does each make of 0? And of twice as much?",
    "There are five. Twice (a, b), multiplied, is four times a b; and shift 1 does not make 0 of 0.",
)
def which_stay(names: Collection[str]) -> str:
    """Which of exl, dup, swap, add, mul, negate, shift 1 and sin are their own derivatives at each point?"""
    want(not isinstance(names, str), 'Give the names in braces, as in {"exl", "dup"}.')
    for name in names:
        want(name in BOXES, f"There is no {name!r} among {', '.join(BOXES)}.")
    want("sin" not in names, "The derivative of sin at a is to multiply by cos a, and that is another map at each a.")
    want(
        "shift 1" not in names,
        "shift 1 makes 1 of 0. It adds the same 1 to a and to a + da, so that the step stays da: its derivative "
        "is the identity.",
    )
    want(
        "mul" not in names,
        "mul of (2, 3) is 6, and of twice that, (4, 6), it is 24, not 12. It is linear in either number while the "
        "other is held, and that is another thing.",
    )
    for name in ("exl", "dup", "swap"):
        want(
            name in names,
            f"{name} is missing. It only moves numbers about: of a sum, or twice as much, it moves those.",
        )
    want("negate" in names, "negate is missing. It multiplies by -1.")
    want("add" in names, "add is missing: (a + da) + (b + db) is more than a + b by da + db, the sum of the steps.")
    return "All that moves, copies and adds. So in the derivative of a diagram, only the other boxes change."


class OfLinear(Protocol):
    """A linear map, as a differentiable function."""

    def __call__(self, l: Callable[[A], B], /) -> Differentiable[A, B]:
        """The value, and the derivative."""
        ...


def triple(a: float) -> float:
    """3a"""
    return 3 * a


def turn(p: Pair) -> Pair:
    """A quarter of a turn."""
    return -p[1], p[0]


@exercise(
    "You get a linear map l, and return a function of a point that gives a pair. What is the first part of the pair?",
    "The derivative of l at a is a map that waits for a step. You have such a map already, and need not look at a.",
)
def linear_function(linear: OfLinear) -> str:
    """Write `linear`: of a linear map, make a differentiable function, which gives the value, and the derivative."""
    together = linear(triple)
    require_function("linear(l)", together)
    result = together(5.0)
    value_alone: object = result
    want(value_alone != 15, "`linear(l)(5.0)` gives 15.0, the value alone. Where is the derivative?")
    require_pair("linear(l)(5.0)", result)
    value, derivative = result
    want(not callable(value), "The first part is a function, where the value at 5.0 is wanted. Has l been applied?")
    want(isclose(value, 15), f"Of 3a, the value at 5.0 is {told(value)}, where 15.0 is right.")
    stretched = derivative(1.0)
    want(
        isinstance(stretched, float),
        f"A step of 1.0 gives {told(stretched)}, where one number is wanted: 3a grows by 3.",
    )
    want(
        stretched != 15,
        "A step of 1 gives 15.0, which is the value at 5.0. How much more is the value at 6.0?",
    )
    want(
        stretched != 18,
        "A step of 1 gives 18.0, which is the value at 6.0. The derivative tells how much more that is.",
    )
    for da in (1.0, -2.0, 0.25):
        want(
            isclose(derivative(da), 3 * da),
            f"A step of {da} gives {derivative(da)}, and 3a grows by {3 * da}. At every a, it grows by l da.",
        )
    try:
        _, of_pair = linear(turn)((1.0, 2.0))
        moved = of_pair((10.0, 0.0))
    except Exception as error:
        raise NotYet(
            "Of numbers all is well. But l may take a pair, such as a quarter of a turn, and there yours stops with "
            f"{type(error).__name__}: {error}. Use nothing of l but that it can be applied."
        ) from error
    want(
        moved == (0, 10),
        f"Of a quarter of a turn, yours makes {told(moved)} of a step of (10, 0), which the turn makes (0, 10).",
    )
    return "(l a, l), at every a: corollary 3.1. Nothing is computed for the derivative; it is there already."


@exercise(
    "Three numbers may change. Let one alone change by a little, the others stay: by how much does w x + b grow?",
    "w x is a product, as in lesson 1: it grows by x dw + w dx. And b is added: it grows by db.",
)
def derivative_of_affine(derivative: Callable[[Triple], Callable[[Triple], float]]) -> str:
    """Write the derivative of w x + b, of which all neurons are made: at each (w, x, b), a linear map of a step."""
    linear = derivative((2.0, 5.0, 7.0))
    want(
        callable(linear),
        f"At (2, 5, 7) yours gives {told(linear)}, where a map is wanted, which makes a number of a step (dw, dx, db).",
    )
    rest = linear((0.0, 0.0, 0.0))
    want(isinstance(rest, float), f"A step gives {told(rest)}, where one number is wanted, since w x + b is one.")
    want(
        rest == 0,
        f"A step of (0, 0, 0) gives {rest}: if nothing changes, then nothing grows. What does not change, such as b "
        "beside a step in w, adds nothing.",
    )
    to_w, to_x, to_b = linear((1.0, 0.0, 0.0)), linear((0.0, 1.0, 0.0)), linear((0.0, 0.0, 1.0))
    both = linear((1.0, 1.0, 0.0))
    want(
        not (to_w == to_x == 0 and both == 1),
        "You applied w x + b to the step: dw dx + db. That would be right if it were linear; but a product is not its "
        "own derivative. At (2, 5, 7), let w alone grow by 1.",
    )
    want(
        (to_w, to_x) != (2, 5),
        "If w grows by 1, then w x grows by x, which is 5; yours says 2. Each step is stretched by the other factor.",
    )
    want(
        to_w != 0,
        "If w alone grows by 1, yours says that nothing happens. But w x grows by 5; training changes w, and not x.",
    )
    want(to_x != 0, "If x alone grows by 1, yours says that nothing happens. But w x grows by 2.")
    want(to_w == 5, f"If w alone grows by 1, then w x grows by 5; yours says {to_w}.")
    want(to_x == 2, f"If x alone grows by 1, then w x grows by 2; yours says {to_x}.")
    want(to_b == 1, f"If b alone grows by 1, then w x + b grows by 1; yours says {to_b}.")
    for step in (1.0, 1.0, 1.0), (-2.0, 0.5, 3.0):
        dw, dx, db = step
        want(
            isclose(linear(step), 5 * dw + 2 * dx + db),
            f"Each step alone is right, but {step} gives {linear(step)}, and not {5 * dw + 2 * dx + db}. Is there a "
            "dw dx in it? Then that is how much the value grows, exactly; but it is not linear.",
        )
    return "x dw + w dx + db: add stays add, and mul becomes the join of two scalings. That is a neuron's derivative."
