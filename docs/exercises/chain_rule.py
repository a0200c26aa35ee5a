"""Exercises to lesson 2: the chain rule needs the value too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import cos, isclose, sin
from typing import Protocol, TypeAlias, TypeVar

from docs.exercises import NotYet, exercise, told, want

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
Differentiable: TypeAlias = Callable[[A], tuple[B, Callable[[A], B]]]  # the value, and the derivative there
Curve: TypeAlias = Differentiable[float, float]
Pair: TypeAlias = tuple[float, float]


@exercise(
    "Follow the point: what arrives at g is not 2 but f(2). So which column of the table does g stand in?",
    "The value is g(5). The step is stretched by f' where f is, at 2, and then by g' where g is, at 5.",
)
def which_numbers(answer: Pair) -> str:
    """What is the value of g ∘ f at 2, and by what does it stretch a small step there? Give both."""
    want(
        isinstance(answer, tuple | list) and len(answer) == 2,
        "Give two numbers, (value, stretch): the value, and by what it stretches.",
    )
    value, slope = answer
    want(value != 4, "4 is g(2). But g does not get 2: it gets what f makes of 2.")
    want(value != 20, "20 is f(2) times g(2). g ∘ f is not a product: it is g of f of 2.")
    want(value != 5, "5 is what f makes of 2, and then comes g.")
    want(value == 8, f"f(2) is 5, and g of that is in the column of 5; you gave {told(value)}.")
    want(slope != 21, "21 is f'(2) times g'(2). The derivative of g is wanted where g is, and g is not at 2.")
    want(slope != 60, "60 is f'(5) times g'(5). g is at 5, but f is at 2.")
    want(slope != 13, "13 is the sum. A step that becomes 3 times as long, and then 10 times, is how long?")
    want(slope == 30, f"The step is stretched twice, each time where the function is; you gave {told(slope)}.")
    return "Two derivatives, at two points: and to know the second point, you needed the value f(2)."


def asked_at(points: list[A], f: Differentiable[A, B]) -> Differentiable[A, B]:
    """The same, which notes where it is asked."""

    def noting(a: A) -> tuple[B, Callable[[A], B]]:
        want(
            isinstance(a, float),
            f"A function was run at {told(a)}, and wanted a number. What a function gives is a pair: take it apart, "
            "and run the next one at the value.",
        )
        points.append(a)
        return f(a)

    return noting


def require_function(call: str, result: object) -> None:
    """Does it wait for a point?"""
    want(callable(result), f"`{call}` gives {told(result)}, where a function is wanted: one that waits for a point a.")


def require_pair(call: str, result: object) -> None:
    """Is it a value, and a map?"""
    want(
        isinstance(result, tuple | list) and len(result) == 2,
        f"`{call}` gives {told(result)}, where a pair is wanted: the value, and the derivative there.",
    )
    assert isinstance(result, tuple | list)
    want(
        callable(result[1]),
        f"The second part of `{call}` is {told(result[1])}. The derivative at a point is a map: it waits for a step.",
    )


class Compose(Protocol):
    """First f, then g."""

    def __call__(self, f: Differentiable[A, B], g: Differentiable[B, C], /) -> Differentiable[A, C]:
        """The value of g ∘ f, and its derivative."""
        ...


def plus_one(a: float) -> tuple[float, Callable[[float], float]]:
    """a² + 1"""
    return a * a + 1, lambda da: 2 * a * da


def square(b: float) -> tuple[float, Callable[[float], float]]:
    """b²"""
    return b * b, lambda db: 2 * b * db


def circle(a: float) -> tuple[Pair, Callable[[float], Pair]]:
    """The point of the circle at an angle."""
    return (cos(a), sin(a)), lambda da: (-sin(a) * da, cos(a) * da)


def area(p: Pair) -> tuple[float, Callable[[Pair], float]]:
    """Of the rectangle up to a point."""
    return p[0] * p[1], lambda dp: p[1] * dp[0] + p[0] * dp[1]


@exercise(
    "Run f at a: you get b, and a map f_. Now where do you run g? Say `b, f_ = f(a)`, and go on.",
    "`c, g_ = g(b)`, and then the answer is the pair of c and the map that takes da to g_(f_(da)).",
)
def composition(compose: Compose) -> str:
    """Write `compose`: of two functions, each giving its value and its derivative, make one that does so too."""
    of_f, of_g = list[float](), list[float]()
    together = compose(asked_at(of_f, plus_one), asked_at(of_g, square))
    require_function("compose(f, g)", together)
    result = together(3.0)
    require_pair("compose(f, g)(3.0)", result)
    value, linear = result
    want(value != 82, "The value is 82, that of g first and then f. `compose(f, g)` runs f first.")
    want(value != 10, "The value is 10, which is where f ends. g has not been applied to it.")
    want(value != 9, "The value is 9, that of g at 3.0. But g gets what f makes of 3.0, which is 10.0.")
    want(value == 100, f"With a² + 1 and then b², the value at 3.0 is {told(value)}, where 100.0 is right.")
    stretched = linear(1.0)
    want(isinstance(stretched, float), f"The map makes {told(stretched)} of a step of 1.0, where a number is wanted.")
    want(
        3.0 not in of_g,
        "The derivative of g was taken at 3.0, where f begins. What arrives at g is 10.0: take the derivative there.",
    )
    want(
        not isclose(linear(2.0), 4 * stretched),
        f"A step of 1 gives {stretched}, and twice the step gives four times that: you multiplied what the two maps "
        "make of da. Let the second map go on from what the first one makes.",
    )
    want(
        isclose(linear(2.0), 2 * stretched),
        f"A step of 1 gives {stretched}, and one of 2 gives {linear(2.0)}: twice as much is wanted of a linear map. "
        "Does da go through both maps?",
    )
    want(
        not isclose(stretched, 26),
        "A step of 1 gives 26: you added the steps that the two maps give. What f makes of the step is the step of g.",
    )
    want(not isclose(stretched, 6), "A step of 1 gives 6, what f makes of it. Then g stretches that.")
    want(not isclose(stretched, 20), "A step of 1 gives 20, what g would make of it. But g gets the step that f made.")
    want(isclose(stretched, 120), f"f makes 6 of a step of 1 at 3.0, and g makes 120 of that; yours is {stretched}.")
    want(
        len(of_f) == len(of_g) == 1,
        f"All numbers are right. But f ran {len(of_f)} times, and g {len(of_g)} times, since your map runs them again "
        "at each step. Run each once, before, and keep the maps.",
    )
    try:
        value, to_area = compose(circle, area)(0.5)
        grown = to_area(1.0)
    except Exception as error:
        raise NotYet(
            "Of numbers all is well, for there two maps may change places. Now f goes from a number to a pair, and g "
            f"from a pair to a number, and yours stops with {type(error).__name__}: {error}. Which map comes first?"
        ) from error
    want(isclose(grown, cos(1.0)), f"For a point on a circle, and its rectangle's area, {grown} is wrong.")
    return "b is used twice: g needs it for its value, and for its derivative. That is why the value comes along."


@exercise(
    "You have `compose`, which makes one of two. Go through the list, and compose what you have with the next one.",
    "Begin with the function that changes nothing. What is its value at a, and what does it make of a step da?",
)
def chain_of_many(chain: Callable[[Sequence[Curve]], Curve]) -> str:
    """Write `chain`: of a list of differentiable functions, first to last, make one. The list may be empty."""
    require_function("chain([f, g])", chain([plus_one, square]))
    result = chain([plus_one, square])(3.0)
    require_pair("chain([f, g])(3.0)", result)
    want(
        result[0] != 82,
        "a² + 1 and then b² gives 82.0 at 3.0, which is the last function first. The list is in the order of running.",
    )
    want(result[0] == 100, f"a² + 1 and then b² gives {told(result[0])} at 3.0, where 100.0 is right.")
    try:
        stretched = result[1](0.5)
    except RecursionError as error:
        raise NotYet(
            "The map runs itself for ever. In a loop, `lambda da: f_(d(da))` looks d up when it is run, and by then d "
            "is that lambda. Let a function make the map of the two, such as `compose`."
        ) from error
    except TypeError as error:
        raise NotYet(
            f"A step of 0.5 stops with TypeError: {error}. Is there a number in place of a map, such as 1.0 for the "
            "map that leaves a step as it is?"
        ) from error
    want(isclose(stretched, 60), f"a² + 1 and then b² makes {stretched} of a step of 0.5, and not 60.0.")
    points = list[float]()
    noting = asked_at(points, lambda a: (a + 1, lambda da: 2 * da))
    value, linear = chain([noting] * 10)(0.0)
    want(
        (value, linear(1.0)) == (10, 1024),
        f"Ten functions, that add 1 and double a step, give {value} and {linear(1.0)}; 10.0 and 1024.0 are right.",
    )
    want(
        len(points) == 10,
        f"Right, but slow: ten functions in a row ran {len(points)} times in all. Let each run once, and give its "
        "value, with its derivative, to the next.",
    )
    try:
        result = chain([])(3.0)
    except Exception as error:
        raise NotYet(
            f"An empty list stops with {type(error).__name__}: {error}. A chain of no functions is a function too: the "
            "one that changes nothing."
        ) from error
    require_pair("chain([])(3.0)", result)
    want(result[0] == 3, f"An empty chain gives {told(result[0])} at 3.0, and should change nothing.")
    want(
        not isclose(result[1](1.0), 3),
        "An empty chain makes 3 of a step of 1, at 3.0. A step that nobody changes is how long?",
    )
    want(
        isclose(result[1](1.0), 1) and isclose(result[1](5.0), 5),
        f"An empty chain makes {told(result[1](5.0))} of a step of 5. The slope of a is 1: a step stays as it is.",
    )
    return "Composition, and an identity for where there is nothing to compose: that is a category (section 4.1)."
