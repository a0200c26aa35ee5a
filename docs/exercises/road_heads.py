"""Exercises to step 5 of the road: heads and layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from cat_ad import Arrow, Dim, Float, Para, check, dense, tanh
from cat_ad.arrows.parametrised import SomePara
from docs.exercises import exercise, want
from docs.exercises._arrays import Floats, as_array, same, shape_of

Sizes: TypeAlias = tuple[int, int, int, int, int]


@exercise(
    "A table of symbols and one of places; in each layer two matrices of attention and two of the hidden layer; and at "
    "the end the matrix of scores. What are the shapes?",
    "vocab · width + places · width + layers · (3 width · width + width · width + 2 hidden · width) + vocab · width.",
)
def how_many(count: Callable[[int, int, int, int, int], int]) -> str:
    """How many parameters does a GPT have, with so many symbols, places, width, hidden units and layers?"""
    for vocab, places, width, hidden, layers in (100, 50, 32, 48, 1), (27, 16, 16, 64, 2), (27, 16, 16, 64, 1):
        found = float(as_array(count(vocab, places, width, hidden, layers), (), "`count(...)`"))
        ends, attend, think = (2 * vocab + places) * width, 4 * width * width, 2 * hidden * width
        wanted = ends + layers * (attend + think)
        sizes = f"({vocab}, {places}, {width}, {hidden}, {layers})"
        want(
            layers == 1 or found != ends + attend + think,
            f"For {sizes} yours has {found:,.0f}, as if layers shared their weights. `stack` gives each its own.",
        )
        want(
            found not in (wanted - vocab * width, wanted - layers * think - vocab * width),
            "One table is missing: from symbols to rows, and from rows to scores again, there are two, of one size.",
        )
        want(found != wanted - places * width, "The table of places is missing: a row for each.")
        want(
            found != wanted - layers * width * width,
            "In attention a matrix is missing: three are for queries, keys and values, and one for what was heard.",
        )
        want(
            found != wanted - 2 * layers * width * width,
            "Attention has a matrix each for queries, keys and values, and not one for all three.",
        )
        want(
            found != wanted - layers * hidden * width,
            "The hidden layer has two matrices: from the width to the hidden units, and back.",
        )
        want(
            found != wanted + 3 * layers * attend and found != wanted + 9 * layers * width * width,
            "Heads do not multiply anything: they share the width. Four heads have as many weights as one.",
        )
        want(
            found != wanted + layers * (hidden + width) and found != wanted + layers * (hidden + 5 * width),
            "Yours has biases. `dense` is W x, without any.",
        )
        want(found != wanted + 2 * layers * width, "The norms here have no weights of their own.")
        want(found == wanted, f"For {sizes} yours has {found:,.0f}, where {wanted:,} is right.")
    return "4,192 with one layer: this is Karpathy's microgpt. GPT-2 has 124 million."


@exercise(
    "A row has the heads side by side: x.reshape(time, heads, -1) cuts each into its heads. Which axis comes first?",
    "x.reshape(time, heads, -1).transpose(1, 0, 2): heads first, then places.",
)
def in_heads(split: Callable[[Floats, int], Floats]) -> str:
    """From rows (time, width) make heads (heads, time, width / heads): each head gets its piece of every row."""
    for time, heads, size in (3, 2, 4), (4, 2, 2), (2, 2, 2):
        x = np.arange(time * heads * size, dtype=np.float64).reshape(time, heads * size)
        answer = split(x.copy(), heads)
        want(
            shape_of(answer) != (time, heads, size) or time == heads,
            "In yours places come first, and then heads. For each head to attend by itself, heads come first.",
        )
        want(
            shape_of(answer) != (heads, size, time) or time == size,
            "In yours the last axis is that of places. Within a head, a row is still a place.",
        )
        found = as_array(answer, (heads, time, size), "`split(x, heads)`")
        want(
            not same(found, x.reshape(heads, time, size)),
            "The shape is right, but not what is in it: reshape takes row after row, so that your first head has all "
            f"of the first places. Of x[0] = {x[0].tolist()} it should have {x[0, :size].tolist()} only.",
        )
        want(
            not same(found, x.reshape(time, size, heads).transpose(2, 0, 1)),
            f"In yours head 0 has one of every {heads} entries of a row. Here it has the first {size}, side by side.",
        )
        want(
            not same(found, x.reshape(time, heads, size)),
            "The axes of heads and of places have changed places.",
        )
        wanted = x.reshape(time, heads, size).transpose(1, 0, 2)
        want(
            same(found, wanted),
            f"Of row {x[0].tolist()} head 0 should have {wanted[0, 0].tolist()}; yours has {found[0, 0].tolist()}.",
        )
    return (
        "In the library: each(Time, unflatten(Heads, HeadDim)) >> transpose(Time, Heads, HeadDim). The types say which."
    )


class Some(Dim, size=3):
    """Some numbers."""


@exercise(
    "`attend & think` gives both of one x, as a pair. How do you add the two, and how x itself?",
    "residual((attend & think) >> add(attend.dom)).",
)
def side_by_side(block: Callable[[SomePara, SomePara], SomePara]) -> str:
    """Write a parallel block: x to x + attend(x) + think(x), where both read the same x."""
    attend, think = dense(Some, Some) >> tanh(Float[Some]), dense(Some, Some)
    made = block(attend, think)
    want(made is not None, "`block(attend, think)` gives None. Does the function end with `return`?")
    want(not isinstance(made, Arrow), "Yours has no parameters. Leave out `.arrow`: `&` and `>>` take both kinds.")
    want(isinstance(made, Para), f"`block(attend, think)` gives a {type(made).__name__}, where a block is wanted.")
    want(
        made.dom == Float[Some],
        f"Yours begins at {made.dom}: it wants an input for each. With `&` both read one and the same.",
    )
    want(
        made.cod == Float[Some],
        f"Yours ends in {made.cod}. A block must end where it begins, to be stacked: the pair has yet to be added.",
    )
    params = made.init(np.random.default_rng(0))
    want(
        isinstance(params, tuple) and len(params) == 2 and all(isinstance(part, np.ndarray) for part in params),
        f"Yours has the parameters {made.parameters}: of each of both arrows there should be one matrix.",
    )
    (W, V), x = params, np.array([0.5, -1.0, 2.0])
    found = as_array(made(params, check(Float[Some], x)), x.shape, "The block")
    a, b = np.tanh(W @ x), V @ x
    want(not same(found, a + b), "Yours is attend(x) + think(x): x itself is not there any more. `residual` adds it.")
    want(not same(found, 2 * x + a + b), "Yours adds x twice: each of two residuals brings one.")
    want(
        not same(found, x + a + V @ (x + a)),
        "That is the block of this lesson: think reads what attend has found already. Here both read x, at one time.",
    )
    want(
        not same(found, x + V @ a) and not same(found, V @ a),
        "In yours think reads what attend gives. Here both read x.",
    )
    turned = x + np.tanh(V @ x) + W @ x  # think first, whose parameters then come first
    want(
        same(found, x + a + b) or same(found, turned),
        "Its shape is right, but it is another function of x than x + attend(x) + think(x).",
    )
    return "So did GPT-J (2021) and PaLM (2022): both halves run at one time, and the loss hardly knows the difference."
