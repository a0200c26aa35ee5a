"""Attention: one primitive is what its parts compose to; it looks back only; and facts of weighted means."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cat_ad import (
    Dim,
    Float,
    SpaceError,
    Three,
    Times,
    attention,
    attention_by_parts,
    attention_weights,
    each,
    forward,
    merge_heads,
    queries_keys_values,
    reverse,
    scores,
    split_heads,
)
from cat_ad.arrows.terms import SomeArrow
from tests.support.arrows import SEEDS
from tests.support.derivatives import matrix_by_forward, matrix_by_jacobian, matrix_by_reverse
from tests.support.trees import Tree, assert_close


class Time(Dim):
    """Places, as many as there are."""


class Batch(Dim):
    """As many as there are."""


class Heads(Dim, size=2):
    """Two."""


class HeadDim(Dim, size=3):
    """Three."""


HEADS, SIZE, WIDTH = 2, 3, 6
FUSED: SomeArrow = attention(Time, Heads, HeadDim)
BY_PARTS: SomeArrow = attention_by_parts(Time, Heads, HeadDim)
WEIGHTS: SomeArrow = attention_weights(Time, Heads, HeadDim)
SPLIT: SomeArrow = split_heads(Time, Heads, HeadDim)
MERGE: SomeArrow = merge_heads(Time, Heads, HeadDim)
BOTH = pytest.mark.parametrize("look", [FUSED, BY_PARTS], ids=["fused", "by parts"])
PLACES = st.integers(1, 6)


def normal(seed: int, *shape: int) -> Tree:
    """Numbers from the normal distribution."""
    return np.random.default_rng(seed).standard_normal(shape)


def three(seed: int, places: int) -> tuple[Tree, Tree, Tree]:
    """Queries, keys and values, by place and head."""
    q, k, v = normal(seed, 3, places, HEADS, SIZE)
    return q, k, v


def side_by_side(q: Tree, k: Tree, v: Tree) -> Tree:
    """What attention is given."""
    return np.concatenate([part.reshape(len(part), WIDTH) for part in (q, k, v)], axis=1)


def assert_same(x: Tree, y: Tree) -> None:
    """The same numbers in the same order."""
    assert_close(np.ravel(x), np.ravel(y), 1e-12, floor=1.0)


@pytest.mark.parametrize(("places", "heads", "size"), [(1, 1, 1), (1, 2, 3), (2, 1, 3), (5, 2, 2), (3, 3, 1)])
@pytest.mark.parametrize("batch", [None, 1, 3])
def test_attention_is_what_its_parts_are(places: int, heads: int, size: int, batch: int | None) -> None:
    """In value, forward, in reverse and by its Jacobian, of one sequence and of each of a batch."""

    class H(Dim, size=heads):
        """Heads."""

    class D(Dim, size=size):
        """The width of each."""

    fused: SomeArrow = attention(Time, H, D)
    by_parts: SomeArrow = attention_by_parts(Time, H, D)
    assert (fused.dom, fused.cod) == (by_parts.dom, by_parts.cod)
    x = normal(0, places, 3 * heads * size)
    if batch is not None:
        fused, by_parts, x = each(Batch, fused), each(Batch, by_parts), normal(0, batch, *x.shape)
    assert_same(fused(x), by_parts(x))
    assert_same(reverse(fused)(x)[0], by_parts(x))
    for matrix in (matrix_by_forward, matrix_by_reverse, matrix_by_jacobian):
        assert_same(matrix(fused, x), matrix(by_parts, x))


@given(seed=SEEDS, places=PLACES)
def test_heads_are_split_and_merged(seed: int, places: int) -> None:
    """One is the inverse of the other, and a head has columns that are neighbours."""
    x, by_head = normal(seed, places, WIDTH), normal(seed, HEADS, places, SIZE)
    np.testing.assert_array_equal((SPLIT >> MERGE)(x), x)
    np.testing.assert_array_equal((MERGE >> SPLIT)(by_head), by_head)
    np.testing.assert_array_equal(SPLIT(x), np.split(x, HEADS, axis=1))


@BOTH
@given(seed=SEEDS, places=PLACES, data=st.data())
def test_the_past_knows_nothing_of_the_future(look: SomeArrow, seed: int, places: int, data: st.DataObject) -> None:
    """What comes after a place changes nothing up to it, no tangent comes from there, and no cotangent goes there."""
    t = data.draw(st.integers(0, places - 1))
    x, future = normal(seed, places, 3 * WIDTH), np.arange(places) > t
    changed = np.where(future[:, None], 100 * normal(seed + 1, places, 3 * WIDTH), x)
    np.testing.assert_array_equal(look(changed)[: t + 1], look(x)[: t + 1])
    assert_same(look(x[: t + 1]), look(x)[: t + 1])
    _, push = forward(look)(x)
    _, pull = reverse(look)(x)
    assert not push(future[:, None] * x)[: t + 1].any()
    assert not pull(np.where(future[:, None], 0.0, normal(seed, places, WIDTH)))[t + 1 :].any()


@given(seed=SEEDS, places=PLACES)
def test_each_place_looks_back_at_probabilities(seed: int, places: int) -> None:
    """None is negative, they sum to one, and none is in the future; however great the scores."""
    for size in (1.0, 1e3):
        p = WEIGHTS(size * normal(seed, places, 3 * WIDTH))
        assert p.shape == (HEADS, places, places)
        assert (p >= 0).all()
        np.testing.assert_allclose(p.sum(axis=-1), 1.0, rtol=1e-12)
        assert not np.triu(p, 1).any()
        assert np.isfinite(FUSED(size * normal(seed, places, 3 * WIDTH))).all()


@BOTH
@given(seed=SEEDS, places=PLACES)
def test_where_all_keys_are_one_attention_is_a_running_mean(look: SomeArrow, seed: int, places: int) -> None:
    """Of the values; hence the first place gets its own, whatever the keys."""
    q, k, v = three(seed, places)
    means = np.cumsum(v, axis=0) / np.arange(1, places + 1)[:, None, None]
    assert_same(look(side_by_side(q, 0 * k + k[0], v)), means)
    assert_same(look(side_by_side(q, k, v))[0], v[0])


@BOTH
@given(seed=SEEDS, places=PLACES)
def test_what_all_keys_have_in_common_changes_nothing(look: SomeArrow, seed: int, places: int) -> None:
    """It moves all scores of a place by one number."""
    q, k, v = three(seed, places)
    assert_same(look(side_by_side(q, k + normal(seed, HEADS, SIZE), v)), look(side_by_side(q, k, v)))


@BOTH
@given(seed=SEEDS, places=PLACES)
def test_attention_is_linear_in_the_values(look: SomeArrow, seed: int, places: int) -> None:
    """A mean of sums is the sum of the means."""
    (q, k, v), w = three(seed, places), normal(seed + 1, places, HEADS, SIZE)
    apart = look(side_by_side(q, k, v)) + 2 * look(side_by_side(q, k, w))
    assert_same(look(side_by_side(q, k, v + 2 * w)), apart)


@BOTH
@given(seed=SEEDS, places=PLACES)
def test_heads_do_not_know_each_other(look: SomeArrow, seed: int, places: int) -> None:
    """Exchanged before, they come out exchanged."""
    parts = three(seed, places)
    exchanged = look(side_by_side(*(part[:, ::-1] for part in parts))).reshape(places, HEADS, SIZE)
    assert_same(exchanged[:, ::-1], look(side_by_side(*parts)))


@given(seed=SEEDS, places=PLACES)
def test_scores_are_products_over_the_root_of_their_length(seed: int, places: int) -> None:
    """Of queries with keys."""
    q, k = normal(seed, 2, places, SIZE)
    assert_same(scores(Time, HeadDim)((q, k)), np.einsum("id,jd->ij", q, k) / 3**0.5)


def test_a_part_that_sends_nothing_back_sends_zeros() -> None:
    """Of queries, keys and values any may have `None` for a cotangent."""
    x, (q, k, v) = normal(0, 4, 3 * WIDTH), normal(1, 3, 4, WIDTH)
    apart: SomeArrow = queries_keys_values(Time, Times[Heads, HeadDim])
    _, pull = reverse(apart)(x)
    for sends in product([True, False], repeat=3):
        of_q, of_k, of_v = [part if on else None for part, on in zip((q, k, v), sends, strict=True)]
        zeros = [part * on for part, on in zip((q, k, v), sends, strict=True)]
        np.testing.assert_array_equal(pull(((of_q, of_k), of_v)), np.concatenate(zeros, axis=1))


@pytest.mark.parametrize("look", [FUSED, BY_PARTS, WEIGHTS], ids=["fused", "by parts", "weights"])
def test_float32_stays_float32(look: SomeArrow) -> None:
    """In value and derivative, of one and of each."""
    for arrow, shape in ((look, (4, 3 * WIDTH)), (each(Batch, look), (2, 4, 3 * WIDTH))):
        x = normal(0, *shape).astype(np.float32)
        b, push = forward(arrow)(x)
        c, pull = reverse(arrow)(x)
        assert {y.dtype for y in (arrow(x), b, c, push(x), pull(c))} == {np.dtype(np.float32)}


@pytest.mark.parametrize(("entry", "flawed"), [(190.0, False), (200.0, True)])
def test_a_score_must_be_a_number_of_its_dtype(entry: float, flawed: bool) -> None:
    """Those of float16 end at 65,504: a score is the root of three times an entry squared here."""
    x: Tree = np.full((2, 3 * WIDTH), entry)
    with np.errstate(over="ignore", invalid="ignore"):
        narrow = FUSED(x.astype(np.float16))
    assert np.isnan(narrow).all() == flawed
    assert np.isfinite(FUSED(x.astype(np.float32))).all()


def test_attention_goes_between_what_it_says() -> None:
    """Three widths to one; its heads and their width have sizes."""
    assert FUSED.dom == Float[Time, Times[Three, Times[Heads, HeadDim]]]
    assert FUSED.cod == Float[Time, Times[Heads, HeadDim]]
    assert WEIGHTS.cod == Float[Heads, Time, Time]
    for make in (attention, attention_by_parts):
        with pytest.raises(SpaceError, match=r": wanted a size for Batch"):
            make(Time, Heads, Batch)
    with pytest.raises(SpaceError, match=r"^attention: wanted a size for Batch, found none; "):
        attention(Time, Batch, HeadDim)
