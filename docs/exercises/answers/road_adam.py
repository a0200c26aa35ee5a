"""Answers to the exercises of step 6 of the road."""

from __future__ import annotations

from typing import Any

import numpy as np

from cat_ad import (
    Dim,
    Float,
    Three,
    Times,
    add,
    attention,
    dense,
    each,
    embedding,
    positions,
    relu,
    residual,
    rms_norm,
    stack,
)
from docs.exercises import road_adam as asked
from docs.exercises._arrays import Floats
from docs.exercises.answers import Answers, Wrong


class Vocab(Dim, size=27):
    """The symbols."""


class Time(Dim):
    """The places of a name."""


class Places(Dim, size=16):
    """The places that there may be."""


class Few(Dim, size=8):
    """Too few of them."""


class Heads(Dim, size=2):
    """The heads."""


class HeadDim(Dim, size=8):
    """The share of each."""


class Hidden(Dim, size=48):
    """The hidden units."""


Width = Times[Heads, HeadDim]
norm = each(Time, rms_norm(Width))
attend = (
    norm
    >> each(Time, dense(Width, Times[Three, Width]))
    >> attention(Time, Heads, HeadDim)
    >> each(Time, dense(Width, Width))
)
think = norm >> each(Time, dense(Width, Hidden) >> relu(Float[Hidden]) >> dense(Hidden, Width))
symbols = each(Time, embedding(Vocab, Width))
rows = (symbols & (positions(Time) >> each(Time, embedding(Places, Width)))) >> add(Float[Time, Width])
few = (symbols & (positions(Time) >> each(Time, embedding(Few, Width)))) >> add(Float[Time, Width])
block = residual(attend) >> residual(think)
scores = norm >> each(Time, dense(Width, Vocab))


def step(m: Floats, v: Floats, g: Floats, t: int) -> tuple[Floats, Floats, Floats]:
    """One of Adam."""
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    return m, v, -(m / (1 - 0.9**t)) / np.sqrt(v / (1 - 0.999**t))


def uncorrected(m: Floats, v: Floats, g: Floats, t: int) -> tuple[Floats, Floats, Floats]:
    """Means that began at 0."""
    m, v, _ = step(m, v, g, t)
    return m, v, -m / np.sqrt(v)


def without_root(m: Floats, v: Floats, g: Floats, t: int) -> tuple[Floats, Floats, Floats]:
    """Divided by the mean square."""
    m, v, _ = step(m, v, g, t)
    return m, v, -(m / (1 - 0.9**t)) / (v / (1 - 0.999**t))


def uphill(m: Floats, v: Floats, g: Floats, t: int) -> tuple[Floats, Floats, Floats]:
    """The other way."""
    m, v, move = step(m, v, g, t)
    return m, v, -move


def tempered(scores: Floats, temperature: float) -> Floats:
    """Softmax of scores over the temperature."""
    e = np.exp((scores - scores.max()) / temperature)
    found: Floats = e / e.sum()
    return found


ANSWERS: tuple[Answers[Any], ...] = (  # Any: each exercise has answers of its own type
    Answers(
        asked.one_step,
        step,
        (
            Wrong(uncorrected, "a running mean is a mean from the start", "the first steps are too long"),
            Wrong(without_root, "what is squared is what to divide by", "Divide by the root"),
            Wrong(uphill, "a move is added, and so is the gradient", "Your move goes uphill"),
        ),
    ),
    Answers(
        asked.with_temperature,
        tempered,
        (
            Wrong(
                lambda scores, temperature: tempered(scores, 1 / temperature),
                "cold is calm, and so is near uniform",
                "the wrong way round",
            ),
            Wrong(
                lambda scores, temperature: tempered(scores, 1.0) / temperature,
                "the temperature divides what comes out",
                "Yours divides the shares",
            ),
            Wrong(
                lambda scores, temperature: np.exp(scores / temperature) / np.exp(scores / temperature).sum(),
                "exp is a function of all numbers",
                "is too large for a computer",
            ),
        ),
    ),
    Answers(
        asked.your_own,
        rows >> stack(block, 1) >> scores,
        (
            Wrong(symbols >> stack(block, 2) >> scores, "attention sees the order", "Add a table of positions"),
            Wrong(
                rows >> stack(residual(think), 1) >> scores,
                "layers are what makes it a GPT",
                "Is there attention?",
            ),
            Wrong(few >> stack(block, 1) >> scores, "places are a matter of taste", "have 16 places"),
        ),
    ),
)
