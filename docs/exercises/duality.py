"""Exercises to lesson 9: duality."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

import numpy as np

from cat_ad import Dim, Float, Scalar, check
from docs.exercises import exercise, told, want
from docs.exercises._arrays import as_array


class Batch(Dim):
    """As many rows as there are."""


class Hidden(Dim, size=3):
    """Units."""


Word: TypeAlias = Literal["dup", "jam", "exl", "exr", "inl", "inr", "swap", "scale 2", "scale 1/2"]

# What each does to vectors, for replies.
DOES: dict[Word, str] = {
    "dup": "copies, u to (u, u)",
    "jam": "adds, (u, v) to u + v",
    "exl": "keeps the left, (u, v) to u",
    "exr": "keeps the right, (u, v) to v",
    "inl": "puts it on the left, u to (u, 0)",
    "inr": "puts it on the right, u to (0, u)",
    "swap": "exchanges, (u, v) to (v, u)",
    "scale 2": "doubles",
    "scale 1/2": "halves",
}
TRANSPOSED: dict[Word, Word] = {
    "dup": "jam",
    "jam": "dup",
    "exl": "inl",
    "inr": "exr",
    "swap": "swap",
    "scale 2": "scale 2",
}


@exercise(
    "The transpose g of f is what has r · f(u) = g(r) · u, for all r and u. Try it for dup: r is a pair then, (r0, "
    "r1).",
    "Write each as a matrix of zeros and ones, and turn it about its diagonal. The transpose of a column is a row.",
)
def transposes(answer: Mapping[Word, Word]) -> str:
    """What is the transpose of dup, jam, exl, inr, swap, and of scale 2?"""
    for word, right in TRANSPOSED.items():
        want(word in answer, f"You have not said yet what the transpose of {word} is.")
        got = answer[word]
        want(got in DOES, f"There is no {got!r} among {', '.join(DOES)}.")
        about = f"{word} {DOES[word]}, and {got} {DOES[got]}."
        want(
            got == right or (word, got) not in (("dup", "exl"), ("dup", "exr"), ("scale 2", "scale 1/2")),
            f"{about} So {got} undoes {word}, but the transpose is no inverse. Is r · {word}(u) = {got}(r) · u?",
        )
        want(
            got == right or got != word,
            f"{about} Its transpose goes the other way: it must take what {word} gives, and give what {word} takes.",
        )
        want(
            got == right or (word, got) not in (("exl", "inr"), ("inr", "exl")),
            f"{about} That is the wrong side: a change on the right has nothing to do with what {word} passes on."
            if word == "exl"
            else f"{about} That is the wrong side: what {word} puts there is on the right.",
        )
        want(got == right, f"{about} Its matrix is not that of {word}, turned about its diagonal.")
    return "Each is again one of them, so that no matrix is ever needed to transpose a diagram made of them."


@exercise(
    "Draw it: x is copied; one copy goes through exp, the other around it; then both are multiplied. Now read upwards.",
    "Back through mul, d goes to both sides: times exp(x), and times x. The latter goes back through exp. A dot adds.",
)
def backwards(back: Callable[[Scalar, Scalar], Scalar]) -> str:
    """Write the way back of x exp(x): of the point x, and a change d of the result, the change that x is asked for."""
    for at in (2.0, -2.0, 0.5):
        x, e = check(Scalar, at), float(np.exp(at))
        got, twice, turned = (
            float(as_array(back(x, check(Scalar, d)), (), f"At x = {at} and d = {d} yours")) for d in (1.0, 2.0, -1.0)
        )
        about = f"At x = {at} and d = 1, yours gives {got:.4g}."
        want(
            not (np.isclose(got, e + at * e) and np.isclose(twice, got)),
            f"{about} That is right, but at d = 2 it gives the same. You have written the slope; the way back is a "
            "map, which takes a d.",
        )
        want(
            not np.isclose(got, at * e) or np.isclose(got, e + at * e),
            f"{about} That is what comes back through exp. But there is another wire to the dot, around the box, and "
            "what comes back by both is added.",
        )
        want(
            not np.isclose(got, e) or np.isclose(got, e + at * e),
            f"{about} That is what comes back around the box. But there is another wire to the dot, through exp, and "
            "what comes back by both is added.",
        )
        want(
            not np.isclose(got, at * e * e),
            f"{about} That is the product of what comes back by the two wires. Where the way there copied, the way "
            "back adds.",
        )
        want(
            not np.isclose(got, 2 * at * e),
            f"{about} That is twice what comes back through exp. What comes back around it is multiplied by exp({at}).",
        )
        want(np.isclose(got, e + at * e), f"{about} The slope there is {e + at * e:.4g}.")
        want(
            np.isclose(twice, 2 * got),
            f"{about} At d = 2 it should be twice as much, {2 * got:.4g}, but it is {twice:.4g}: the way back is "
            "linear in d, which is multiplied once on each wire.",
        )
        want(
            np.isclose(turned, -got),
            f"{about} At d = -1 it should be {-got:.4g}, but it is {turned:.4g}: the way back is linear in d, which "
            "may be negative.",
        )
    return "The product rule and the chain rule, and you have used neither: only the picture, read upwards."


@exercise(
    "The bias was copied, once for each row of the batch. What does the way back do where the way there copied?",
    "It adds: over the rows, which are the first axis. `dy.sum(axis=0)` does.",
)
def back_of_bias(back: Callable[[Float[Batch, Hidden]], tuple[Float[Batch, Hidden], Float[Hidden]]]) -> str:
    """A layer adds a bias to each row of x. Write its way back: of dy, what comes back to x, and to the bias."""
    for rows in (2, 4):
        dy = check(Float[Batch, Hidden], np.arange(3.0 * rows).reshape(rows, 3) + 1.0)
        found = back(dy)
        want(
            isinstance(found, tuple | list) and len(found) == 2,
            f"The layer takes two things, x and a bias, so that two come back, as a pair. Yours gives {shape(found)}.",
        )
        dx, db = map(np.asarray, found)
        about = f"For {rows} rows of 3,"
        want(
            dx.shape == dy.shape, f"{about} what comes back to x has the shape of x, {dy.shape}, and yours {dx.shape}."
        )
        want(np.allclose(dx, dy), f"{about} x was passed on as it is, so that dy comes back to it as it is.")
        want(
            db.shape != dy.shape,
            f"{about} you send dy back to the bias as it is: {rows} rows for one bias. It was copied for each row; "
            "what does the way back do there?",
        )
        want(
            db.shape != (rows,) or rows == 3,
            f"{about} your bias has {rows} numbers: you have added along the wrong axis, over the units of one row.",
        )
        want(
            db.shape != (),
            f"{about} your bias is one number: you have added over the units too. Those were not copied.",
        )
        want(db.shape == (3,), f"{about} the bias has shape (3,), and what you send back has {db.shape}.")
        want(
            not np.allclose(db, dy.mean(axis=0)),
            f"{about} you send back the mean over the rows. The transpose of a copy is the sum; if the loss is a mean, "
            "its own way back has divided by then.",
        )
        want(
            not (np.allclose(db, dy[0]) or np.allclose(db, dy[-1])),
            f"{about} you send back one row alone. Each row had its copy of the bias, and asks for a change of it.",
        )
        want(np.allclose(db, dy.sum(axis=0)), f"{about} you send back {db}, where the copies ask for {dy.sum(axis=0)}.")
    return "Broadcasting copies, so its way back sums. It is the same dot that becomes the same plus."


def shape(found: object) -> str:
    """An array by its shape."""
    return f"an array of shape {found.shape}" if isinstance(found, np.ndarray) else told(found)
