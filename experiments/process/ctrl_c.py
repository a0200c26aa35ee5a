"""Ctrl-C as a question to ask: has someone asked to stop?

Pressing it once is enough, and twice, as by a slip of the finger, does the same: nothing is lost before it is saved.
While something is being saved, Ctrl-C does nothing. Pressed a third time, or a second time when all is saved, it ends a
program that hangs.

>>> interrupts = Interrupts()
>>> interrupts.note()
>>> interrupts.note()
>>> with interrupts.held():
...     interrupts.note()  # elsewhere the third raises KeyboardInterrupt
>>> interrupts.asked()
True
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

PATIENCE = 2  # times that Ctrl-C is only noted, until all is saved


@dataclass
class Interrupts:
    """How often someone has asked, and whether that may end the program now. It changes as they ask."""

    times: int = 0
    patience: int = PATIENCE
    saving: bool = False

    def asked(self) -> bool:
        """Has someone asked to stop?"""
        return self.times > 0

    @contextmanager
    def held(self) -> Iterator[None]:
        """Within this something is saved, which Ctrl-C does not interrupt."""
        self.saving = True
        try:
            yield
        finally:
            self.saving = False

    def all_is_saved(self) -> None:
        """From now on a second Ctrl-C loses nothing."""
        self.patience = 1

    def note(self, *_: object) -> None:
        """Someone asks. Raises KeyboardInterrupt if it was often enough."""
        self.times += 1
        if self.times > self.patience and not self.saving:
            raise KeyboardInterrupt


@contextmanager
def interrupts(patience: int = PATIENCE) -> Iterator[Interrupts]:
    """Within this, Ctrl-C asks; more often than `patience`, it raises KeyboardInterrupt."""
    asked = Interrupts(patience=patience)
    before = signal.signal(signal.SIGINT, asked.note)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)
