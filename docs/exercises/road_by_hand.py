"""Exercises to step 2 of the road: a gradient by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from docs.exercises import exercise, want
from docs.exercises._arrays import Floats, as_array, same, shape_of


def shares(scores: Floats) -> Floats:
    """Softmax."""
    exponentials: Floats = np.exp(scores - scores.max())
    found: Floats = exponentials / exponentials.sum()
    return found


@exercise(
    "If a score that did not come is raised a little, the loss grows: by the share that it had. And the one that came?",
    "The loss is log(sum of exp(z)) - z[target]. The slope of the first part by z[i] is the share p[i].",
)
def slope_of_surprise(gradient: Callable[[Floats, int], Floats]) -> str:
    """Of shares p = softmax(z) and the target that came, make the gradient of -log p[target] by the scores z."""
    for scores, target in (np.array([1.0, 0.0, -1.0]), 0), (np.array([0.5, 2.0, 0.0, 0.3]), 3):
        p = shares(scores)
        one_hot = np.eye(len(p))[target]
        given = p.copy()
        found = as_array(gradient(given, target), p.shape, "`gradient(p, target)`")
        want(same(given, p), "Yours writes over the shares that it was given. Make a copy: p.copy().")
        want(
            not same(found, one_hot - p),
            "Yours points the other way: along it the loss falls. The gradient points uphill; the step of training has "
            "the minus sign.",
        )
        want(
            not same(found, p),
            "Yours is p itself: to raise any score makes the loss grow. But to raise the score of what came makes it "
            "*smaller*.",
        )
        want(
            not same(found, np.where(one_hot == 1, -1 / p, 0)),
            "That is the gradient by the shares p: -1/p where it came. The scores come before, and softmax is still to "
            "be passed through: each score changes all shares.",
        )
        want(
            not same(found, -one_hot) and not same(found, np.where(one_hot == 1, p - 1, 0)),
            f"Yours is 0 but at the target. But raise another score, and there is less left for what came: at {p} the "
            "loss grows by its share.",
        )
        want(
            not same(found, p - target),
            f"Yours takes the number of the target, {target}, from each share. The target is a place: take 1 from the "
            "share that is there.",
        )
        want(
            not same(found, (p - one_hot) / len(p)),
            f"Yours divides by {len(p)}, which is for the mean over a batch. This is one window.",
        )
        want(
            same(found.sum(), 0.0),
            f"Yours sums to {found.sum():.3f}. Raise all scores alike, and no share changes: a gradient sums to 0.",
        )
        want(same(found, p - one_hot), f"For p = {p.round(3)} and target {target} yours gives {found.round(3)}.")
    return "What was expected, less what came: no more than that starts the whole way back."


@exercise(
    "A small step da of a makes a step of (slope of tanh at a) times da of h. So dh reaches a through the same factor.",
    "The slope of tanh at a is 1 - tanh(a)², and h is tanh(a): it has been found already.",
)
def back_through_tanh(backward: Callable[[Floats, Floats], Floats]) -> str:
    """On the way there, h = tanh(a). On the way back, of h and the gradient dh make the gradient da."""
    a, dh = np.array([0.5, -1.0, 2.0]), np.array([1.0, 3.0, -2.0])
    h = np.tanh(a)
    found = as_array(backward(h.copy(), dh.copy()), a.shape, "`backward(h, dh)`")
    want(
        not same(found, 1 - h**2),
        "Yours is the slope of tanh, right for dh = 1. But what changes by dh later counts dh times: the chain rule "
        "multiplies.",
    )
    want(
        not same(found, dh * (1 - np.tanh(h) ** 2)),
        "Yours takes tanh once more, of h. But h *is* tanh(a): the slope is 1 - h².",
    )
    want(
        not same(found, dh * h * (1 - h)),
        "h (1 - h) is the slope of the sigmoid, whose values go from 0 to 1. Those of tanh go from -1 to 1.",
    )
    want(not same(found, dh * (1 - h)), "Nearly: at h = -1 tanh is flat too, and yours has a slope of 2. Square h.")
    want(
        not same(found, np.tanh(dh)) and not same(found, dh * h),
        "Yours sends dh through tanh as if it were a value. It is a change: it goes through the *derivative*, at a.",
    )
    want(
        not same(found, dh * np.tanh(h)),
        "Yours multiplies by tanh, and of h, which is tanh(a) already. What multiplies dh is the slope of tanh, at a.",
    )
    want(not same(found, dh / (1 - h**2)), "Yours divides. A flat place lets little through: multiply by the slope.")
    want(
        not same(found, dh), "Yours lets all of dh through, as if tanh were the identity. Where it is flat, little is."
    )
    want(same(found, dh * (1 - h**2)), f"For h = {h.round(3)} and dh = {dh} yours gives {found.round(3)}.")
    return "The way back uses what the way there has found: so it costs next to nothing, and memory for h."


@exercise(
    "Write it for one entry: z[i] is the sum over j of U[i, j] h[j]. How does z[i] grow with U[i, j], and with h[j]?",
    "dU[i, j] = dz[i] h[j], which is np.outer; dh[j] = sum over i of U[i, j] dz[i], which is a product with U.T.",
)
def back_through_a_product(backward: Callable[[Floats, Floats, Floats], tuple[Floats, Floats]]) -> str:
    """On the way there, z = U @ h. On the way back, of U, h and the gradient dz make the gradients (dU, dh)."""
    rng = np.random.default_rng(0)
    for rows, columns in (2, 2), (3, 2):
        U, h, dz = rng.standard_normal((rows, columns)), rng.standard_normal(columns), rng.standard_normal(rows)
        answer = backward(U.copy(), h.copy(), dz.copy())
        want(answer is not None, "`backward(U, h, dz)` gives None. Does the function end with `return`?")
        want(isinstance(answer, tuple | list) and len(answer) == 2, "Two gradients are wanted: `return dU, dh`.")
        first, second = answer
        want(
            shape_of(first) != (columns,) or shape_of(second) != (rows, columns),
            "The gradients are in the other order: first dU, and then dh.",
        )
        want(
            shape_of(first) != (columns, rows) or rows == columns,
            f"dU has the shape {shape_of(first)}, that of U turned over. It says for each entry of U how the loss "
            "changes with it, and so has the shape of U.",
        )
        dU = as_array(first, U.shape, "dU")
        want(
            shape_of(second) != (rows,) or rows == columns,
            "dh has as many entries as z. The product with U leads from h to z; the way back leads from dz to dh.",
        )
        dh = as_array(second, h.shape, "dh")
        want(
            not same(dU, np.outer(h, dz)),
            "dU is turned over: its rows are those of z, its columns those of h. (With as many rows as columns the "
            "shapes fit all the same.)",
        )
        want(
            not same(dU, U * dz[:, None]),
            "dU must not depend on U: z is linear in U, with h as the slope. How much does z[i] grow, if U[i, j] does?",
        )
        want(
            not same(dU, np.outer(dz, np.ones(columns))), "In dU, an entry of U counts as much as the h it multiplies."
        )
        want(
            not (rows == columns and same(dh, U @ dz)),
            "dh is U @ dz, and fits only because U has as many rows as columns. What goes back through U goes through "
            "U.T.",
        )
        want(
            same(dU, np.outer(dz, h)),
            f"For h = {h.round(2)} and dz = {dz.round(2)}, your dU is {dU.round(2).tolist()}.",
        )
        want(same(dh, dz @ U), f"For U = {U.round(2).tolist()} and dz = {dz.round(2)}, your dh is {dh.round(2)}.")
    return (
        "A product is linear in each factor, so that each gradient has the other factor. For a whole batch: dz.T @ h."
    )
