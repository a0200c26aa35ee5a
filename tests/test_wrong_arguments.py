"""Whatever is given to a public name: it works, or one typed error says what was wanted.

All names of `cat_ad` are tried, a new one too, with what their annotations ask for and with what one may take for it.
"""

import inspect
import pickle
import traceback
from collections.abc import Callable
from typing import Any, TypeAlias

import jaxtyping
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import cat_ad
from cat_ad import (
    Additive,
    Arrow,
    CompositionError,
    D,
    DerivativeError,
    Dim,
    Float,
    Index,
    Int,
    InterpretationError,
    Scalar,
    SpaceError,
    StagingError,
    Times,
    Unit,
    adam,
    add,
    lens,
    linear,
    relu,
    stage,
    tanh,
    total,
)
from cat_ad.arrows.composing import Composable
from tests.test_public_names import PUBLIC

Bad: TypeAlias = Any  # Any: what a type checker refuses is the point of these tests


def unseen(value: Bad) -> Bad:
    """A value of which the type checker knows nothing."""
    return value


class Hidden(Dim, size=3):
    """Three."""


class Flat(Dim, size=2):
    """Two."""


class Batch(Dim):
    """As many as there are."""


TYPED = CompositionError, DerivativeError, InterpretationError, SpaceError, StagingError
VECTOR, MATRIX = np.zeros(3), np.zeros((2, 3))
DIMENSIONS: list[Bad] = [Hidden, Flat, Batch, Times[Hidden, Flat]]
SPACES: list[Bad] = [Scalar, Index, Unit, Float[Hidden], Int[Hidden], Float[Batch, Flat], tuple[Scalar, Float[Hidden]]]
ARROWS: list[Bad] = [tanh(Float[Hidden]), total(Float[Hidden]), add(Scalar), tanh(Float[Hidden]) >> tanh(Float[Hidden])]
MODELS: list[Bad] = [linear(Flat, Hidden), linear(Hidden, Hidden), linear(Flat, Hidden) >> total(Float[Hidden])]
NUMBERS: list[Bad] = [0, 1, -1, 0.5, 1.5, True, 1j, float("nan"), float("inf"), 10**30, 10**400, np.float64(2), 1e-320]
VALUES: list[Bad] = [VECTOR, MATRIX, MATRIX[:0], (0.5, 1.5), (VECTOR, VECTOR), [1.0], VECTOR.astype(np.uint8), 0.5]
ODD: list[Bad] = [None, "Hidden", "a b", {}, object(), abs, lambda x: x, relu, Arrow.to, np.random.default_rng(0)]
FOREIGN: Bad = jaxtyping.Float[Any, "a"]
TYPES: list[Bad] = [
    float,
    list[int],
    int | None,
    tuple[Scalar, ...],
    Dim,
    Times,
    Float,
    Additive,
    jaxtyping.Float[Any, "a"],
]
OTHERS: list[Bad] = [Additive(), D(Additive()), lens(ARROWS[0]), adam(0.1), stage(abs)]
POOLS = [DIMENSIONS, SPACES, ARROWS, MODELS, NUMBERS, VALUES, ODD, TYPES, OTHERS]
OF_ANNOTATION = {
    "type[A]": SPACES,
    "type[B]": SPACES,
    "type[P]": SPACES,
    "Arrow": ARROWS,
    "Para": MODELS,
    "float": NUMBERS,
}
ANY_ARGUMENT = st.sampled_from(POOLS).flatmap(st.sampled_from)

NAMES = [
    name
    for name in sorted(PUBLIC)
    if callable(made := getattr(cat_ad, name)) and not (isinstance(made, type) and issubclass(made, Exception | Dim))
    if made is not Unit
]


def arguments(parameter: inspect.Parameter) -> st.SearchStrategy[Bad]:
    """What the annotation asks for, more often than not; or anything."""
    text = str(parameter.annotation)
    pools = [pool for start, pool in OF_ANNOTATION.items() if text.startswith(start)]
    right = pools[0] if pools else DIMENSIONS if text.startswith("type[") else None
    return ANY_ARGUMENT if right is None else st.one_of(st.sampled_from(right), st.sampled_from(right), ANY_ARGUMENT)


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, list[Bad]]:
    """A public name, and as many arguments as it takes."""
    name = draw(st.sampled_from(NAMES))
    takes = [*inspect.signature(getattr(cat_ad, name)).parameters.values()]
    needed = sum(p.default is p.empty and p.kind is not p.VAR_POSITIONAL for p in takes)
    positional = [p for p in takes if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    given = [draw(arguments(p)) for p in positional[: draw(st.integers(min(needed, len(positional)), len(positional)))]]
    if any(p.kind is p.VAR_POSITIONAL for p in takes):
        given += draw(st.lists(ANY_ARGUMENT, max_size=3))
    return name, given


def refusal(f: Callable[..., object], given: list[Bad]) -> Exception | None:
    """What the call raises, or the text of its result, unless that is an error of the caller's own function or call."""
    try:
        with np.errstate(all="ignore"):  # of a word that computes with the numbers that it is given
            repr(f(*given))
    except Exception as error:
        frames = [frame.f_globals.get("__name__", "") for frame, _ in traceback.walk_tb(error.__traceback__)]
        is_callers = isinstance(error, TypeError) and not any(name.startswith("cat_ad.") for name in frames)
        return None if is_callers else error
    return None


def assert_refused_in_words(asked: str, error: Exception | None) -> None:
    """If there is an error, it is one of ours, alone or with its cause, and short."""
    assert error is None or isinstance(error, TYPED), f"{asked} raises {type(error).__name__}: {error}"
    assert error is None or error.__context__ is None or error.__cause__ is not None
    assert len(str(error)) < 2000


@settings(max_examples=700)
@given(calls())
@example(("scan", [Hidden, Unit, Hidden]))  # which looks like a function: it can be called
@example(("dropout", [(0.5, 1.5), 0]))  # of which mul makes a value
def test_a_public_name_works_or_raises_a_typed_error(call: tuple[str, list[Bad]]) -> None:
    """One error, which says what was wanted, and never one of the inside."""
    name, given = call
    assert_refused_in_words(name, refusal(getattr(cat_ad, name), given))


CALLED: dict[str, Bad] = {
    "arrow": ARROWS[0],
    "model": MODELS[0],
    "init": MODELS[1].init,
    "forward": cat_ad.forward(ARROWS[0]),
    "pushforward": cat_ad.forward(ARROWS[0])(VECTOR)[1],
    "pullback": cat_ad.reverse(ARROWS[0])(VECTOR)[1],
    "gradient": cat_ad.gradient(ARROWS[1]),
    "jacobian": cat_ad.jacobian(ARROWS[0]),
    "bounds": cat_ad.bounds(ARROWS[0]),
    "reading": ARROWS[0].to,
    "lens": cat_ad.lens(ARROWS[0]).put,
    "rate": cat_ad.learning_rate(0.1).put,
    "optimizer": cat_ad.sgd(0.1, 0.9).step,
    "beginning": cat_ad.adam(0.1).init,
    "training": cat_ad.training_step(MODELS[2], cat_ad.sgd(0.1)).put,
    "object": Float[Hidden],
    "kind": lambda *dims: unseen(Float)[dims],
    "product dimension": lambda *dims: unseen(Times)[dims],
}


@settings(max_examples=400)
@given(st.sampled_from([*CALLED]), st.lists(ANY_ARGUMENT, min_size=1, max_size=3))
def test_what_a_public_name_made_does_so_too(name: str, given: list[Bad]) -> None:
    """Arrows, models, what a mode gives, and optimisers, when they are called."""
    assert_refused_in_words(name, refusal(CALLED[name], given))


@given(st.sampled_from([*ARROWS, *MODELS, *OTHERS, *SPACES, *DIMENSIONS, cat_ad.sgd(0.1), cat_ad.nesterov(0.1, 0.9)]))
def test_what_is_pickled_comes_back_or_says_why_not(thing: Bad) -> None:
    """What composes holds functions, and says so; objects, dimensions, categories and optimisers come back."""
    if isinstance(thing, Composable):
        with pytest.raises(TypeError, match=r"^wanted to pickle "):
            pickle.dumps(thing)
    else:
        assert type(pickle.loads(pickle.dumps(thing))) is type(thing)
