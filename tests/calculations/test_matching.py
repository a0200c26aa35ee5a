"""Matching: what is rewritten follows, a pattern matches its own instances, and nothing else follows."""

from itertools import islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cat_ad.calculations.laws import exl_of_fork, exr_of_fork, fork_of_parts
from cat_ad.calculations.matching import difference, follows, matches, rewritten, substituted
from cat_ad.calculations.paper.section_3 import chain_rule
from cat_ad.calculations.terms import Composition, Term, composed, normal, path, replaced, subterms, variables_in
from cat_ad.calculations.vocabulary import D, dup, exl, exr, identity, variables
from tests.support.calculations import STATED, changed

f, g, h, a = variables("f g h a")
ATOMS = st.sampled_from([f, g, h, exl, exr, dup, identity])
EQUATIONS = st.sampled_from(list(STATED.values()))


def larger(parts: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    """Terms made of others, whatever their objects are."""
    pairs = st.tuples(parts, parts)
    return st.one_of(
        pairs.map(lambda fg: fg[0] @ fg[1]),
        pairs.map(lambda fg: fg[0] & fg[1]),
        pairs.map(lambda fg: fg[0] * fg[1]),
        pairs.map(lambda fg: fg[0] + fg[1]),
        parts.map(lambda f: D(f)(a)),
    )


TERMS = st.recursive(ATOMS, larger, max_leaves=8)


@given(st.data(), EQUATIONS, TERMS)
def test_what_is_rewritten_follows(data: st.DataObject, equation: object, term: Term) -> None:
    """At one place, by any law in any term, and back."""
    law = data.draw(st.sampled_from(list(STATED.values())))
    images = {variable: data.draw(TERMS) for variable in variables_in(law.left)}
    within = replaced(term, {f: substituted(law.left, images)})
    for _, new in islice(rewritten(law.left, law.right, within), 5):
        if new != normal(within):
            assert follows(law.left, law.right, within, new)
            assert follows(law.left, law.right, new, within)


@given(TERMS, st.lists(TERMS, min_size=4, max_size=4))
def test_a_pattern_matches_its_instances(pattern: Term, images: list[Term]) -> None:
    """And what matches makes the term: of a composition there may be several ways."""
    found = {variable: normal(image) for variable, image in zip((f, g, h, a), images, strict=True)}
    instance = normal(substituted(pattern, found))
    ways = [*islice(matches(normal(pattern), instance, {}), 50)]
    assert ways
    assert all(normal(substituted(pattern, way)) == instance for way in ways)


@given(TERMS, TERMS)
def test_nothing_follows_by_a_law_of_other_words(one: Term, other: Term) -> None:
    """Terms without D are not made of one another by the chain rule."""
    if all("D" not in str(term) for term in (one, other)):
        assert not follows(chain_rule.left, chain_rule.right, one, other)


@given(TERMS)
def test_normal_terms_have_no_identity_in_compositions(term: Term) -> None:
    done = normal(term)
    assert normal(done) == done
    assert all(len(part.parts) != 1 for part in subterms(done) if isinstance(part, Composition))
    assert not any(inner == identity for inner in subterms(done))
    assert composed(path(done)) == done


@given(TERMS, st.integers(0, 2**32 - 1))
def test_a_difference_is_where_two_terms_differ(term: Term, seed: int) -> None:
    """Put in the place of one another, the two parts make the one term of the other."""
    for other in islice(changed(term, np.random.default_rng(seed)), 3):
        one, two = normal(term), normal(other)
        if one != two:
            here, there = difference(one, two)
            assert here != there
            assert str(here) in str(one) or isinstance(here, Composition)
            assert follows(here, there, one, two)


@pytest.mark.parametrize(
    ("before", "after", "so"),
    [
        (h @ exl @ (f & g), h @ f, True),
        (h @ exl @ (f & g) @ f, h @ f @ f, True),
        (exl @ (exl @ (f & g) & g), exl @ (f & g), True),
        (exl @ (exl @ (f & g) & g), f, False),  # two steps, one within the other
        (exl @ (f & g), g, False),
        (exr @ (f & g), f, False),
        (exl @ (f & g), f @ f, False),
        (f, f, False),
    ],
)
def test_exl_of_a_fork(before: Term, after: Term, so: bool) -> None:
    assert follows(exl_of_fork.left, exl_of_fork.right, before, after) is so


def test_a_variable_may_stand_for_the_identity() -> None:
    law = fork_of_parts
    assert follows(law.left, law.right, exl & exr, identity)
    assert follows(law.left, law.right, f @ h, f @ (exl & exr) @ h)
    assert follows(exr_of_fork.left, exr_of_fork.right, exr @ (f & identity), identity)
