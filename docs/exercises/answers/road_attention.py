"""Answers to the exercises of step 4 of the road."""

from __future__ import annotations

from typing import Any

import numpy as np

from cat_ad import add, identity
from docs.exercises import road_attention as asked
from docs.exercises._arrays import Floats
from docs.exercises.answers import Answers, Wrong


def look(q: Floats, k: Floats, v: Floats) -> Floats:
    """One head."""
    scores = q @ k.T / np.sqrt(q.shape[1])
    weights = np.exp(np.where(np.tri(len(q)), scores, -np.inf))
    found: Floats = weights / weights.sum(axis=1, keepdims=True) @ v
    return found


def everywhere(q: Floats, k: Floats, v: Floats) -> Floats:
    """It sees what it should predict."""
    weights = np.exp(q @ k.T / np.sqrt(q.shape[1]))
    found: Floats = weights / weights.sum(axis=1, keepdims=True) @ v
    return found


def afterwards(q: Floats, k: Floats, v: Floats) -> Floats:
    """It hides the future after softmax."""
    weights = np.exp(q @ k.T / np.sqrt(q.shape[1]))
    found: Floats = (weights / weights.sum(axis=1, keepdims=True) * np.tri(len(q))) @ v
    return found


def by_columns(q: Floats, k: Floats, v: Floats) -> Floats:
    """Softmax along the other axis."""
    scores = q @ k.T / np.sqrt(q.shape[1])
    weights = np.exp(np.where(np.tri(len(q)), scores, -np.inf))
    found: Floats = weights / weights.sum(axis=0) @ v
    return found


ANSWERS: tuple[Answers[Any], ...] = (  # Any: each exercise has answers of its own type
    Answers(
        asked.one_head,
        look,
        (
            Wrong(everywhere, "attention looks at everything", "it must not look there"),
            Wrong(afterwards, "to hide is to multiply by 0", "do not sum to 1"),
            Wrong(by_columns, "shares are of those looked at", "the columns of shares sum to 1"),
        ),
    ),
    Answers(
        asked.no_order,
        "amr",
        (
            Wrong("ram", "any order is the same", "The last place asks the question"),
            Wrong("mmar", "a set of letters is what counts", "has two shares of the mean"),
            Wrong("r", "only the last letter counts", "Other letters have other values"),
        ),
    ),
    Answers(
        asked.around,
        lambda f: (f & identity(f.dom)) >> add(f.dom),
        (
            Wrong(
                lambda f: f * identity(f.dom) >> add(f.dom),
                "side by side is the same as of one",
                "where `f * g` wants one for each",
            ),
            Wrong(lambda f: (f & f) >> add(f.dom), "add wants two of f", "Yours adds f(x) to f(x)"),
            Wrong(lambda f: f & identity(f.dom), "a pair is a sum", "`add` has yet to come"),
        ),
    ),
)
