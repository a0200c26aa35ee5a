"""Pictures by Matplotlib as it was installed: no display, and none of the settings of the user.

A notebook sets a backend that only it has, and a file of settings can ask for LaTeX, or be broken. A picture that is
drawn at the end of a run must not depend on that. So Matplotlib is first imported where it finds only its own settings,
and draws on the canvas of a file.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.typing import RcKeyType

BACKEND = "MPLBACKEND"


@contextmanager
def drawing(settings: Mapping[str, object] | None = None) -> Iterator[type[Figure]]:
    """Within this, Matplotlib has its own settings and these; yields its class of pictures. Takes a third of a second.

    Raises what Matplotlib does where it cannot be imported.
    """
    log = logging.getLogger("matplotlib")
    level = log.level
    log.setLevel(logging.CRITICAL)  # it tells of fonts and folders, on standard error
    try:
        _import()
        from matplotlib import rc_context, rcParamsDefault
        from matplotlib.figure import Figure

        given = settings or {}
        own: dict[RcKeyType, object] = {
            name: given.get(name, value) for name, value in rcParamsDefault.items() if "backend" not in name
        }
        with warnings.catch_warnings(action="ignore"), rc_context(own):
            yield Figure
    finally:
        log.setLevel(level)


def png(figure: Figure) -> bytes:
    """The picture as a file."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    file = BytesIO()
    FigureCanvasAgg(figure).print_figure(file, format="png")
    return file.getvalue()


def svg(figure: Figure) -> bytes:
    """The picture as a file, the same for the same picture."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    file = BytesIO()
    FigureCanvasSVG(figure).print_figure(file, format="svg", metadata={"Date": None, "Creator": None})
    return file.getvalue()


def _import() -> None:
    """Import Matplotlib, in the folder of its own settings, of which the file there is its first choice."""
    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        raise ImportError("no Matplotlib")
    backend = os.environ.pop(BACKEND, None)
    try:
        with chdir(Path(found.origin).parent / "mpl-data"):
            import matplotlib.figure  # noqa: F401
    finally:
        if backend is not None:
            os.environ[BACKEND] = backend
