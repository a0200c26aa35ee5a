"""The picture of a run: how the loss fell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from experiments.process.pictures import drawing, png
from experiments.training.loop import Point, StepLoss

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SETTLED = 0.04  # share of the steps in which the loss falls steeply from log 27: the axis is fitted to the rest
SMOOTH = 0.02  # share of the newest loss in the running mean


def loss_picture(losses: Sequence[Point] | Sequence[StepLoss], title: str) -> bytes:
    """The losses of a run as a PNG: on the train and test names, or of each step."""
    with drawing() as new:
        figure = new(figsize=(8, 5), dpi=160, layout="constrained")
        axes = _axes(figure, title)
        points = [row for row in losses if isinstance(row, Point)]
        if points:
            _draw_curve(axes, points)
        else:
            _draw_steps(axes, [row for row in losses if isinstance(row, StepLoss)])
        if losses:
            axes.legend(frameon=False, loc="best")
        return png(figure)


def _draw_curve(axes: Axes, curve: Sequence[Point]) -> None:
    steps = [point.steps for point in curve]
    for losses, label, color in (
        ([point.test_loss for point in curve], "test, names it never saw", "#c8553d"),
        ([point.train_loss for point in curve], "train", "#2b5d8a"),
    ):
        axes.plot(steps, losses, color=color, linewidth=2, marker=".", label=f"{label}: {losses[-1]:.3f}")
    settled = [point for point in curve if point.steps >= SETTLED * curve[-1].steps]
    shown = [loss for point in settled for loss in (point.train_loss, point.test_loss)]
    margin = max(0.05, 0.1 * (max(shown) - min(shown)))
    axes.set_ylim(min(shown) - margin, max(shown) + margin)


def _draw_steps(axes: Axes, losses: Sequence[StepLoss]) -> None:
    """The loss of each step, and their running mean."""
    if not losses:
        return
    steps, values = [row.step for row in losses], np.array([row.loss for row in losses])
    shares = (1 - SMOOTH) ** np.arange(len(values))
    means = np.convolve(values, shares)[: len(values)] / np.cumsum(shares)
    axes.scatter(steps, values, color="#9db8cf", s=6, label="of each step")
    axes.plot(steps, means, color="#2b5d8a", linewidth=2, label=f"running mean: {means[-1]:.3f}")


def _axes(figure: Figure, title: str) -> Axes:
    axes = figure.subplots()
    axes.set_title(title, loc="left")
    axes.set_xlabel("steps")
    axes.set_ylabel("mean loss (nats a symbol)")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    return axes
