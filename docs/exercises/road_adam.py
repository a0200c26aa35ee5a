"""Exercises to step 6 of the road: Adam, and a GPT of your own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from cat_ad import (
    Dim,
    Para,
    adam,
    check,
    cross_entropy,
    each,
    exr,
    identity,
    masked_mean,
    value_and_gradient,
)
from cat_ad.arrows.parametrised import SomePara
from cat_ad.arrows.terms import SomeArrow
from cat_ad.objects.spaces import dimensions, is_array, kind
from cat_ad.objects.trees import leaves
from docs.exercises import NotYet, exercise, want
from docs.exercises._arrays import Floats, as_array, same
from experiments.data.as_sequences import sequences
from experiments.data.names import load_names

Step: TypeAlias = Callable[[Floats, Floats, Floats, int], tuple[Floats, Floats, Floats]]
B1, B2 = 0.9, 0.999


def near(found: Floats, wanted: Floats) -> bool:
    """Are they the same, but for an epsilon that some add to the root?"""
    return bool(np.allclose(found, wanted, rtol=1e-3))


@exercise(
    "m = 0.9 m + 0.1 g and v = 0.999 v + 0.001 g² are running means. The step is m over the root of v, but both began "
    "at 0, and so are too small at first.",
    "After t steps the weights of all gradients so far sum to 1 - 0.9^t in m, and to 1 - 0.999^t in v. Divide by these."
    "",
)
def one_step(step: Step) -> str:
    """Write Adam: from m, v, the gradient g and t = 1, 2, ... make new m and v, and by how much to move at rate 1."""
    rng = np.random.default_rng(0)
    m, v = np.zeros(3), np.zeros(3)
    for t in range(1, 6):
        g = rng.standard_normal(3) * [1.0, 100.0, 0.01]
        answer = step(m.copy(), v.copy(), g.copy(), t)
        want(answer is not None, "`step(m, v, g, t)` gives None. Does the function end with `return`?")
        want(
            isinstance(answer, tuple | list) and len(answer) == 3,
            "Three things are wanted: `return m, v, move`.",
        )
        first, second = as_array(answer[0], (3,), "m"), as_array(answer[1], (3,), "v")
        move = answer[2]
        m_wanted, v_wanted = B1 * m + (1 - B1) * g, B2 * v + (1 - B2) * g**2
        want(
            not (same(second, v_wanted / (1 - B2**t)) and same(first, m_wanted / (1 - B1**t))),
            "You give back means that are corrected. They would be corrected once more in the next step: keep them as "
            "they are, and correct only in the move.",
        )
        want(
            not same(first, m + g) and not same(first, B1 * m + g),
            "Your m is a sum. A running *mean* takes 0.9 of what it was, and 0.1 of the new gradient.",
        )
        want(
            not same(first, (1 - B1) * m + B1 * g),
            "Your m forgets too fast: nine parts of ten are of the newest gradient. It is 0.9 of the old m, 0.1 of g.",
        )
        want(
            not same(second, B2 * v + (1 - B2) * g),
            "Your v is a mean of gradients, which may be negative and cancel. It is the mean of their *squares*.",
        )
        want(
            not same(second, B1 * v + (1 - B1) * g**2),
            "Your v forgets as fast as m. How large gradients are is remembered for longer: 0.999 of the old v, 0.001 "
            "of g².",
        )
        want(same(first, m_wanted), f"Your m is {first.round(4)}, where 0.9 m + 0.1 g is {m_wanted.round(4)}.")
        want(same(second, v_wanted), f"Your v is {second.round(4)}, where 0.999 v + 0.001 g² is {v_wanted.round(4)}.")
        m, v = m_wanted, v_wanted
        m_fair, v_fair = m / (1 - B1**t), v / (1 - B2**t)
        move = as_array(move, (3,), "The move")
        wanted = -m_fair / np.sqrt(v_fair)
        want(
            not near(move, -wanted),
            "Your move goes uphill: it is to be added to the weights, and the gradient points up. Turn the sign.",
        )
        want(
            not near(abs(move), abs(m / np.sqrt(v))) or near(m / np.sqrt(v), -wanted),
            f"In step {t} the means are mostly of the 0 that they began with. Divide m by 1 - 0.9^{t} and v by "
            f"1 - 0.999^{t}: as yours is, v is far too small, and the first steps are too long.",
        )
        want(
            not near(abs(move), abs(m_fair / v_fair)),
            "Yours divides by v, the mean of squares. A gradient a hundred times as large would make a step a hundred "
            "times *shorter*. Divide by the root.",
        )
        want(
            not near(abs(move), abs(m_fair)) and not near(abs(move), abs(g)),
            "Yours is not divided by the root of v, so that steps are as different as gradients are.",
        )
        want(
            not near(abs(move), abs(g) / np.sqrt(v_fair)) or t == 1,
            "Yours moves along g, the newest gradient alone. m is what is left when those of many batches have voted.",
        )
        want(
            near(move, wanted),
            f"In step {t}, for g = {g.round(3)}, your move is {move.round(3)}, where {wanted.round(3)} is right. (Do "
            "you count t from 1?)",
        )
    return "The first move is -1 or 1 for every weight, be its gradient a hundred or a hundredth."


@exercise(
    "Divide the scores before softmax. At a low temperature, do differences of scores count for more, or for less?",
    "e = np.exp((scores - scores.max()) / temperature), and then e / e.sum().",
)
def with_temperature(tempered: Callable[[Floats, float], Floats]) -> str:
    """From scores and a temperature, make the probabilities to draw with: 1 is the model's own, below 1 is bolder."""
    scores = np.array([0.0, 2.0, -1.0, 1.0])
    p = np.exp(scores) / np.exp(scores).sum()
    for temperature in (1.0, 0.5, 2.0, 0.001):
        with np.errstate(all="ignore"):
            answer = tempered(scores.copy(), temperature)
        shifted = np.exp((scores - scores.max()) / temperature)
        wanted = shifted / shifted.sum()
        if temperature == 0.001:
            want(
                np.isfinite(np.asarray(answer, np.float64)).all(),
                "At temperature 0.001 yours has entries that are no numbers: e^2000 is too large for a computer. Take "
                "the largest score away from all first, which changes no share.",
            )
        found = as_array(answer, scores.shape, "`tempered(scores, temperature)`")
        hotter = np.exp(scores * temperature) / np.exp(scores * temperature).sum()
        want(
            temperature == 1.0 or not same(found, hotter),
            f"At temperature {temperature} yours is the wrong way round: hot should be wild, and cold be sure. Divide "
            "by it.",
        )
        want(
            temperature == 1.0 or not same(found, p),
            "Yours is the same at every temperature. (Shares that are divided, and then made to sum to 1 again, are "
            "what they were: divide the *scores*.)",
        )
        want(
            not same(found, p / temperature) or temperature == 1.0,
            f"Yours divides the shares, so that they sum to {found.sum():g}. Divide the scores, before softmax.",
        )
        want((found >= 0).all(), "Probabilities are not negative: make shares of the scores by softmax.")
        want(same(found.sum(), 1.0), f"Yours sum to {found.sum():.3f}: some symbol comes next, and only one.")
        want(same(found, wanted), f"At temperature {temperature} yours gives {found.round(3)}, not {wanted.round(3)}.")
    return "At 0 it would always take the likeliest. Words for it are from physics: Boltzmann's distribution (1868)."


MOST = 30_000  # parameters, so that it learns while the reader waits
STEPS = 40
NAMES = 512


class Batch(Dim):
    """Some names."""


@exercise(
    "The check says what is missing: what does the model know of a letter besides which one it is? Step 4 had three "
    "things more.",
    "rows = (each(Time, embedding(Vocab, Mine)) & (positions(Time) >> each(Time, embedding(Places, Mine)))) >> "
    "add(Float[Time, Mine])",
)
def your_own(model: SomePara) -> str:
    """Declare a GPT of your own sizes."""
    want(
        isinstance(model, Para), f"Yours is a {type(model).__name__}, where a model is wanted: a pipeline with weights."
    )
    want(
        is_array(model.dom) and kind(model.dom) == "Int" and [dim.size for dim in dimensions(model.dom)] == [None],
        f"Yours begins at {model.dom}, where Int[Time] is wanted: a symbol at each of however many places.",
    )
    want(
        is_array(model.cod)
        and kind(model.cod) == "Float"
        and [dim.size for dim in dimensions(model.cod)] == [None, 27],
        f"Yours ends in {model.cod}, where Float[Time, Vocab] is wanted: a score for each symbol, at each place.",
    )
    params = model.init(np.random.default_rng(0))
    size = sum(leaf.size for leaf in leaves(params))
    want(
        size <= MOST,
        f"Yours has {size:,} parameters. It is a fine model, but here it would keep you waiting: have {MOST:,} at "
        "most. (What is it that takes so many?)",
    )

    def scores(*symbols: int) -> Floats:
        return np.asarray(model(params, check(model.dom, np.array(symbols))), np.float64)

    plain, ended, begun = scores(0, 5, 13, 13, 1), scores(0, 5, 13, 13, 2), scores(0, 6, 13, 13, 1)
    want(
        not same(plain[-1], ended[-1]),
        "Yours does not see the letter that it stands at: another last letter changes nothing.",
    )
    want(
        same(plain[:-1], ended[:-1]),
        "Yours looks ahead: another last letter changes what is expected *before* it. In training it would see what it "
        "should predict.",
    )
    want(
        not same(plain[-1], begun[-1]),
        "In yours no place looks at another: another first letter changes nothing at the end. Is there attention?",
    )
    same_letters = scores(1, 1, 1, 1)
    want(
        not same(same_letters[0], same_letters[-1]),
        "Yours does not know where it is: of 'aaaa' it expects the same at each place. Add a table of positions to "
        "that of symbols.",
    )
    try:
        scores(*[1] * 16)
    except Exception as error:
        raise NotYet(
            f"With 16 symbols yours stops: {error}. Names have up to 15 letters, and the boundary stands before them: "
            "have 16 places."
        ) from None
    before, after = _learned(model)
    want(
        np.isfinite(after),
        "Yours does not learn: after some steps its loss is no number. Are there norms before layers?",
    )
    want(
        after < 2.75,
        f"Yours learns little: after {STEPS} steps its loss is {after:.2f}, where that of pairs, counted, is 2.46. Is "
        "there a residual around attention and around the hidden layer? Has the last layer all of the row?",
    )
    return (
        f"It has {size:,} parameters, and after {STEPS} steps of Adam its loss has fallen from {before:.2f} to "
        f"{after:.2f}. Let it learn longer: trained(mine, adam(lr=0.01), 1000)."
    )


def _learned(model: SomePara) -> tuple[float, float]:
    """The loss of a model on names, before it learns, and after some steps."""
    (time,), (_, vocab) = dimensions(model.dom), dimensions(model.cod)
    surprises: SomeArrow = each(time, cross_entropy(vocab))
    targets: SomeArrow = exr(model.cod, model.dom)
    of_one: SomePara = model * identity(model.dom) >> (surprises & targets)
    of_each: SomePara = each(Batch, of_one)
    loss: SomePara = of_each >> masked_mean(Batch, time)
    rng = np.random.default_rng(0)
    data = sequences(load_names()[::50][:NAMES], 16)
    params, optimizer = model.init(rng), adam(lr=0.02)
    state, loss_and_gradient, history = optimizer.init(params), value_and_gradient(loss), list[float]()
    with np.errstate(all="ignore"):
        for _ in range(STEPS):
            batch = check(loss.dom, data.batch(rng.choice(NAMES, 32)))
            value, gradient = loss_and_gradient(params, batch)
            state, params = optimizer.step(state, params, gradient)
            history.append(float(value))
    return history[0], float(np.mean(history[-5:]))
