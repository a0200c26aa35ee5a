"""The calculations of the paper: every step of every one, and that one that is a little wrong is refused."""

import doctest
from collections import Counter
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from cat_ad.calculations import Calculation, Equation
from cat_ad.calculations.inference import Typing
from cat_ad.calculations.terms import Term, normal
from cat_ad.calculations.trials import unequal
from cat_ad.errors import CompositionError, InterpretationError
from tests.support.calculations import STATED, THEOREMS, changed

EVERY = pytest.mark.parametrize("name", THEOREMS)


def proof_of(theorem: Equation) -> Calculation:
    """How it was calculated."""
    assert theorem.proof
    return theorem.proof


@EVERY
def test_every_calculation_is_what_it_says(name: str) -> None:
    """Each of its steps is checked as it is made; its docstring begins with the equation, which holds."""
    theorem = THEOREMS[name]()
    says = " ".join((THEOREMS[name].__doc__ or "").split())
    assert says.startswith(f"{theorem.left} = {theorem.right}") or "cosSinProd" in says
    assert len(proof_of(theorem).terms) == len(proof_of(theorem).equations) + 1 >= 2
    theorem.check(seed=len(name), samples=1)


def test_the_map_of_the_paper_has_every_calculation() -> None:
    """In a row of docs/paper.md, of which the example runs."""
    page = Path(__file__).parents[2] / "docs" / "paper.md"
    text = page.read_text("utf-8")
    assert [name for name in THEOREMS if f"`cat_ad/calculations/paper/{name.replace('.', '.py: ')}`" not in text] == []
    assert doctest.testfile(str(page), module_relative=False, encoding="utf-8") == (0, 3)


@pytest.mark.parametrize("name", STATED)
def test_every_law_holds(name: str) -> None:
    """What is stated, and not calculated."""
    assert not STATED[name].proof
    STATED[name].check(samples=2)


@EVERY
def test_a_wrong_term_is_refused(name: str) -> None:
    """At each step, one with parts exchanged or left out, or with another variable or word: unless it follows too."""
    rng = np.random.default_rng(len(name))
    proof = proof_of(THEOREMS[name]())
    found = Counter[str]()
    for number, equation in enumerate(proof.equations):
        before, right = proof.typed[number : number + 2]
        for wrong in islice(changed(right.term, rng), 4):
            if normal(wrong) != normal(right.term):
                found[verdict(proof, equation, before.term, wrong)] += 1
    assert found["refused"] >= max(1, 5 * found["accepted"])


def verdict(proof: Calculation, equation: Equation, before: Term, wrong: Term) -> str:
    """Is this step refused? If it is accepted, the two terms are equal."""
    context = Typing(dict(proof.typing.kinds))
    try:
        typed = context.typed(wrong, proof.typed[0].kind)
    except CompositionError:
        return "refused"
    if not equation.justifies(before, wrong, context):
        return "refused"
    try:
        assert not unequal(context.typed(before), typed, samples=3)
    except InterpretationError:  # there is no derivative of a function that takes arrows
        return "refused"
    return "accepted"


@EVERY
def test_another_law_is_refused(name: str) -> None:
    """A law that is not that of the step does not justify it."""
    rng = np.random.default_rng(len(name))
    proof, laws = proof_of(THEOREMS[name]()), list(STATED.values())
    for number, equation in enumerate(proof.equations):
        before, after = proof.terms[number : number + 2]
        for other in (laws[at] for at in rng.choice(len(laws), 8)):
            alike = {(other.left, other.right), (other.right, other.left)} & {(equation.left, equation.right)}
            assert alike or not other.justifies(before, after, proof.typing), f"{before} to {after} by {other}"
