"""`check_laws` passes the categories of this library, and finds and names each mistake in one that a user makes."""

from collections.abc import Callable
from functools import reduce
from typing import Any, ClassVar

import numpy as np
import pytest

from cat_ad import (
    Additive,
    Begin,
    Biproduct,
    Cartesian,
    Category,
    Cont,
    Cost,
    D,
    Dim,
    Dual,
    Float,
    Incremental,
    InterpretationError,
    Intervals,
    LawError,
    Machines,
    Matrices,
    Monoidal,
    Optics,
    Scalar,
    SpaceError,
    Syntax,
    Tangents,
    check_laws,
    lookup,
    positions,
    primitive,
    sin,
)
from cat_ad.categories.codiscrete import Codiscrete
from cat_ad.categories.functions import Functions
from cat_ad.derivatives import chain_rule
from cat_ad.objects.tangents import plus
from cat_ad.objects.trees import tree_map
from cat_ad.readings import costs
from tests.categories.test_weak_categories import OnlyCartesian, OnlyMonoidal
from tests.support.free import Terms
from tests.support.trees import point

Some = Any  # Any: arrows and objects of a category of a user, who writes no types


class Time(Dim):
    """The axis that machines go along."""


CATEGORIES: list[Category[Any]] = [
    Functions(),
    *(f(k) for k in (Additive(), Matrices(), Dual(Cont(Additive(), Scalar))) for f in (lambda k: k, Dual, D)),
    *(f(Additive(), Float[Time]) for f in (Cont, Begin)),
    Tangents(),
    Optics(),
    Intervals(),
    Incremental(),
    Machines(Time),
    Codiscrete(),
    Terms(),
]


@pytest.mark.parametrize("category", CATEGORIES, ids=repr)
@pytest.mark.parametrize("seed", [0, 1])
def test_the_library_s_own_keep_their_laws(category: Category[Any], seed: int) -> None:
    check_laws(category, samples=5, seed=seed)


# A category of a user, who knows no more than the classes ------------------------------------------------------------


class Plain(Cartesian[Any]):
    """Functions."""

    def id(self, a: Some) -> Some:
        """The identity."""
        return lambda x: x

    def compose(self, f: Some, g: Some) -> Some:
        """First f, then g."""
        return lambda x: g(f(x))

    def cross(self, f: Some, g: Some) -> Some:
        """Side by side."""
        return lambda x: (f(x[0]), g(x[1]))

    def exl(self, a: Some, b: Some) -> Some:
        """The left."""
        return lambda x: x[0]

    def exr(self, a: Some, b: Some) -> Some:
        """The right."""
        return lambda x: x[1]

    def fork(self, f: Some, g: Some) -> Some:
        """Both."""
        return lambda x: (f(x), g(x))

    def it(self, a: Some) -> Some:
        """Nothing."""
        return lambda x: ()

    def primitive(self, arrow: Some) -> Some:
        """What a primitive means."""
        return arrow.value


class LinearMaps(Plain, Biproduct[Any]):
    """Functions that are linear, whose zeros are arrays."""

    def inl(self, a: Some, b: Some) -> Some:
        """On the left."""
        return lambda x: (x, zeros(b))

    def inr(self, a: Some, b: Some) -> Some:
        """On the right."""
        return lambda x: (zeros(a), x)

    def join(self, f: Some, g: Some) -> Some:
        """The sum."""
        return lambda x: plus(f(x[0]), g(x[1]))

    def ti(self, a: Some) -> Some:
        """Zeros."""
        return lambda x: zeros(a)

    def primitive(self, arrow: Some) -> Some:
        """What a primitive means."""
        if not arrow.linear:
            raise NotImplementedError
        return arrow.value


def zeros(a: Some) -> Some:
    """The zero of an object."""
    return tree_map(np.zeros_like, point(a, np.random.default_rng(0)))


class Counting(Monoidal[Any]):
    """How many primitives an arrow is made of."""

    def id(self, a: Some) -> Some:
        """The identity."""
        return 0

    def compose(self, f: Some, g: Some) -> Some:
        """First f, then g."""
        return f + g

    def cross(self, f: Some, g: Some) -> Some:
        """Side by side."""
        return f + g

    def primitive(self, arrow: Some) -> Some:
        """What a primitive means."""
        return 1


class OnlyCategory(Category[Any]):
    """The names of primitives, one after the other."""

    def id(self, a: Some) -> Some:
        """The identity."""
        return ""

    def compose(self, f: Some, g: Some) -> Some:
        """First f, then g."""
        return f + g

    def primitive(self, arrow: Some) -> Some:
        """What a primitive means."""
        return arrow.name


@pytest.mark.parametrize("category", [Plain(), LinearMaps(), Counting(), OnlyCategory()], ids=repr)
@pytest.mark.parametrize("seed", range(3))
def test_a_user_s_own_keep_their_laws(category: Category[Any], seed: int) -> None:
    check_laws(category, seed=seed)


def rounded(f: Some) -> Some:
    """A function that forgets digits."""
    return lambda x: tree_map(lambda y: np.round(y, 3), f(x))


def moved(f: Some) -> Some:
    """A function that adds one to each number."""
    return lambda x: tree_map(lambda y: y + 1, f(x))


MUTANTS: list[tuple[type[Category[Any]], str, Callable[..., Some], str]] = [
    (Plain, "fork", lambda k, f, g: lambda x: (g(x), f(x)), "exl_of_fork"),
    (Plain, "fork", lambda k, f, g: lambda x: (f(x), f(x)), "exr_of_fork"),
    (Plain, "exl", lambda k, a, b: lambda x: x[1], "exl_of_fork"),
    (Plain, "exr", lambda k, a, b: lambda x: x[0], "exr_of_fork"),
    (Plain, "chain", lambda k, path: moved(reduce(k.compose, path)), "chain_composes"),
    (Plain, "compose", lambda k, f, g: lambda x: f(g(x)), "right_identity|left_identity|associativity|exl_of_fork"),
    (Plain, "compose", lambda k, f, g: rounded(lambda x: g(f(x))), "left_identity|swap_twice"),
    (Plain, "compose", lambda k, f, g: f, "left_identity"),
    (Plain, "compose", lambda k, f, g: g, "right_identity"),
    (Plain, "id", lambda k, a: lambda x: tree_map(np.negative, x), "left_identity|right_identity"),
    (Plain, "id", lambda k, a: rounded(lambda x: x), "left_identity|right_identity"),
    (Plain, "cross", lambda k, f, g: lambda x: (f(x[0]), x[1]), "cross_by_fork"),
    (Plain, "cross", lambda k, f, g: lambda x: (g(x[1]), f(x[0])), "cross_of_identities"),
    (Plain, "it", lambda k, a: lambda x: x, "unit_is_terminal"),
    (Plain, "dup", lambda k, a: lambda x: (x, tree_map(np.zeros_like, x)), "fork_by_dup"),
    (Plain, "swap", lambda k, a, b: lambda x: x, "swap_is_natural"),
    (Plain, "assoc_l", lambda k, a, b, d: lambda x: ((x[0], x[1][1]), x[1][0]), "assoc_there_and_back"),
    (LinearMaps, "join", lambda k, f, g: lambda x: f(x[0]), "join_of_inr"),
    (LinearMaps, "join", lambda k, f, g: lambda x: plus(f(x[0]), -1.0 * g(x[1])), "join_of_inr"),
    (LinearMaps, "inr", lambda k, a, b: lambda x: (x, zeros(b)), "join_of_inr|join_of_injections"),
    (LinearMaps, "jam", lambda k, a: lambda x: x[0], "join_by_jam"),
    (LinearMaps, "zero", lambda k, a, b: lambda x: tree_map(np.ones_like, zeros(b)), "inl_then_exr"),
    (LinearMaps, "plus", lambda k, a, f, g: f, "fork_is_a_sum"),
    (LinearMaps, "ti", lambda k, a: lambda x: tree_map(np.ones_like, zeros(a)), "unit_is_initial"),
    (Counting, "cross", lambda k, f, g: max(f, g), "interchange"),
    (Counting, "id", lambda k, a: 1, "left_identity"),
    (OnlyCategory, "id", lambda k, a: "id", "left_identity"),
    (OnlyCategory, "compose", lambda k, f, g: f"{f}({g})", "left_identity"),
    (Functions, "repl_i", lambda k, n, a: lambda x: None, "ex_i_of_fork_i"),
    (Additive, "join", lambda k, f, g: lambda u: f(u[0]), "join_of_inr|join_of_injections|in_i_of_join_i"),
    (Matrices, "compose", lambda k, f, g: f, "left_identity"),
]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("base", "operation", "wrong", "laws"), MUTANTS, ids=lambda x: getattr(x, "__name__", x))
def test_each_mistake_is_found_and_named(
    base: type[Category[Any]], operation: str, wrong: Callable[..., Some], laws: str, seed: int
) -> None:
    """With the arrows that show it."""
    mutant = type("Mutant", (base,), {operation: wrong})
    with pytest.raises(LawError, match=rf"^Mutant breaks ({laws}), .* = .*: .*, where [af] = "):
        check_laws(mutant(), seed=seed)


class Logbook(Monoidal[Any]):
    """Which primitives run, one after the other: also those that are side by side, which have no order."""

    def id(self, a: Some) -> Some:
        """None."""
        return ()

    def compose(self, f: Some, g: Some) -> Some:
        """First f, then g."""
        return f + g

    def cross(self, f: Some, g: Some) -> Some:
        """The same."""
        return f + g

    def primitive(self, arrow: Some) -> Some:
        """Its name."""
        return (str(arrow),)


@pytest.mark.parametrize("seed", range(3))
def test_an_order_among_what_is_side_by_side_is_found(seed: int) -> None:
    """Such a category is premonoidal, and no more."""
    with pytest.raises(LawError, match=r"^Logbook breaks interchange, \(g \* f\) ; \(h \* g\) = "):
        check_laws(Logbook(), seed=seed)


class Forgetful(D[Any]):
    """The chain rule, of which the second half is forgotten."""

    def compose(self, f: Some, g: Some) -> Some:
        """First f, then g."""
        first, then = chain_rule.function(f), chain_rule.function(g)

        def run(a: Some) -> Some:
            b, derivative = first(a)
            return then(b)[0], derivative

        return chain_rule.hom(run)


@pytest.mark.parametrize("k", [Additive(), Dual(Additive()), Matrices()], ids=repr)
def test_a_wrong_chain_rule_is_found(k: Any) -> None:
    """In each representation of its derivatives."""
    with pytest.raises(LawError, match=r"^Forgetful\(.*\) breaks left_identity, id ; f = f: .* apart|right"):
        check_laws(Forgetful(k))


def test_calls_tell_of_arrows_that_are_no_functions() -> None:
    """What an arrow costs breaks laws that its value keeps."""
    with pytest.raises(LawError, match=r"^Cost breaks exl_of_fork, .* the left is Counts\(.*\), the right Counts\("):
        check_laws(Cost())
    check_laws(Cost(), call=lambda f, x: costs.function(f)(x)[0])


def test_equality_may_be_given() -> None:
    """And what it raises counts as a no. `Syntax` writes the two sides of a law as they are, hence keeps none."""
    with pytest.raises(LawError, match=r"^Syntax breaks left_identity, id ; f = f: the left is .* ∘ id, the right "):
        check_laws(Syntax(), equal=lambda f, g: str(f) == str(g))
    with pytest.raises(LawError, match=r"^Plain breaks .*: it raises AssertionError: the same, where "):
        check_laws(Plain(), equal=not_the_same)


def not_the_same(f: object, g: object) -> bool:
    """Never."""
    raise AssertionError("the same")


def test_arrows_that_cannot_be_compared_are_no_broken_law() -> None:
    """And the error says what to give."""
    with pytest.raises(InterpretationError, match=r"give equal=lambda f, g: \.\.\., or call=lambda f, x: \.\.\."):
        check_laws(Syntax())


class Named(Counting, Cartesian[Any]):
    """How many primitives that a user has a name for."""

    names: ClassVar[dict[Any, str]] = {}

    def exl(self, a: Some, b: Some) -> Some:
        """None."""
        return 0

    def exr(self, a: Some, b: Some) -> Some:
        """None."""
        return 0

    def fork(self, f: Some, g: Some) -> Some:
        """Both."""
        return f + g

    def it(self, a: Some) -> Some:
        """None."""
        return 0

    def primitive(self, arrow: Some) -> Some:
        """What a primitive means."""
        return len(self.names[arrow])


def test_primitives_may_be_given() -> None:
    """Those that the category refuses are not used; where none is given, structure alone is looked at."""
    cube = primitive("cube", Float[Time], Float[Time], lambda x: x**3, lambda x, y, k: k.scale(3 * x**2))
    check_laws(Named(), primitives=())
    Named.names[cube] = "cube"
    with pytest.raises(LawError, match=r"Named breaks (exl_of_fork|unit_is_terminal), .* = cube"):
        check_laws(Named(), primitives=[cube, sin(Scalar)])
    check_laws(Functions(), primitives=[cube, lookup(Time, Time), positions(Time)])


class Meaningless(Monoidal[Any]):
    """Functions without arguments, of no primitives."""

    def id(self, a: Some) -> Some:
        """Nothing."""
        return lambda: 0

    def compose(self, f: Some, g: Some) -> Some:
        """Both."""
        return lambda: f() + g()

    def cross(self, f: Some, g: Some) -> Some:
        """Both."""
        return lambda: f() + g()


def run(f: Some) -> Some:
    """What such a function gives."""
    return f()


@pytest.mark.parametrize("error", [NotImplementedError, KeyError, InterpretationError, None])
def test_a_category_in_which_primitives_mean_nothing_is_told_so(error: type[Exception] | None) -> None:
    """Whether it says so, knows nothing of it, or forgot to say anything; but its structure can be tried alone."""

    def refuse(k: Some, arrow: Some) -> Some:
        raise error or AssertionError

    category: Some = type("Refusing", (Counting if error else Meaningless,), {"primitive": refuse} if error else {})()
    why = error.__name__ if error else "define Refusing.primitive"
    with pytest.raises(InterpretationError, match=rf"Refusing gives none of \d+ one: .*{why}.*or give primitives=\[\]"):
        check_laws(category)
    check_laws(category, primitives=[], call=lambda f, x: f if error else run(f))


def test_an_arrow_that_takes_no_arrays_is_no_broken_law() -> None:
    """And the error says what to give."""
    category = type("Thunks", (Meaningless,), {"primitive": lambda k, arrow: lambda: 1})()
    with pytest.raises(InterpretationError, match=r"called with a value of .* raises TypeError: .*; give call=lambda"):
        check_laws(category)
    check_laws(category, call=lambda f, x: run(f))


@pytest.mark.parametrize("k", [OnlyMonoidal(), OnlyCartesian()], ids=repr)
def test_of_d_the_laws_are_tried_of_what_is_there(k: Category[Any]) -> None:
    """And a chain rule that is wrong is found in it."""
    check_laws(D(k))
    with pytest.raises(LawError, match=r"^Forgetful\(.*\) breaks left_identity"):
        check_laws(Forgetful(k))


def test_what_a_category_itself_lacks_is_named() -> None:
    """Where it asks itself for what it has not, or calls it by a wrong name."""
    category = type("Misspelt", (Plain,), {"cross": lambda k, f, g: k.forc(f, g)})()
    with pytest.raises(InterpretationError, match="wanted forc of Misspelt"):
        check_laws(category)


@pytest.mark.parametrize(
    ("wrong", "error", "says"),
    [
        ({"category": Plain}, InterpretationError, "wanted a category, got .*Plain.*; make one by calling its class"),
        ({"category": None}, InterpretationError, "wanted a category, got None"),
        ({"seed": -1}, SpaceError, "check_laws: wanted a seed"),
        ({"samples": 0}, SpaceError, "check_laws: wanted a number of samples"),
        ({"tolerance": np.nan}, SpaceError, "check_laws: wanted a tolerance"),
        ({"primitives": [3]}, SpaceError, "check_laws: wanted an arrow, got int"),
    ],
)
def test_wrong_arguments(wrong: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        check_laws(**{"category": Plain(), **wrong})


def test_a_law_of_one_s_own_is_tried_too() -> None:
    """Of what every category has between known objects; of more than that, equality must be given."""

    class Loud(Counting):
        """Counting, with a law that no arrow keeps, of an operation of its own."""

        def shout(self, f: Some) -> Some:
            """One more."""
            return f + 1

    def shouted(k: Any, s: Any) -> tuple[Some, Some]:
        """f! = f"""
        return k.shout(s.f), s.f

    Loud.laws = (shouted,)
    with pytest.raises(LawError, match=r"^Loud breaks shouted, f! = f: the left is 2, the right 1, where f = .*\w$"):
        check_laws(Loud(), equal=lambda f, g: f == g)
    with pytest.raises(InterpretationError, match=r"known; give equal=lambda"):
        check_laws(Loud())
