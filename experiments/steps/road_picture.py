"""The picture of the road: the test loss of each step, as its training goes on."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean
from typing import TYPE_CHECKING

from experiments.process.pictures import drawing, png
from experiments.steps.common import Result

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLORS = ("#777777", "#d9962b", "#7a4f00", "#5b9bd5", "#2b5d8a", "#c8553d")
HIGHEST = 2.6  # nats: the first losses are near log 27, and the picture shows what comes then
NEAREST = 0.05  # the least distance of two labels, as a share of the picture's height


def picture(results: Sequence[Result]) -> bytes:
    """The curves as a PNG, each labelled where it ends; bigrams, which do not learn, are a line."""
    with drawing() as new:
        return png(_drawn(new, results))


def _drawn(new: type[Figure], results: Sequence[Result]) -> Figure:
    from matplotlib.layout_engine import ConstrainedLayoutEngine  # here, where it was imported as it should be

    figure = new(figsize=(9, 5.5), dpi=160, layout=ConstrainedLayoutEngine(w_pad=0.15, h_pad=0.15))
    axes = figure.subplots()
    ends = [result.test_loss for result in results]
    steps = max(result.steps for result in results)
    lowest = min(ends) - 0.04
    highest = max(HIGHEST, max(ends) + 0.04)
    for result, color in zip(results, COLORS, strict=True):
        if result.number == 0:
            axes.axhline(result.test_loss, color=color, linewidth=1.5, linestyle="--")
        else:
            places, losses = [point.steps for point in result.curve], [point.test_loss for point in result.curve]
            below = result.number == 1  # the curve of step 2 lies on it
            axes.plot(places, losses, color=color, linewidth=5 if below else 2, alpha=0.6 if below else 1.0)
    heights = spread(ends, NEAREST * (highest - lowest))
    for result, height, color in zip(results, heights, COLORS, strict=True):
        text = f"{result.number}  {result.idea}: {result.test_loss:.3f}"
        axes.text(1.02 * steps, height, text, color=color, va="center", fontsize=10)
    axes.set_ylim(lowest, highest)
    axes.set_xlim(0, steps)
    axes.set_title("Six steps to a model of names: each is one idea beyond the one before", loc="left")
    axes.set_xlabel("steps of training, 32 names each")
    axes.set_ylabel("mean loss on names never seen (nats a symbol)")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def spread(heights: Sequence[float], nearest: float) -> list[float]:
    """The heights moved apart, no more than it takes, so that any two are at least so far from each other.

    Of equal ones the first is the highest.

    >>> spread([2.0, 1.0, 2.0], nearest=0.5)
    [2.25, 1.0, 1.75]
    """
    order = sorted(range(len(heights)), key=lambda place: (heights[place], -place))
    groups: list[list[float]] = []  # of what is left of each height when all that must lie below it is taken away
    for rank, place in enumerate(order):
        groups.append([heights[place] - rank * nearest])
        while len(groups) > 1 and fmean(groups[-1]) < fmean(groups[-2]):
            groups[-2:] = [groups[-2] + groups[-1]]
    moved = [fmean(group) for group in groups for _ in group]
    at = {place: low + rank * nearest for rank, (place, low) in enumerate(zip(order, moved, strict=True))}
    return [at[place] for place in range(len(heights))]
