r"""The words of a command line as flags, and what --help says of them, at any width of a terminal.

>>> print(wrapped("One paragraph,\nof two lines.\n\n    python a_command.py", columns=20))
One paragraph, of
two lines.
<BLANKLINE>
    python a_command.py
"""

import sys
from collections.abc import Sequence
from shutil import get_terminal_size
from textwrap import fill
from typing import SupportsIndex, TypeVar

import tyro

T = TypeVar("T")

HELP = {"-h", "--help"}


class AsItIs(str):
    """A text whose lines tyro does not join."""

    __slots__ = ()

    def split(self, sep: str | None = None, maxsplit: SupportsIndex = -1) -> list[str]:
        """It is one line, to whoever asks."""
        return [str(self)]


def wrapped(text: str, columns: int) -> str:
    """A text in lines of so many columns; a paragraph that is indented, as of commands, stays as it is."""
    paragraphs = text.strip().split("\n\n")
    return "\n\n".join(part if part.startswith(" ") else fill(" ".join(part.split()), columns) for part in paragraphs)


def parsed(kind: type[T], program: str, about: str | None, words: Sequence[str] | None, command: str = "") -> T:
    """The flags that the words give, or those of the process; `command` may stand before other flags than these.

    Raises SystemExit(2) if they cannot be parsed, and SystemExit(0) for --help, both having printed what they should.
    """
    if command and HELP.intersection(sys.argv if words is None else words):  # elsewhere it would stand in errors
        program = f"{program} [{command}]"
    columns = get_terminal_size().columns
    if len(f"usage: {program} [-h] [OPTIONS]") > columns:
        program += "\n      "
    return tyro.cli(kind, prog=program, description=AsItIs(wrapped(about or "", columns)), args=words)
