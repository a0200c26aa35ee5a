"""Exercises to step 4 of the road: one head of attention."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeAlias

import numpy as np

from cat_ad import (
    Arrow,
    Dim,
    Float,
    Int,
    Three,
    Times,
    attention,
    check,
    dense,
    each,
    embedding,
    exp,
    residual,
    sin,
)
from cat_ad.arrows.terms import SomeArrow
from docs.exercises import NotYet, exercise, want
from docs.exercises._arrays import Floats, as_array, same, shape_of
from experiments.data.alphabet import A_TO_Z

Looks: TypeAlias = Callable[[Floats, Floats, Floats], Floats]


def shares_of(scores: Floats) -> Floats:
    """Softmax of each row."""
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    found: Floats = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return found


@exercise(
    "Scores: q @ k.T over the root of the width. No place may see a later one: np.where(np.tri(n), scores, -np.inf).",
    "Softmax each row: np.exp(...), then over its sum with axis=1, keepdims=True. What comes out is shares @ v.",
)
def one_head(look: Looks) -> str:
    """Write attention: of queries, keys and values, a row for each place, make what each place finds."""
    rng = np.random.default_rng(0)
    for n, width in (4, 4), (5, 9):
        q, k, v = rng.standard_normal((3, n, width))
        with np.errstate(all="ignore"):
            found = look(q.copy(), k.copy(), v.copy())
        want(found is not None, "`look(q, k, v)` gives None. Does the function end with `return`?")
        scores, past = q @ k.T / np.sqrt(width), np.tri(n, dtype=bool)
        wanted = shares_of(np.where(past, scores, -np.inf)) @ v
        want(
            shape_of(found) != (n, n) or n == width,
            "Yours gives the shares, a number for each pair of places. With them, take the mean of the values.",
        )
        try:
            found = as_array(found, v.shape, "`look(q, k, v)`")
        except NotYet as not_yet:
            if not np.isnan(np.asarray(found, np.float64)).any():
                raise
            raise NotYet(
                "In yours there are entries that are no numbers. Softmax of a row of -inf only is 0 / 0: does each "
                "place see at least itself?"
            ) from not_yet
        want(
            not same(found, shares_of(np.where(past, scores, -np.inf))),
            "Yours gives the shares. With them, take the mean of the values: shares @ v.",
        )
        want(
            not same(found, shares_of(scores) @ v) and not same(found, shares_of(q @ k.T) @ v),
            "In yours each place sees the whole name. But it is to predict what comes next: it must not look there.",
        )
        want(
            not same(found, (shares_of(scores) * past) @ v),
            "Yours takes the future away after softmax, so that the shares of a place do not sum to 1. Take it away "
            "before: a score of -inf has a share of 0.",
        )
        want(
            not same(found, shares_of(scores * past) @ v),
            "Yours makes scores of the future 0. But exp 0 is 1, so that a score of 0 has a share like others: make it "
            "-inf.",
        )
        want(
            not same(found, shares_of(np.where(past, q @ k.T, -np.inf)) @ v),
            "Nearly: divide the products by the root of the width, so that they do not grow with it. Of large scores, "
            "softmax takes one and leaves the others nothing to learn from.",
        )
        want(
            not same(found, shares_of(np.where(past, q @ k.T / width, -np.inf)) @ v),
            f"Yours divides by the width, {width}. A sum of {width} products grows like the *root* of {width}.",
        )
        weights = np.exp(np.where(past, scores, -np.inf))
        want(
            not same(found, weights / weights.sum() @ v),
            "Yours divides by the sum of the whole table. Each place that looks has shares of its own: the sum is that "
            "of its row.",
        )
        want(
            not same(found, weights / weights.sum(axis=1) @ v),
            "You have the sums of the rows, but NumPy lays them along the columns. `keepdims=True` keeps them upright.",
        )
        columns = np.where(past, scores, -np.inf).T
        want(
            not same(found, shares_of(columns).T @ v) and not same(found, shares_of(scores.T).T @ v),
            "In yours the columns of shares sum to 1: each place is looked at just once. It is each place that *looks* "
            "that has shares to give away: the sum runs along a row.",
        )
        want(
            not same(found, shares_of(np.where(past.T, scores, -np.inf)) @ v),
            "Yours sees what comes, and not what was. Row i is the place that looks: j must be i or earlier, as in "
            "np.tri.",
        )
        want(
            not same(found, shares_of(np.where(past, k @ q.T / np.sqrt(width), -np.inf)) @ v),
            "Queries and keys have changed places: row i must have the products of query i.",
        )
        want(
            not same(found, np.where(past, scores, 0) @ v),
            "Without softmax scores are not shares: they can be negative, and need not sum to 1.",
        )
        want(
            same(found[0], v[0]),
            f"The first place sees only itself, and so must find its own value: {v[0].round(2)}. Yours finds "
            f"{found[0].round(2)}.",
        )
        want(same(found, wanted), f"The first place is right, but the last finds {found[-1].round(2)}.")
    return "Four lines. `attention(Time, Heads, HeadDim)` is this, several times side by side, with its derivative."


class Vocab(Dim, size=27):
    """The symbols."""


class Time(Dim):
    """The places of a name."""


class Heads(Dim, size=1):
    """One."""


class HeadDim(Dim, size=16):
    """All of the width."""


@cache
def without_places(prefix: str) -> Floats:
    """What a model with attention, and without a table of places, expects after a prefix."""
    width = Times[Heads, HeadDim]
    look = each(Time, dense(width, Times[Three, width])) >> attention(Time, Heads, HeadDim)
    model = each(Time, embedding(Vocab, width)) >> residual(look) >> each(Time, dense(width, Vocab))
    params = model.init(np.random.default_rng(0))
    scores = np.asarray(model(params, check(Int[Time], A_TO_Z.encode("." + prefix))))
    return shares_of(scores[-1])


@exercise(
    "Attention is a mean over the places so far. What does a mean not know about the numbers that it is made of?",
    "The last letter asks the question, so that it must stay. The others may change places.",
)
def no_order(prefix: str) -> str:
    """With attention, but without positions: after which other text is the same expected as after 'mar'?"""
    want(isinstance(prefix, str), f"Yours is {prefix!r}, where a text like 'mar' is wanted.")
    want(prefix and prefix.isascii() and prefix.islower() and prefix.isalpha(), "Yours must be letters from a to z.")
    want(prefix != "mar", "That is 'mar' itself. Is there another text after which it expects the same?")
    here, there = without_places("mar"), without_places(prefix)
    most = A_TO_Z.symbols[int(np.argmax(abs(there - here)))]
    seen = A_TO_Z.encode(most)[0]
    measured = (
        f"(Tried with random weights: {most!r} has probability {here[seen]:.3f} after 'mar', {there[seen]:.3f} after "
        f"{prefix!r}.)"
    )
    want(
        sorted(prefix) != sorted("mar") or prefix[-1] == "r",
        f"The letters are the same, but another one is last. The last place asks the question, with its own query. "
        f"{measured}",
    )
    want(
        {*prefix} != {*"mar"} or len(prefix) == 3,
        f"The letters are the same, but not how often: who is there twice, has two shares of the mean. {measured}",
    )
    want(sorted(prefix) == sorted("mar"), f"Other letters have other values, so that the mean is another. {measured}")
    want(same(here, there), f"They differ. {measured}")
    return "A mean knows no order. So the place is given to the model like a letter: by a row of a table of its own."


class Some(Dim):
    """However many numbers."""


@exercise(
    "x is needed twice: f & g gives both of one x. What is the g that leaves x as it is?",
    "(f & identity(f.dom)) makes the pair of f(x) and x, and add(f.dom) adds two.",
)
def around(make: Callable[[Arrow[Float[Some], Float[Some]]], SomeArrow]) -> str:
    """With `&`, `>>`, `identity` and `add`, write the residual of an arrow f: x to f(x) + x."""
    x = np.array([0.3, -1.0, 2.0])
    for f, value in (sin(Float[Some]), np.sin(x)), (exp(Float[Some]), np.exp(x)):
        arrow = make(f)
        want(arrow is not None, "`make(f)` gives None. Does the function end with `return`?")
        want(
            isinstance(arrow, Arrow),
            f"`make(f)` gives {arrow!r}: that is no arrow. Build it of arrows, with no numbers in sight.",
        )
        want(
            arrow.dom == f.dom,
            f"Yours begins at {arrow.dom}, with two inputs. There is one x, used twice: `f & g` forks it, where "
            "`f * g` wants one for each.",
        )
        want(
            arrow.cod == f.cod,
            f"Yours ends in {arrow.cod}: f(x) and x are side by side, and not added yet. `add` has yet to come.",
        )
        found = as_array(arrow(check(f.dom, x)), x.shape, "The arrow at three numbers")
        want(not same(found, value), "That is f alone: x is lost on the way.")
        want(not same(found, 2 * value), "Yours adds f(x) to f(x). On one of both ways x should stay as it is.")
        want(not same(found, 2 * x), "Yours adds x to x: f is on neither way.")
        want(not same(found, value * x), "Yours multiplies: where f is near 0, x would be lost. Add them.")
        want(same(found, value + x), f"At {x} yours gives {found.round(3)}, where {(value + x).round(3)} is f(x) + x.")
    return "Its derivative is f' + 1: however flat f may be, the way back stays open. So layers can be many."
