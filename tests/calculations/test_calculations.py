"""What `calculate` accepts and what it refuses, and that what it says then teaches."""

import inspect
import re
from contextlib import suppress
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cat_ad import (
    Additive,
    CalculationError,
    CompositionError,
    Equation,
    InterpretationError,
    LawError,
    SpaceError,
    calculate,
)
from cat_ad.calculations import trials, vocabulary
from cat_ad.calculations.inference import Typing
from cat_ad.calculations.laws import compose_at, cross_at, exl_of_fork, exr_of_fork, fork_of_parts, jam_at, plus_by_jam
from cat_ad.calculations.maps import CATEGORIES
from cat_ad.calculations.meanings import MEANINGS
from cat_ad.calculations.paper import section_3, section_12, section_13, section_15
from cat_ad.calculations.paper.section_3 import chain_rule, cross_rule, linear_rule
from cat_ad.calculations.terms import Applied, Operator, normal
from cat_ad.calculations.trials import Trial, unequal
from cat_ad.calculations.vocabulary import (
    Arrow,
    Cont,
    D,
    Dual,
    cont,
    crossI,
    dot,
    dup,
    entry,
    exI,
    exl,
    exr,
    families,
    identity,
    jam,
    linear_variables,
    mul,
    scale,
    undot,
    variables,
    zero,
)
from cat_ad.categories.biproduct import Linear
from cat_ad.linear_maps import additive, beginning, continuation, dual, matrix
from cat_ad.objects.tangents import plus
from tests.support.calculations import some_term

f, g, h, a, b, s, u = variables("f g h a b s u")
(l,) = linear_variables("l")
(fs,) = families("f")
Bad = Any  # Any: what a type checker refuses is the point of these tests


def test_a_step_goes_either_way() -> None:
    forth = calculate(D(g @ f)(a)).by(chain_rule, D(g)(f(a)) @ D(f)(a))
    back = calculate(D(g)(f(a)) @ D(f)(a)).by(chain_rule, D(g @ f)(a))
    assert forth.terms == back.terms[::-1]


def test_a_step_may_be_at_more_than_one_place() -> None:
    calculate(exl @ (f & g) & exl @ (h & g)).by(exl_of_fork, f & h)
    calculate(exl @ (f & g) & exl @ (h & g)).by(exl_of_fork, f & exl @ (h & g))


def test_associativity_and_identity_need_no_step() -> None:
    calculate(D(h @ g @ f)(a)).by(chain_rule, D(h)((g @ f)(a)) @ D(g @ f)(a))
    calculate(D(h @ g @ f)(a)).by(chain_rule, D(h @ g)(f(a)) @ D(f)(a))
    calculate((h @ exl) @ (f & g)).by(exl_of_fork, h @ f)
    calculate(h @ (identity @ exl) @ (f & g)).by(exl_of_fork, identity @ h @ f)
    assert calculate(h @ identity @ f).gives(h @ f).terms == (h @ identity @ f,)


def test_what_an_equation_makes_may_be_the_next_term() -> None:
    """Each of the options is a step, and there are none of an equation that does not apply."""
    start = calculate(D(h @ g @ f)(a))
    assert len(start.options(chain_rule)) == 2
    for option in start.options(chain_rule):
        assert start.by(chain_rule, option).options(chain_rule)
    assert start.options(cross_rule) == start.options(linear_rule) == []
    assert calculate(D(l @ exl)(a)).options(linear_rule) == [l @ exl]


def test_variables_that_are_arrows_of_any_category() -> None:
    """Else a sum is taken for one of points."""
    p, q = variables("f g", of=Arrow)
    calculate(p + q).by(plus_by_jam, jam @ (p * q) @ dup)
    with pytest.raises(CompositionError, match=r"^step 1: f × g: wanted an arrow B ⇝ C in place of f, which is of A$"):
        calculate(f + g).by(plus_by_jam, jam @ (f * g) @ dup)


def test_a_step_that_changes_nothing_is_refused() -> None:
    says = (
        r"^step 1: wanted another term than D \(g ∘ f\) a, got D \(g ∘ id ∘ f\) a; to associate, or to compose with id"
    )
    with pytest.raises(CalculationError, match=says):
        calculate(D(g @ f)(a)).by(chain_rule, D(g @ identity @ f)(a))


def test_what_is_not_linear_is_not_its_own_derivative() -> None:
    """The variable of theorem 3 is linear: it stands for a composition of what is, but for nothing else."""
    calculate(D(exl @ dup)(a)).by(linear_rule, exl @ dup)
    calculate(D(l @ scale(s))(a)).by(linear_rule, l @ scale(s))
    assert not linear_rule.justifies(D(mul)(a), mul, calculate(D(mul)(a)).typing)
    with pytest.raises(CalculationError, match=r"says nothing of D mul \(a, b\), nor of a part of it; got scale b ▽"):
        calculate(D(mul)(a, b)).by(linear_rule, scale(b) | scale(a))
    with pytest.raises(CompositionError, match=r"^step 1: mul: wanted an arrow R × R ⊸ R there, and it is an arrow"):
        calculate(D(mul)(a, b)).by(linear_rule, mul)


def test_an_index_does_not_leave_its_family() -> None:
    """A variable without an index stands for nothing that has one."""
    same = Equation("the same in every place", "", crossI(f), crossI(f))
    other = Equation("twice the same in every place", "", crossI(f), crossI(exl @ (f & f)))
    context = calculate(crossI(fs)(a)).typing
    assert not same.admits({f: fs}, context)
    assert same.admits({f: g}, context)
    assert not other.justifies(crossI(fs), crossI(exl @ (fs & fs)), context)
    assert exl_of_fork.justifies(crossI(exl @ (fs & fs)), crossI(fs), context), "but within, it may"


def test_a_law_of_functions_is_not_one_of_the_dual() -> None:
    """There, what is last is applied first: even where the two are the same, it is no step."""
    (p,) = variables("p", of=Dual)
    with pytest.raises(CalculationError, match=r"composition at a point .* says nothing of \(p ∘ p\) u"):
        calculate((p @ p)(u)).by(compose_at, p(p(u)))
    calculate((p @ p)(u)).by(section_13.composition(), p(p(u)))


def test_every_category_of_linear_maps_is_tried() -> None:
    """All that `cat_ad.linear_maps` has."""
    modules = (additive, beginning, continuation, dual, matrix)
    found = {made for module in modules for made in vars(module).values() if isinstance(made, type)}
    categories = {made for made in found if issubclass(made, Linear) and made.__module__.startswith("cat_ad.linear")}
    assert {type(k) for k in CATEGORIES} == categories
    trial = Trial(0)
    assert trial.unequal(*chain_rule.sides) == ""
    assert {model.k for model, _ in trial.shown} == {*CATEGORIES}


class Doubling(Additive):
    """Linear functions, of which a fork is wrong on the right."""

    def fork(self, f: Any, g: Any) -> Any:  # Any: homs, as in its base class
        """Twice g."""
        once = additive.function(g)
        return super().fork(f, additive.hom(lambda u: plus(once(u), once(u))))


def test_a_category_that_is_wrong_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A step that follows by its law is refused where it does not hold."""
    monkeypatch.setattr(trials, "CATEGORIES", (Doubling(),))
    calculate(exl @ (f & dup)).by(exl_of_fork, f)
    with pytest.raises(LawError, match=r"^step 1: exr of a fork .*, does not hold in Doubling: "):
        calculate(exr @ (f & dup)).by(exr_of_fork, dup)


# What errors say -----------------------------------------------------------------------------------------------------


def test_the_error_of_a_wrong_step_says_what_would_be_right() -> None:
    says = (
        r"^step 2: the chain rule \(theorem 1\), D \(g ∘ f\) a = D g \(f a\) ∘ D f a, makes D f \(f a\) ∘ D f a of "
        r"D \(f ∘ f\) a; got D f a ∘ D f a, with a in place of f a, which is not equal \(in Additive: .*\)$"
    )
    start = calculate(D(f)(f(a)) @ D(f)(a)).by(chain_rule, D(f @ f)(a))
    with pytest.raises(CalculationError, match=says):
        start.by(chain_rule, D(f)(a) @ D(f)(a))


def test_the_error_of_a_large_step_says_that_the_terms_are_equal() -> None:
    says = r"with f \(g a\) in place of \(f ∘ g\) a, which is equal, but by another law, or by more than one$"
    with pytest.raises(CalculationError, match=says):
        calculate(D(h @ f @ g)(a)).by(chain_rule, D(h)(f(g(a))) @ D(f @ g)(a))


def test_the_error_of_a_wrong_law_says_that_it_does_not_apply() -> None:
    says = r"^step 1: the cross rule \(theorem 2\), .*, says nothing of D \(g ∘ f\) a, nor of a part of it; got D g"
    with pytest.raises(CalculationError, match=says):
        calculate(D(g @ f)(a)).by(cross_rule, D(g)(f(a)) @ D(f)(a))


def test_the_error_of_objects_names_the_two_that_differ() -> None:
    start = calculate(D(g @ f)(a))
    with pytest.raises(CompositionError, match=r"^step 1: D g a: wanted a point of B in place of a, which is of A$"):
        start.by(chain_rule, D(g)(a) @ D(f)(a))
    says = r"wanted D f a to begin where the arrow before it ends, in C, and it begins in A$"
    with pytest.raises(CompositionError, match=says):
        start.by(chain_rule, D(f)(a) @ D(g)(f(a)))
    with pytest.raises(CompositionError, match=r"^step 1: f a: wanted an arrow A ⊸ C there, and it is of B$"):
        start.by(chain_rule, f(a))
    with pytest.raises(
        CompositionError, match=r"^f \(a, a\): wanted a point of A in place of \(a, a\), which is of A × A$"
    ):
        Equation("no object is its own square", "", f(a), f(a, a))


def test_a_law_that_does_not_hold_is_found_out() -> None:
    false = Equation("the derivative of a product", "Leibniz, at first", D(mul)(a, b), scale(a) | scale(b))
    with pytest.raises(LawError, match=r"^the derivative of a product \(Leibniz, at first\), .*, does not hold in"):
        false.check()
    with pytest.raises(LawError, match=r"^step 1: the derivative of a product"):
        calculate(D(mul)(a, b)).by(false, scale(a) | scale(b))
    of_functions = Equation("an arrow is the join of its parts", "", f @ exl + f @ exr, f @ jam)
    with pytest.raises(LawError, match=r"does not hold in functions"):
        of_functions.check()
    Equation("a linear arrow is", "", l @ exl + l @ exr, l @ jam).check()


def test_the_error_of_another_end_says_where_it_has_come_to() -> None:
    with pytest.raises(CalculationError, match=r"has come to D f \(f a\) ∘ D f a, which has f a in place of a; go on"):
        calculate(D(f @ f)(a)).by(chain_rule, D(f)(f(a)) @ D(f)(a)).gives(D(f)(a) @ D(f)(a))


def test_what_is_defined_speaks_of_what_a_functor_gives() -> None:
    (p,) = variables("p", of=Cont)
    done = calculate(cont(f)(h)).by(section_12.definition, h @ f)
    with pytest.raises(CalculationError, match=r"wanted a calculation that speaks of cont f only, and h ∘ f has f"):
        done.defines("p", "", {cont(f): p})
    with pytest.raises(CalculationError, match=r"wanted a calculation from an arrow applied to a to another"):
        calculate((g @ f)(a)).by(compose_at, g(f(a))).proves("f", "", at=a)


def test_wrong_kinds_of_arguments() -> None:
    start = calculate(D(g @ f)(a))
    for wrong in (None, 1, "f", (f, g, h), [f], D, object()):
        bad: Bad = wrong
        with pytest.raises(SpaceError, match=r"^wanted a term, or a pair of terms, got"):
            calculate(bad)
        with pytest.raises(SpaceError, match=r"^wanted a term, or a pair of terms, got"):
            start.by(chain_rule, bad)
        with pytest.raises(SpaceError, match=r"^by: wanted an Equation as the reason of a step, got"):
            start.by(bad, D(g)(f(a)) @ D(f)(a))
        with pytest.raises(SpaceError, match=r"^options: wanted an Equation, got"):
            start.options(bad)
        with pytest.raises(SpaceError, match=r"^wanted a term"):
            Equation("name", "source", f, bad)
        with pytest.raises(SpaceError, match=r"^wanted a term"):
            _ = f @ bad
    bad = 3
    with pytest.raises(SpaceError, match=r"^Equation: wanted a name and a source, as texts, got 3"):
        Equation(bad, "source", f, g)
    with pytest.raises(SpaceError, match=r"^D: wanted 1 term, got 2"):
        D(f, g)
    bad = f
    with pytest.raises(SpaceError, match=r"^exl: wanted a category in brackets, as in exl\[Cont\], got f"):
        _ = exl[bad]
    with pytest.raises(SpaceError, match=r"^variables: wanted names in a text"):
        variables("")
    with pytest.raises(SpaceError, match=r"^variables: wanted a category, as of=Cont, got D"):
        variables("f", of=D)
    with pytest.raises(SpaceError, match=r"wanted a seed"):
        chain_rule.check(seed=-1)


def test_what_cannot_be_drawn_is_refused_in_words() -> None:
    """A variable that takes arrows, and the derivative of a function of arrows."""
    for first, then in (((f @ dot)(u), f(dot(u))), ((f @ D(g))(a), f(D(g)(a)))):
        with pytest.raises(InterpretationError, match=r"^wanted variables that are points, or arrows between objects"):
            calculate(first).by(compose_at, then)
    with pytest.raises(InterpretationError, match=r"^wanted a term that speaks of linear maps between objects, got D"):
        calculate(D(dot @ f)(a)).by(chain_rule, D(dot)(f(a)) @ D(f)(a))


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1))
def test_whatever_fits_is_evaluated_or_refused_in_words(seed: int) -> None:
    """A term of random words: its objects fit or do not, and then it shows something of itself, twice the same."""
    rng = np.random.default_rng(seed)
    for _ in range(5):
        term = some_term(rng, depth=3)
        with suppress(CompositionError, InterpretationError):
            one, other = Typing().together([term, normal(term)])
            assert not unequal(one, other, seed)
            return


# What is printed -----------------------------------------------------------------------------------------------------


def test_terms_print_as_the_paper_writes_them() -> None:
    says = {
        D(g @ f)(a): "D (g ∘ f) a",
        D(g)(f(a)) @ D(f)(a): "D g (f a) ∘ D f a",
        (f & g) @ (f * g): "(f △ g) ∘ (f × g)",
        h @ f & g @ f: "h ∘ f △ g ∘ f",
        (f & g) | (f & g): "(f △ g) ▽ (f △ g)",
        f(a, (b, zero)): "f (a, (b, 0))",
        undot(dot(a + b)): "dot⁻¹ (dot (a + b))",
        cont(g @ f)(h)(a): "cont (g ∘ f) h a",
        crossI(D(fs)(entry(a))): "crossI (D fᵢ aᵢ)",
        entry(exI(a)): "(exIᵢ a)ᵢ",
        exl[Cont] @ identity[Cont]: "exl_Cont ∘ id_Cont",
        normal(identity): "id",
        D(identity)(a): "D id a",
    }
    assert [str(term) for term in says] == list(says.values())


def test_a_calculation_is_a_table_of_mathematics() -> None:
    """MathML that parses, with a row for each term and each reason, and their words."""
    for theorem in (section_3.the_cross_rule(), section_12.cross(), section_15.the_indexed_cross_rule()):
        proof = theorem.proof
        assert proof
        table = ElementTree.fromstring(proof.mathml())
        rows = table.findall(".//mtr")
        assert len(rows) == len(proof.terms) + len(proof.equations)
        for row, term in zip(rows[::2], proof.terms, strict=True):
            assert "".join(row.itertext()).replace(" ", "") == re.sub("[ _]", "", plainly(str(term)))
        assert proof._repr_html_() == proof.mathml()


def plainly(text: str) -> str:
    """What is set above or below a line, on it."""
    for mark, letter in {"ᵢ": "i", "⁺": "+", "⁻¹": "-1", "ᵀ": "T"}.items():
        text = text.replace(mark, letter)
    return text


# The vocabulary ------------------------------------------------------------------------------------------------------


def test_every_word_has_a_meaning() -> None:
    made = [getattr(vocabulary, name) for name in vocabulary.__all__]
    operators = [each.operator if isinstance(each, Applied) else each for each in made]
    words = [each for each in operators if isinstance(each, Operator)]
    assert len(words) > 40
    assert set(words) <= MEANINGS.keys()
    functions = [each for each in operators if not isinstance(each, Operator)]
    assert all(map(inspect.isfunction, functions))


def test_equations_are_values() -> None:
    again = Equation("the chain rule", "theorem 1", D(g @ f)(a), D(g)(f(a)) @ D(f)(a))
    assert again == chain_rule
    assert hash(again) == hash(chain_rule)
    assert str(again) == "the chain rule, theorem 1: D (g ∘ f) a = D g (f a) ∘ D f a"
    assert str(Equation("a name", "", f, f)) == "a name: f = f"
    assert (fork_of_parts.name, cross_at.source, jam_at.proof) == (
        "an arrow is the fork of its parts",
        "section 4.2",
        None,
    )
