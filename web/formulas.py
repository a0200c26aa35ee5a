"""Formulas: what each primitive of the models makes, and what it passes back, in NumPy; a test runs them.

`takes` names the arguments, array by array, and the value is y. Backward, dy is its cotangent, and each argument with a
slope gets one, by the name of the argument with a d before it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Formula:
    """A primitive: what it is in a sentence, its value, and its derivative backward."""

    takes: tuple[str, ...]
    about: str
    value: str
    backward: str


FORMULAS = {
    "lookup": Formula(
        ("table", "i"),
        "Each symbol takes its row; backward, each row gets what came to the places that took it.",
        "y = table[i]",
        "dtable = zeros_like(table); add.at(dtable, i, dy)",
    ),
    "transpose": Formula(
        ("x",),
        "Rows become columns, and backward columns rows.",
        "y = swapaxes(x, -1, -2)",
        "dx = swapaxes(dy, -1, -2)",
    ),
    "flatten": Formula(
        ("x",), "The same numbers, one after the other.", "y = x.reshape(shape)", "dx = dy.reshape(x.shape)"
    ),
    "total": Formula(
        ("x",),
        "A sum; backward, each term gets the same.",
        "y = x.sum(-1)",
        "dx = broadcast_to(dy[..., None], x.shape)",
    ),
    "matvec": Formula(("W", "x"), "A matrix times each row.", "y = x @ W.T", "dW = dy.T @ x; dx = dy @ W"),
    "affine": Formula(
        ("W", "b", "x"),
        "A matrix times each row, and a vector added.",
        "y = x @ W.T + b",
        "dW = dy.T @ x; db = dy.sum(0); dx = dy @ W",
    ),
    "tanh": Formula(("x",), "Each entry by itself; its slope is 1 − y².", "y = tanh(x)", "dx = dy * (1 - y**2)"),
    "relu": Formula(("x",), "Each entry, unless it is below 0.", "y = maximum(x, 0)", "dx = where(x > 0, dy, 0)"),
    "add": Formula(("a", "b"), "A sum; backward, both get the same: add becomes dup.", "y = a + b", "da = dy; db = dy"),
    "rms_norm": Formula(
        ("x",),
        "Each row is brought to length √n.",
        "s = 1 / sqrt((x**2).mean(-1) + 1e-5)[..., None]; y = s * x",
        "dx = s * (dy - y * (y * dy).mean(-1)[..., None])",
    ),
    "attention": Formula(
        ("x",),
        "Values of earlier places, weighed by how their keys fit the query, head by head.",
        "q, k, v = heads(x); s = q @ mT(k) / sqrt(q.shape[-1]); p = softmax(past(s)); y = merge(p @ v)",
        "dp = split(dy) @ mT(v); ds = p * (dp - (p * dp).sum(-1)[..., None]) / sqrt(q.shape[-1]); "
        "dx = join(ds @ k, mT(ds) @ q, mT(p) @ split(dy))",
    ),
    "cross_entropy": Formula(
        ("x", "i"),
        "How surprised the scores are by the symbol that follows: their softmax, less 1 at that symbol, goes back.",
        "p = softmax(x); y = -log(p[at(i)]) * (i >= 0)",
        "dx = (p - one_hot(i)) * (dy * (i >= 0))[..., None]",
    ),
    "mean": Formula(
        ("x",), "The mean; backward, each entry gets its share.", "y = x.mean(-1)", "dx = full(x.shape, dy / x.size)"
    ),
    "masked_mean": Formula(
        ("x", "i"),
        "The mean over the letters of the name, and none after its end.",
        "y = x[i >= 0].mean()",
        "dx = where(i >= 0, dy / (i >= 0).sum(), 0)",
    ),
    "positions": Formula(("x",), "Places are counted: 0, 1, 2 …; nothing goes back.", "y = arange(x.size)", ""),
    "unpack": Formula(
        ("x",),
        "The weights, which are one vector, cut into matrices; backward, put together again.",
        "y = cut(x)",
        "dx = concatenate([d.ravel() for d in dy])",
    ),
}
