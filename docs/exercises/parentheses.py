"""Exercises to lesson 7: parentheses are modes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, TypeAlias, get_args

from cat_ad.derivatives.association import cheapest, left, right
from docs.exercises import exercise, told, want

Order: TypeAlias = "int | tuple[Order, Order]"
Mode: TypeAlias = Literal["forward", "reverse", "from the waist", "no difference"]

CHAINS = (5, 2, 3, 4), (1, 7, 7, 2), (4, 6, 6, 1)


@exercise(
    "What is there after the first product? A matrix of d2 rows, and still of d0 columns. What does the next one cost?",
    "d0 d1 d2, then d0 d2 d3, then d0 d3 d4: d0 is in each of them.",
)
def cost_of_forward(cost: Callable[[Sequence[int]], int]) -> str:
    """Write how many multiplications forward mode takes to make the matrix of a chain between places of these sizes."""
    got = cost((5, 2))
    want(
        got == 0,
        f"Of one map alone, from 5 numbers to 2, yours says {got}. Its matrix is there already: there is no product, "
        "and it costs 0.",
    )
    got = cost((5, 2, 3))
    want(
        got != 2 * 3 + 5 * 2,
        f"Of 5 → 2 → 3 yours says {got}: 5·2 + 2·3, what it takes to push one vector through. To make the matrix, "
        "there are 5 to push.",
    )
    want(
        got != 80,
        f"Of 5 → 2 → 3 yours says {got}, 5 (5·2 + 2·3): you push the 5 unit steps through the first map too. What "
        "comes out of it is its matrix, which is there already.",
    )
    want(got == 30, f"Of 5 → 2 → 3 yours says {got}. Each of the 3·5 entries of the product takes 2 multiplications.")
    for dims in CHAINS:
        got, d = cost(dims), dims
        want(
            got != d[0] * d[1] * d[2] + d[1] * d[2] * d[3] or got == left(dims).cost,
            f"Of {dims} yours says {got}: the second product as if it began at place 1. But what has been made by then "
            "begins at place 0: it is the whole way from there.",
        )
        want(
            got != right(dims).cost or got == left(dims).cost,
            f"Of {dims} yours says {got}, which is what reverse mode takes. Forward mode begins at the first map.",
        )
        want(got == left(dims).cost, f"Of {dims} yours says {got}, where {left(dims).cost} is right.")
    return "d0 (d1 d2 + d2 d3 + ...): each number at the start is pushed through all that comes after the first map."


JOBS: dict[str, tuple[Mode, str]] = {
    "a million weights to one loss": (
        "reverse",
        "Each mode works once for each number at its own end: forward mode a million times, and reverse mode once.",
    ),
    "the time to where a thousand planets are": (
        "forward",
        "There is one number to push, the time, and a thousand to pull back.",
    ),
    "a picture to ten numbers, and back to a picture": (
        "from the waist",
        "Both ends are wide, and ten numbers in the middle are not: pull these ten back, and push them on.",
    ),
    "one number to one, through a wide layer": (
        "no difference",
        "Both ends have one number: one push, or one pull, through the same matrices.",
    ),
}


@exercise(
    "Where is the chain narrowest? Unit vectors go from there.",
    "Forward mode begins with those of the input, reverse mode with those of the output.",
)
def which_mode(modes: Mapping[str, Mode]) -> str:
    """Which mode makes each of these Jacobians at least cost: forward, reverse, from the waist, or no difference?"""
    for job in modes:
        want(job in JOBS, f"There is no {job!r} among them.")
    for job, (mode, why) in JOBS.items():
        want(job in modes, f"You have not said yet: {job}.")
        want(
            modes[job] in get_args(Mode),
            f"There is no mode {told(modes[job])} among {', '.join(map(repr, get_args(Mode)))}.",
        )
        want(modes[job] == mode, f"{job[0].upper()}{job[1:]}: {modes[job]!r} is not it. {why}")
    return "The narrowest place decides. Most of machine learning ends in one number, which is why it runs in reverse."


DIMS = (8, 8, 2, 8, 2, 8)


@exercise(
    "The places have sizes 8, 8, 2, 8, 2, 8. A product between two places of size 2 is the cheapest thing there is.",
    "First from the one 2 to the other: (2, 3). Then put what comes before beside it, and what comes after.",
)
def put_parentheses(order: Order) -> str:
    """Put parentheses around the maps 0 to 4 of a chain 8 → 8 → 2 → 8 → 2 → 8, as pairs, such that it costs least."""
    found, products = between(order)
    want(
        found == [*range(5)],
        f"Yours has the maps {found}, where each of 0 to 4 should be there once, in order: parentheses may be moved, "
        "but maps may not.",
    )
    cost, best = sum(x * y * z for x, y, z in products), cheapest(DIMS).cost
    too_much = f"That costs {cost} multiplications, and {best} are enough."
    want(order != ((((0, 1), 2), 3), 4), f"{too_much} This is forward mode, where all begins with the first map.")
    want(order != (0, (1, (2, (3, 4)))), f"{too_much} This is reverse mode, where all begins with the last map.")
    wide = [y for x, y, z in products[:-1] if x == z == max(DIMS)]
    want(
        cost == best,
        f"{too_much} On the way you make a matrix of 8·8 numbers, by way of a place of {wide[0] if wide else 8}: only "
        "the last product must be as large as that. Which products end in a place of 2?",
    )
    return f"{cost} multiplications. Forward mode takes {left(DIMS).cost}, and reverse mode {right(DIMS).cost}."


def between(order: Order) -> tuple[list[int], list[tuple[int, int, int]]]:
    """The maps of an order, and the sizes of the places that its products lead from, by way of, and to."""
    if isinstance(order, int):
        want(0 <= order < len(DIMS) - 1, f"There is no map {order}: they are 0 to 4.")
        return [order], []
    want(
        isinstance(order, tuple) and len(order) == 2,
        f"{order!r} is no pair. One product composes two: (0, 1), or ((0, 1), 2).",
    )
    (first, products), (then, more) = map(between, order)
    return first + then, [*products, *more, (DIMS[first[0]], DIMS[then[0]], DIMS[then[-1] + 1])]
