"""A live progress bar: loss, steps a second, time left. Nothing at all when the output is not a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from experiments.training.schedules import Budget

REFRESH = 0.1  # seconds between two pictures
FORGET = 0.01  # the share of the newest loss in the mean that is shown, since that of a single batch jumps


@contextmanager
def progress_bar(budget: Budget) -> Iterator[Callable[[int, float, float], None]]:
    """A bar on the screen, and the function that tells it of a step: steps so far, seconds so far, loss."""
    console = Console()
    if not console.is_terminal:
        yield lambda steps, seconds, loss: None
        return
    columns = TextColumn("{task.description}"), BarColumn(bar_width=None), TextColumn("{task.fields[pace]}")
    with Progress(*columns, console=console, auto_refresh=False) as bar:
        yield _teller(bar, budget)


def _teller(bar: Progress, budget: Budget) -> Callable[[int, float, float], None]:
    """The function, which changes the bar, and what it remembers from one step to the next."""
    task = bar.add_task("loss", total=1.0, pace="")
    first: tuple[int, float] | None = None  # a resumed run does not begin at 0
    mean_loss, shown = 0.0, -REFRESH

    def tell(steps: int, seconds: float, loss: float) -> None:
        nonlocal first, mean_loss, shown
        if first is None:
            first, mean_loss = (steps, seconds), loss
        mean_loss += FORGET * (loss - mean_loss)
        progress = min(1.0, budget.progress(steps, seconds))
        if seconds - shown < REFRESH and progress < 1:
            return
        shown = seconds
        pace = (steps - first[0]) / max(seconds - first[1], REFRESH)
        left = seconds / progress - seconds
        bar.update(
            task,
            completed=progress,
            description=f"loss {mean_loss:.3f}",
            pace=f"{pace:,.0f} steps/s, {left:.0f} s left",
        )
        bar.refresh()

    return tell
