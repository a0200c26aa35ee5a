"""What is tried once the work is done and safe: each thing by itself, even if another fails.

>>> attempts = Attempts()
>>> with attempts.at("a picture"):
...     raise OSError("no paper")
>>> with attempts.at("a word"):
...     print("still there")
still there
>>> attempts.require_all("the rest is in runs/")
Traceback (most recent call last):
experiments.process.errors.UnfinishedError: asked for a picture; found no paper; the rest is in runs/
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from experiments.process.errors import UnfinishedError, reason
from experiments.process.output import PRINTED, unprinted


@dataclass(frozen=True)
class Attempts:
    """Those that failed: what was asked for, by what was found."""

    failed: dict[str, list[str]] = field(default_factory=dict)

    @contextmanager
    def at(self, what: str) -> Iterator[None]:
        """Within this an error, of whatever kind, is noted, and ends only this."""
        try:
            yield
        except Exception as error:
            self.note(what, error)

    def note(self, what: str, error: Exception) -> None:
        """This failed for that reason."""
        self.failed.setdefault(reason(error), []).append(what)

    def require_all(self, advice: str) -> None:
        """Raise UnfinishedError if anything failed, printing included."""
        lost = unprinted()
        if lost is not None:
            self.note(PRINTED, lost)
        if self.failed:
            asked = " and ".join(", ".join(parts) for parts in self.failed.values())
            raise UnfinishedError(f"asked for {asked}; found {', '.join(self.failed)}; {advice}")
