"""Answers to the exercises of step 3 of the road."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cat_ad import Dim, Float, Times, dense, each, embedding, flatten, tanh
from cat_ad.arrows.parametrised import SomePara
from docs.exercises import road_arrows as asked
from docs.exercises._arrays import Floats
from docs.exercises.answers import Answers, Wrong
from docs.exercises.road_arrows import Brick, Params


class Vocab(Dim, size=27):
    """The symbols."""


class Context(Dim, size=3):
    """The symbols that are read."""


class Emb(Dim, size=10):
    """The numbers that stand for a symbol."""


class Hidden(Dim, size=64):
    """The hidden units."""


class Second(Dim, size=32):
    """Those of the second layer."""


def then(f: Brick, g: Brick) -> Brick:
    """The chain rule."""

    def run(a: Floats) -> tuple[Floats, Callable[[Floats], Floats]]:
        b, f_back = f(a)
        c, g_back = g(b)
        return c, lambda dc: f_back(g_back(dc))

    return run


def backwards(f: Brick, g: Brick) -> Brick:
    """The way back in the order of the way there."""

    def run(a: Floats) -> tuple[Floats, Callable[[Floats], Floats]]:
        b, f_back = f(a)
        c, g_back = g(b)
        return c, lambda dc: g_back(f_back(dc))

    return run


read = each(Context, embedding(Vocab, Emb)) >> flatten(Context, Emb)
hidden = read >> dense(Times[Context, Emb], Hidden) >> tanh(Float[Hidden])
second = hidden >> dense(Hidden, Second)


def two_layers() -> SomePara:
    """Of 64 units, then 32."""
    return second >> tanh(Float[Second]) >> dense(Second, Vocab)


def downhill(params: Params, gradient: Params, rate: float) -> Params:
    """Each array against its gradient."""
    (E, W), U = params
    (dE, dW), dU = gradient
    return (E - rate * dE, W - rate * dW), U - rate * dU


ANSWERS: tuple[Answers[Any], ...] = (  # Any: each exercise has answers of its own type
    Answers(
        asked.one_after_the_other,
        then,
        (
            Wrong(backwards, "what goes first goes back first", "Who came last, turns around first"),
            Wrong(
                lambda f, g: lambda a: (g(f(a)[0])[0], lambda dc: f(a)[1](g(a)[1](dc))),
                "all derivatives are taken at a",
                "The way back of g is taken at a",
            ),
            Wrong(
                lambda f, g: lambda a: (g(f(a)[0])[0], lambda dc: f(a)[1](dc) * g(f(a)[0])[1](dc)),
                "the chain rule multiplies numbers",
                "one is applied to what the other gives",
            ),
        ),
    ),
    Answers(
        asked.deeper,
        two_layers,
        (
            Wrong(
                lambda: second >> dense(Second, Vocab),
                "layers are matrices",
                "Linear after linear is linear",
            ),
            Wrong(
                lambda: two_layers() >> tanh(Float[Vocab]),
                "every layer ends in tanh",
                "The last layer of yours ends in tanh",
            ),
            Wrong(lambda: hidden >> dense(Hidden, Vocab), "it is deep already", "Between 64 units and 32"),
        ),
    ),
    Answers(
        asked.downhill,
        downhill,
        (
            Wrong(
                lambda params, gradient, rate: params - rate * gradient,
                "parameters are one array",
                "take them apart",
            ),
            Wrong(
                lambda params, gradient, rate: downhill(params, gradient, -rate),
                "the gradient is the way to go",
                "Yours goes uphill",
            ),
            Wrong(
                lambda params, gradient, rate: (params[0], params[1] - rate * gradient[1]),
                "only the last layer learns",
                "E has not moved",
            ),
        ),
    ),
)
