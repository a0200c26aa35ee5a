"""Exercises to step 3 of the road: the same network, as arrows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from cat_ad import Arrow, Para, check
from cat_ad.arrows.parametrised import SomePara
from cat_ad.objects.spaces import dimensions, is_array
from docs.exercises import NotYet, exercise, want
from docs.exercises._arrays import Floats, as_array, same
from experiments.models.name_model import array_shapes

Brick: TypeAlias = Callable[[Floats], tuple[Floats, Callable[[Floats], Floats]]]
"""From a point to the value there, and the way back: from a gradient by the value to one by the point."""
Params: TypeAlias = tuple[tuple[Floats, Floats], Floats]  # ((E, W), U)

TURN = np.array([[0.8, -1.5], [0.3, 2.0]])
A, D_ONE, D_OTHER = np.array([0.5, -1.2]), np.array([1.0, 0.0]), np.array([-0.5, 2.0])


def layer(a: Floats) -> tuple[Floats, Callable[[Floats], Floats]]:
    """A matrix, after tanh of each number."""
    h = np.tanh(numbers(a))
    return TURN @ h, lambda db: (1 - h**2) * (TURN.T @ numbers(db))


def sine(a: Floats) -> tuple[Floats, Callable[[Floats], Floats]]:
    """Of each number."""
    return np.sin(numbers(a)), lambda db: np.cos(a) * numbers(db)


def numbers(given: Floats) -> Floats:
    """What a brick is given, if it can be."""
    want(
        not isinstance(given, tuple),
        "One brick was given all that another gives, which is two things. Take them apart: `b, f_back = f(a)`.",
    )
    want(
        not callable(given),
        "A way back was given a function. Ways back wait for a gradient: return a function of dc.",
    )
    return given


@exercise(
    "There: f at a gives b, then g at b gives c. Each gives its own way back too. In which order do these come?",
    "b, f_back = f(a), then c, g_back = g(b); and the way back takes dc to f_back(g_back(dc)).",
)
def one_after_the_other(then: Callable[[Brick, Brick], Brick]) -> str:
    """A brick takes a to its value there and the way back. Of two bricks make one: first f, then g."""
    for f, g in (layer, sine), (sine, layer):
        brick = then(f, g)
        want(callable(brick), f"`then(f, g)` gives {brick!r}. Wanted is a brick: a function of a.")
        both = brick(A.copy())
        want(
            isinstance(both, tuple | list) and len(both) == 2 and callable(both[1]),
            f"At {A} your brick gives {both!r}. A brick gives two things: the value, and the way back, a function.",
        )
        value, back = both
        b, f_back = f(A)
        c, g_back = g(b)
        _, g_back_at_a = g(A)
        value = as_array(value, A.shape, "The value of `then(f, g)`")
        want(not same(value, f(g(A)[0])[0]), "Yours is first g, then f. `then` reads from left to right, as >> does.")
        want(
            same(value, c),
            f"The value at {A} is {c.round(3)}, f first and g of that, where yours is {value.round(3)}.",
        )
        for dc in D_ONE, D_OTHER:
            found, wanted = as_array(back(dc.copy()), A.shape, "The way back"), f_back(g_back(dc))
            want(
                not same(found, g_back(f_back(dc))) and not same(found, g_back_at_a(f_back(dc))),
                "The value is right, but the way back goes through f first. Who came last, turns around first: g, and "
                "then f.",
            )
            want(
                not same(found, f_back(g_back_at_a(dc))),
                "The way back of g is taken at a. But g was at f(a): the chain rule needs the value too.",
            )
            want(
                not same(found, f_back(dc) + g_back(dc)),
                "Yours adds the two ways back. They come one after the other: what g says goes on through f.",
            )
            want(
                not same(found, f_back(dc) * g_back(dc)),
                "Yours multiplies the results of both ways back, as the chain rule for one variable does with slopes. "
                "Here they are maps: one is applied to what the other gives.",
            )
            want(
                not same(found, g_back(dc)) and not same(found, f_back(dc)),
                "The way back of yours goes through one of the two only. The message must come to where a is.",
            )
            want(same(found, wanted), f"The way back takes {dc} to {wanted.round(3)}, yours to {found.round(3)}.")
    return "This is the chain rule, and all of it: whatever is built of bricks by `then` knows its own way back."


WINDOW = np.array([5, 13, 1])


@exercise(
    "Begin with the model above. Before the last layer, put one more dense, from Hidden to Second, and a tanh.",
    "... >> dense(Times[Context, Emb], Hidden) >> tanh(Float[Hidden]) >> dense(Hidden, Second) >> tanh(Float[Second]) "
    ">> dense(Second, Vocab)",
)
def deeper(network: Callable[[], SomePara]) -> str:
    """Make the network one layer deeper: after the 64 hidden units, 32 more, again with tanh."""
    model = network()
    want(model is not None, "`network()` gives None. Does the function end with `return`?")
    kind = "an arrow" if isinstance(model, Arrow) else f"a {type(model).__name__}"
    want(isinstance(model, Para), f"`network()` gives {kind}: return the pipeline itself, with its parameters.")
    want(
        is_array(model.dom) and [dim.size for dim in dimensions(model.dom)] == [3],
        f"Yours begins at {model.dom}. Wanted is Int[Context]: `each(Context, ...)` looks up all three letters.",
    )
    want(
        is_array(model.cod) and [dim.size for dim in dimensions(model.cod)] == [27],
        f"Yours ends in {model.cod}, where Float[Vocab] is wanted: a score for each symbol.",
    )
    shapes = array_shapes(model.parameters)
    want(
        (64,) not in shapes and (32,) not in shapes,
        "Yours has biases: `linear` is W x + b. That is a good network too, but here use `dense`, which is W x.",
    )
    want(
        (32, 64) in shapes, f"Yours has weights of the shapes {shapes}. Between 64 units and 32 there must be (32, 64)."
    )
    want(shapes == [(27, 10), (64, 30), (32, 64), (27, 32)], f"Yours has weights of the shapes {shapes}.")
    params = model.init(np.random.default_rng(0))
    (((E, W), V), U) = params
    x = E[WINDOW].ravel()
    found = as_array(model(params, check(model.dom, WINDOW)), (27,), "The model")
    one, two = W @ x, V @ np.tanh(W @ x)
    want(
        not same(found, U @ V @ np.tanh(one))
        and not same(found, U @ np.tanh(V @ one))
        and not same(found, U @ V @ one),
        "Between two of your dense layers there is no tanh. Linear after linear is linear: U (V h) = (U V) h, so that "
        "two such layers can do no more than one.",
    )
    want(
        not same(found, np.tanh(U @ np.tanh(two))),
        "The last layer of yours ends in tanh, so that scores are between -1 and 1, and no symbol can be more than e² "
        "times as likely as another. Scores may be as large as they like.",
    )
    want(
        not np.isclose(np.exp(found).sum(), np.e, rtol=1e-3) and not np.isclose(found.sum(), 1.0),
        "Yours ends in softmax. Leave it to the loss: `cross_entropy` takes scores, and does it itself.",
    )
    want(same(found, U @ np.tanh(two)), "The weights are right, but between them yours does something else than tanh.")
    return "And its gradient is there already: nobody had to write a line back."


@exercise(
    "Parameters are a tuple of arrays, and so is the gradient: (E, W), U = params, and (dE, dW), dU = gradient.",
    "Give back ((E - rate * dE, W - rate * dW), U - rate * dU).",
)
def downhill(step: Callable[[Params, Params, float], Params]) -> str:
    """Without the library's optimizer: from parameters ((E, W), U), their gradient and a rate, make new parameters."""
    rng = np.random.default_rng(0)

    def drawn() -> Params:
        return (rng.standard_normal((3, 2)), rng.standard_normal((2, 2))), rng.standard_normal((3, 2))

    params, gradient, rate = drawn(), drawn(), 0.25
    (E, W), U = params
    kept = (E.copy(), W.copy()), U.copy()
    try:
        moved = step(params, gradient, rate)
    except TypeError as error:
        if "tuple" not in str(error) and "sequence" not in str(error):
            raise
        raise NotYet(
            f"Python says: {error}. Parameters are a tuple of tuples, which do not subtract: take them apart, and "
            "make a step with each array."
        ) from None
    want(moved is not None, "`step(params, gradient, rate)` gives None. Give back new parameters: `return ...`.")
    want(
        all(map(same, _arrays(params), _arrays(kept))),
        "Yours changes the parameters that it was given (as `-=` does). Make new ones: whoever still has the old ones "
        "wants to compare.",
    )
    try:
        found, old, slope = _arrays(moved), _arrays(params), _arrays(gradient)
    except (TypeError, ValueError):
        raise NotYet("The new parameters must be as the old ones are: ((E, W), U).") from None
    pairs = [*zip(found, old, slope, strict=True)]
    want(
        all(np.shape(new) == np.shape(p) for new, p, _ in pairs),
        f"The new parameters have the shapes {[np.shape(new) for new in found]}, the old ones "
        f"{[np.shape(p) for p in old]}.",
    )
    want(
        not all(same(new, p + rate * d) for new, p, d in pairs),
        "Yours goes uphill: the gradient is where the loss grows fastest. Go against it.",
    )
    want(
        not all(same(new, p - d) for new, p, d in pairs),
        "Yours makes the whole gradient its step, whatever the rate. The rate says how long a step is.",
    )
    want(
        not all(same(new, -rate * d) or same(new, rate * d) or same(new, d) for new, _, d in pairs),
        "That is the step, without the place that it starts from: the parameters are lost. Add them.",
    )
    for name, (new, p, _) in zip("EWU", pairs, strict=True):
        want(not same(new, p), f"{name} has not moved. Every array learns: the table of letters too.")
    for name, (new, p, d) in zip("EWU", pairs, strict=True):
        want(same(new, p - rate * d), f"{name} has moved by {np.round(new - p, 3).tolist()}: not by -rate · gradient.")
    return "`sgd` does this for parameters of any shape; step 6 has a better idea than one rate for all."


def _arrays(params: Params) -> tuple[Floats, Floats, Floats]:
    (E, W), U = params
    return E, W, U
