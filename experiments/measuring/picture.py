"""The picture of growth: how long a gradient takes, by the depth, the width and the batch of a chain of layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from experiments.measuring.report import (
    ARROWS,
    AUTOGRAD,
    BY_HAND,
    JAX,
    ON_JAX,
    STAGED,
    STAGED_IN_C,
    TORCH,
    Growth,
    Report,
)
from experiments.process.pictures import drawing, svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes

VARIED = "depth", "width", "batch"
COLORS = {
    **{BY_HAND: "#777777", ARROWS: "#2b5d8a", STAGED: "#c8553d", STAGED_IN_C: "#3f8f4f", ON_JAX: "#8a5aa8"},
    **{AUTOGRAD: "#b08d57", TORCH: "#d98aa0", JAX: "#6bb0c9"},
}
OURS = ARROWS, STAGED, STAGED_IN_C, ON_JAX
LABELS = {BY_HAND: "NumPy by hand"}
STYLE = {
    "svg.hashsalt": "cat_ad",
    "svg.fonttype": "none",  # text stays text
    "font.family": ["DejaVu Sans", "sans-serif"],
    "font.size": 10,
}


def growth_picture(report: Report) -> bytes:
    """As SVG, the same for the same figures."""
    with drawing(STYLE) as new:
        figure = new(figsize=(8.8, 3.7), facecolor="white")
        figure.subplots_adjust(left=0.085, right=0.985, bottom=0.3, top=0.9, wspace=0.1)
        every: Sequence[Axes] = figure.subplots(1, len(VARIED), sharey=True)
        for axes, varied in zip(every, VARIED, strict=True):
            _draw(axes, varied, [row for row in report.growth if row.varied == varied])
        every[0].set_ylabel("gradient, microseconds")
        handles, labels = every[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="lower center", ncols=4, frameon=False)
        return svg(figure)


def _draw(axes: Axes, varied: str, rows: Sequence[Growth]) -> None:
    """The lines of those ways that were measured."""
    for name, color in COLORS.items():
        here = [row for row in rows if name in row.microseconds]
        if here:
            times = [row.microseconds[name] for row in here]
            label = LABELS.get(name, name)
            line = "-" if name in OURS else "--"
            sizes = [row.size for row in here]
            axes.plot(sizes, times, line, color=color, linewidth=1.6, marker="o", ms=3.5, label=label)
    axes.set(xscale="log", yscale="log", xlabel=varied)
    sizes = [row.size for row in rows]
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.minorticks_off()
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    if rows:
        fixed = (f"{name} {getattr(rows[0], name)}" for name in VARIED if name != varied)
        axes.set_title(", ".join(fixed), size=10)
