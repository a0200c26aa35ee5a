"""Ctrl-C as a question to ask: has someone asked to stop?"""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event


@contextmanager
def interrupts() -> Iterator[Callable[[], bool]]:
    """Within this, the first Ctrl-C only makes the answer yes; the next one ends the program, as it always does."""
    asked = Event()

    def note(*_: object) -> None:
        asked.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGINT, before)
