"""Exercises to lesson 10: one D, any k."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias

from cat_ad import Cartesian, Category, LawError, Monoidal, Scalar, check_laws, constant, mul, sin
from docs.exercises import NotYet, exercise, is_number, told, want

SomeCategory: TypeAlias = Category[Any]  # Any: its arrows are what it says
Series: TypeAlias = tuple[float, ...]


@exercise(
    "Multiply (a0 + a1 t + a2 t²)(b0 + b1 t + b2 t²) by hand. Which terms have t² in them? There are three.",
    "The coefficient of tⁿ is the sum of a[i] b[n - i], for i from 0 to n; and n goes as far as in a and in b.",
)
def product_of_series(times: Callable[[Series, Series], Series]) -> str:
    """Multiply two series a0 + a1 t + a2 t² + ..., each given by as many numbers, up to the same power of t."""
    got = times((2.0, 5.0), (3.0, 7.0))
    want(
        isinstance(got, tuple) and all(map(is_number, got)),
        f"`times((2, 5), (3, 7))` gives {told(got)}, where a tuple of numbers is wanted.",
    )
    want(
        got != (6.0, 35.0),
        "`times((2, 5), (3, 7))` gives (6, 35): you multiply number by number. But in (2 + 5 t)(3 + 7 t) there is t in "
        "2 · 7 t and in 5 t · 3.",
    )
    want(
        got != (6.0, 29.0, 35.0),
        "`times((2, 5), (3, 7))` gives (6, 29, 35), which is right, but one number too long: of series up to t, the "
        "product is wanted up to t. (What stands at t² would be wrong: who knows what a2 was?)",
    )
    want(len(got) == 2, f"`times((2, 5), (3, 7))` gives {len(got)} numbers, where two are wanted.")
    want(got == (6.0, 29.0), f"`times((2, 5), (3, 7))` gives {got}, but (2 + 5 t)(3 + 7 t) is 6 + 29 t + ...")
    got = times((1.0, 10.0, 100.0), (2.0, 3.0, 4.0))
    want(
        got[2:] != (204.0,),
        "Right up to t. But at t², of (1 + 10 t + 100 t²)(2 + 3 t + 4 t²), yours has 204, where 10 t · 3 t is missing.",
    )
    want(
        got[2:] != (264.0,),
        "Right up to t. But at t², of (1 + 10 t + 100 t²)(2 + 3 t + 4 t²), yours has 264: 10 · 3 counts twice. So it "
        "does for second derivatives, but these are coefficients, which are derivatives divided by n!.",
    )
    right = (2.0, 23.0, 234.0)
    want(got == right, f"Of (1 + 10 t + 100 t²)(2 + 3 t + 4 t²) yours has {told(got)}, where {right} is right.")
    got = times((1.0,) * 6, (1.0,) * 6)
    want(got == (1.0, 2.0, 3.0, 4.0, 5.0, 6.0), f"Right up to t², but of six ones, squared, yours makes {told(got)}.")
    return "With two numbers this is the product rule. With n, it is all derivatives up to n at once, and no new idea."


@exercise(
    "The value of mul depends on all that x depends on, and on all that y depends on: a union, of all sets in x.",
    "`leaves(x)` from cat_ad.objects.trees is the list of sets in x, and `frozenset().union(*sets)` unites a list.",
)
def dependence(category: Cartesian[Any]) -> str:
    """Write a category in which a number is the set of the names on which it depends: say what a primitive does."""
    want(
        not isinstance(category, type),
        "You have passed the class itself. Its instance is the category: put () after it.",
    )
    want(
        isinstance(category, Cartesian),
        f"{told(category)} is no cartesian category. Let your class begin with `class Dependence(Plain):`.",
    )
    means: Any = getattr(category, "primitive", None)  # Any: what a learner adds
    want(means is not None, "Your category has no `primitive` yet: a function of an arrow, that says what it means.")
    x, y = frozenset({"x"}), frozenset({"y"})
    try:
        one: object = means(sin(Scalar))(x)
    except (TypeError, LookupError) as error:
        raise NotYet(f"sin has one argument, so that x is no pair but a set, and yours stops: {error}.") from error
    want(one == x, f"The sine of x depends on {{'x'}}. Yours gives {told(one)}.")
    both: Any = means(mul(Scalar))((x, y))  # Any: what a learner makes of it
    about = "The product of x and y depends on both, {'x', 'y'}."
    want(
        isinstance(both, frozenset | set),
        f"{about} Yours gives {told(both)}, which is no set: a primitive makes one value of all that it gets.",
    )
    want(both != set(), f"{about} Yours gives the empty set: you have kept what *all* arguments depend on.")
    want(both not in (x, y), f"{about} Yours gives {set(both)}: you have looked at one argument only.")
    want(not both - {"x", "y"}, f"{about} Yours has {set(both - {'x', 'y'})} too, which nobody put in.")
    want(both == x | y, f"{about} Yours gives {set(both)}.")
    try:
        fixed: object = means(constant(Scalar, 3.0))(())
    except (TypeError, LookupError) as error:
        raise NotYet(
            f"A constant depends on nothing, and its argument is (), in which there is no set at all. Yours stops: "
            f"{error}."
        ) from error
    want(fixed == frozenset(), f"A constant depends on nothing, and its argument is (). Yours gives {told(fixed)}.")
    try:
        check_laws(category, call=of_names)
    except LawError as error:
        raise NotYet(f"Of products it is right, but check_laws says: {error}") from error
    return "Your own category, with its laws green. You can ask it now what any output of any arrow depends on."


def of_names(f: Any, x: object) -> Any:  # Any: an arrow of a learner's category
    """What an arrow makes of names, one for each number of a value."""
    return f(named(x))


def named(x: object, name: str = "x") -> object:
    """A name for each number of a value."""
    return tuple(named(y, f"{name}{i}") for i, y in enumerate(x)) if isinstance(x, tuple) else frozenset({name})


class Count(Category[Any]):
    """How many primitives there are."""

    def id(self, a: object) -> Any:
        """None."""
        return 0

    def compose(self, f: Any, g: Any) -> Any:
        """Those of both."""
        return f + g

    def cross(self, f: Any, g: Any) -> Any:
        """Those of both."""
        return f + g

    def fork(self, f: Any, g: Any) -> Any:
        """As in cross."""
        return self.cross(f, g)

    def exl(self, a: object, b: object) -> Any:
        """None."""
        return self.id(a)

    def exr(self, a: object, b: object) -> Any:
        """None."""
        return self.id(a)

    def it(self, a: object) -> Any:
        """None."""
        return self.id(a)

    def primitive(self, arrow: object) -> Any:
        """One."""
        return 1


class Longest(Count):
    """How many primitives there are, one after the other."""

    def cross(self, f: Any, g: Any) -> Any:
        """The longer way."""
        return max(f, g)


class Logbook(Count):
    """Which primitives run, left before right."""

    def id(self, a: object) -> Any:
        """None."""
        return ()

    def primitive(self, arrow: object) -> Any:
        """Its name."""
        return (str(arrow),)


Reading: TypeAlias = Literal["Count", "Longest", "Logbook", "Duals"]
Kind: TypeAlias = Literal["category", "monoidal", "cartesian"]

KINDS: dict[Kind, Any] = {"category": Category, "monoidal": Monoidal, "cartesian": Cartesian}  # Any: abstract classes
READINGS: dict[Reading, tuple[Kind, type[SomeCategory] | None]] = {
    "Count": ("monoidal", Count),
    "Longest": ("category", Longest),
    "Logbook": ("category", Logbook),
    "Duals": ("cartesian", None),
}


@exercise(
    "Try to break each. Cartesian: what if a fork makes two things, and one is thrown away? (f & g) ; exl should be f.",
    "Monoidal: (f * g) ; (h * k) is (f ; h) * (g ; k). Let f and k be long, and g and h short: which way is longest?",
)
def which_laws(answer: Mapping[Reading, Kind]) -> str:
    """Of which class are the laws green: "category", "monoidal", or even "cartesian"? For each of the four readings."""
    kinds = [*KINDS]
    for reading, (right, made) in READINGS.items():
        want(reading in answer, f"You have not said yet: {reading}.")
        got = answer[reading]
        want(got in KINDS, f"There is no kind {got!r} among {', '.join(KINDS)}.")
        want(
            kinds.index(got) >= kinds.index(right),
            f"{reading} is more than that: check_laws finds nothing wrong with it as {right}.",
        )
        if made and got != right:
            promising = type(reading, (made, KINDS[got]), {})
            try:
                check_laws(promising())
            except LawError as error:
                raise NotYet(f"Let {reading} promise to be {got}, and check_laws says: {error}") from error
    return "A law that fails says what is lost: Count is not free to drop, and Longest makes what is beside it wait."
