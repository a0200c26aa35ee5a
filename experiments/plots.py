"""The picture of a run: how the loss on both halves of the names fell."""

from collections.abc import Sequence
from io import BytesIO

from experiments.training import Point

SETTLED = 0.04  # share of the steps after which the loss has fallen from log 27: the picture shows what comes then


def loss_curve(curve: Sequence[Point], title: str) -> bytes:
    """The curve as a PNG."""
    # Imported here: it takes a third of a second, and only the end of a run needs it.
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 5), dpi=160, layout="constrained")
    axes = figure.subplots()
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
    axes.set_title(title, loc="left")
    axes.set_xlabel("steps")
    axes.set_ylabel("mean loss (nats a symbol)")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="best")
    picture = BytesIO()
    figure.savefig(picture, format="png")
    return picture.getvalue()
