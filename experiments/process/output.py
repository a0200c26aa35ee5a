"""What a program prints, if it can be printed. If it cannot, nothing else is lost.

Standard output may be closed, full, or a pipe from which nobody reads any more, and its encoding may have no letter for
what is printed. A run must not be lost by that, wherever in it something is printed, and by whatever library.

>>> stream = StringIO()
>>> output = Output(stream)
>>> print("one", file=output)
>>> stream.close()
>>> print("two", file=output)
>>> output.error
ValueError('I/O operation on closed file')
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from io import StringIO
from shutil import get_terminal_size
from typing import TextIO

PRINTED = "text on standard output"  # as what was asked for, where it could not be printed
LEAST, MOST = 20, 1_000  # columns and lines: with fewer, a table of --help never ends


class Output(StringIO):
    """A stream to write to that raises no error. After the first one nothing more is written, and it is `error`.

    Unlike a StringIO it keeps no text. `stream` is None if Python found the stream closed.
    """

    encoding = "utf-8"

    def __init__(self, stream: TextIO | None) -> None:
        """What is written goes to the stream."""
        super().__init__()
        self.stream = stream
        self.encoding = getattr(stream, "encoding", None) or "utf-8"
        self.error: Exception | None = None

    def write(self, text: str) -> int:
        """Characters that the encoding does not have are written as escapes."""
        shown = text.encode(self.encoding, "backslashreplace").decode(self.encoding)
        self._try(lambda: self._open().write(shown))
        return len(text)

    def flush(self) -> None:
        """Write what is still to be written."""
        if self.stream is not None:
            self._try(self.stream.flush)

    def isatty(self) -> bool:
        """Is it a terminal?"""
        return self.stream is not None and self.error is None and self.stream.isatty()

    def fileno(self) -> int:
        """The number of the file. Raises OSError if there is none."""
        return self._open().fileno()

    def _open(self) -> TextIO:
        if self.stream is None:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        return self.stream

    def _try(self, write: Callable[[], object]) -> None:
        if self.error is not None:
            return
        try:
            write()
        except (OSError, ValueError) as error:
            self.error = error
            with suppress(OSError, ValueError):  # or else Python fails once more when it ends
                os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())


@contextmanager
def outputs() -> Iterator[Output]:
    """Within this, standard output and standard error raise no error; yields standard output.

    And the size of the terminal, which the environment may give wrongly, is a possible one.
    """
    for name, size in zip(("COLUMNS", "LINES"), get_terminal_size(), strict=True):
        if name in os.environ or not LEAST <= size <= MOST:
            os.environ[name] = str(min(max(size, LEAST), MOST))
    with redirect_stdout(Output(sys.stdout)) as output, redirect_stderr(Output(sys.stderr)):
        try:
            yield output
        finally:
            output.flush()


def unprinted() -> Exception | None:
    """Why not all that was printed within `outputs` came out, if so."""
    sys.stdout.flush()
    return sys.stdout.error if isinstance(sys.stdout, Output) else None
