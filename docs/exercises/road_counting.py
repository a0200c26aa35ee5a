"""Exercises to step 1 of the road: counting pairs of letters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import log

import numpy as np

from docs.exercises import exercise, want
from docs.exercises._arrays import Codes, Floats, as_array, same

NAMES = ["nana", "emma"]
PAIRS = {".n": 1, "na": 2, "an": 1, "a.": 2, ".e": 1, "em": 1, "mm": 1, "ma": 1}


@exercise(
    "Put '.' before and after each name: '.emma.' has five pairs. `zip(text, text[1:])` walks over them.",
    "counts[pair] = counts.get(pair, 0) + 1, for each pair of each name, begins with an empty dictionary.",
)
def count_the_pairs(count: Callable[[Sequence[str]], Mapping[str, int]]) -> str:
    """Count the pairs of neighbours in names, the '.' before and after each included: `{'.e': 1, 'em': 1, ...}`."""
    found = count(list(NAMES))
    want(found is not None, f"`count({NAMES})` gives None. Does the function end with `return`?")
    want(
        isinstance(found, Mapping),
        f"`count({NAMES})` gives {found!r}. Wanted is a dictionary, from pairs to how often they were seen.",
    )
    counts = {"".join(pair): number for pair, number in found.items()}
    want(
        not any(len(pair) == 1 for pair in counts),
        "Yours counts letters. A pair tells what comes after what: its key has two letters, as 'em'.",
    )
    want("me" not in counts, "Yours has 'me', and in emma there is only 'em': the key is first what was before.")
    want(
        "ae" not in counts and ".." not in counts,
        "Yours has a pair that reaches from one name into the next. Between names there is no pair, since the order of "
        "the list says nothing: begin anew with each name.",
    )
    strange = sorted(counts.keys() - PAIRS.keys())
    want(not strange, f"Yours has {strange}, which are no neighbours in .nana. or in .emma., as you read them.")
    want(
        ".e" in counts or ("a." not in counts and "em" not in counts),
        "'.e' is missing: that a name begins with e is worth knowing too. Put a '.' before each name.",
    )
    want("a." in counts, "'a.' is missing: a model that never saw a name end never stops. Put a '.' after each name.")
    missing = sorted(PAIRS.keys() - counts.keys())
    want(
        not missing,
        f"Yours misses {missing}. Each letter is in two pairs: it is what comes after one, and what comes before one.",
    )
    want(
        counts["a."] != 1,
        "'a.' was seen twice, at the end of both names, and yours says once. Do you add to what was counted before, or "
        "write over it?",
    )
    want(counts["na"] != 1, "'na' is in nana twice, and yours says once: count each time that you see it.")
    for pair, number in PAIRS.items():
        want(counts[pair] == number, f"{pair!r} was seen {counts[pair]} times by yours, where {number} is right.")
    long = {"".join(pair): number for pair, number in count(["zzz"]).items()}
    want(
        long.get("zz") == 2,
        f"In .zzz. 'zz' was seen twice, and yours says {long.get('zz', 0)}: two pairs may share a letter, which "
        "`str.count` does not see.",
    )
    want(count([]) == {}, "Of no names at all, yours still counts something.")
    return "A name of n letters has n + 1 pairs, so that 10 were counted: each of them is something to predict."


@exercise(
    "Each row is about one letter before. In it, shares must sum to 1. Which axis does a sum over a row run along?",
    "counts.sum(axis=1, keepdims=True) has the shape (n, 1), so that NumPy divides each row by its own sum.",
)
def shares_of_rows(shares: Callable[[Floats], Floats]) -> str:
    """From counts[before, after], make the probability of each letter after each other one."""
    for counts in np.array([[1.0, 3.0], [4.0, 4.0]]), np.array([[1.0, 2.0, 5.0], [6.0, 1.0, 1.0], [1.0, 1.0, 14.0]]):
        given = counts.copy()
        found = as_array(shares(given), counts.shape, "`shares(counts)`")
        want(same(given, counts), "Yours writes over the counts that it was given; whoever counts on has lost them.")
        of_rows = counts / counts.sum(axis=1, keepdims=True)
        want(
            not same(found, counts / counts.sum()),
            "Yours sums to 1 over the whole table: that is how probable a *pair* is. After a letter that was just "
            "drawn, how probable is each next one? Then its row must sum to 1.",
        )
        want(
            not same(found, counts / counts.sum(axis=0)),
            "In yours the columns sum to 1: how probable each letter *before* is, given the one after. A model goes "
            "the other way.",
        )
        want(
            not same(found, counts / counts.sum(axis=1)),
            "You have the sums of the rows, but NumPy lays a vector of shape (n,) along the *columns*: each entry is "
            "divided by the sum of another row. `keepdims=True` gives the shape (n, 1).",
        )
        want(
            not same(found, np.exp(counts) / np.exp(counts).sum(axis=1, keepdims=True)),
            "That is softmax, which makes shares of *scores*: three marks more would be twenty times as likely. Counts "
            "need no exp.",
        )
        want(
            same(found.sum(axis=1), 1.0),
            f"The rows sum to {found.sum(axis=1).round(3)}, where each must sum to 1: some letter comes next, and only "
            "one.",
        )
        want(
            same(found, of_rows),
            f"The rows sum to 1, but of {counts[0]} yours makes {found[0].round(3)}: twice as often should be twice as "
            "probable.",
        )
    return "A row of counts, over its sum. In step 2 a row of scores becomes shares by softmax: exp first, then this."


@exercise(
    "`p[before, after]` is, in one go, the probability that the model gave to each letter that really came.",
    "The loss of one prediction is -log of that, the natural logarithm, and the loss of the model is the mean of all.",
)
def mean_surprise(loss: Callable[[Floats, Codes, Codes], float]) -> str:
    """Write the loss: the mean of -log p[before, after] over all pairs that were seen."""
    p = np.array([[0.5, 0.25, 0.25], [0.1, 0.1, 0.8], [0.7, 0.2, 0.1]])
    before, after = np.array([0, 1, 2, 0]), np.array([1, 2, 0, 1])
    seen = p[before, after]
    answer = loss(p.copy(), before.copy(), after.copy())
    want(
        np.shape(answer) != seen.shape,
        f"Yours gives {np.size(answer)} numbers, one for each pair. Of them take the mean.",
    )
    found = float(as_array(answer, (), "`loss(p, before, after)`"))
    wanted = -np.log(seen).mean()
    want(
        not same(found, -wanted),
        f"Yours is {found:.3f}. A logarithm of a probability is below 0, and a loss is what should become small: turn "
        "the sign.",
    )
    want(
        not same(found, wanted * len(seen)),
        "Yours is the sum over all pairs. It grows with the number of names, so that losses on two lists would not "
        "compare: take the mean.",
    )
    want(
        not same(found, -np.log(p).mean()),
        "Yours is the mean over the whole table. But only what came counts, and as often as it came: p[before, after].",
    )
    want(
        not same(found, -log(seen.mean())),
        "Yours takes the mean first, and then the logarithm. A model that is always certain, and half of "
        "the time wrong, would look fine so: it must be told off for each surprise.",
    )
    want(
        not same(found, wanted / log(2)),
        "Yours is in bits: right, with logarithms of base 2, as Shannon has it. Here losses are in nats: np.log.",
    )
    want(
        not same(found, -np.log(p[after, before]).mean()) and not same(found, -np.log(p[before][after]).mean()),
        "Not these entries: the row is the symbol before, and the column the one after, both in one bracket.",
    )
    want(
        not same(found, seen.prod()),
        "Yours multiplies the probabilities: right for how probable it all is, but of a thousand names no computer can "
        "tell that from 0. Logarithms turn the product into a sum.",
    )
    want(
        not same(found, np.exp(wanted)),
        "Yours is e to the power of the loss, which is called perplexity. Leave the last step out.",
    )
    want(
        not same(found, -(seen * np.log(seen)).sum()) and not same(found, -(seen * np.log(seen)).mean()),
        "Yours weighs each surprise by p once more. How often a letter comes is in the data already: in the pairs.",
    )
    want(
        not same(found, 1 - seen.mean()),
        "1 - p is small where the model is right, but it forgives too much: to have called impossible what happens "
        "would cost only 1. By -log p it costs without limit.",
    )
    want(same(found, wanted), f"Yours gives {found:.4f} for probabilities {seen}, where {wanted:.4f} is right.")
    return "e to the power of it is how many letters the model hesitates between: of 27 alike, 27; of our table, 12."
