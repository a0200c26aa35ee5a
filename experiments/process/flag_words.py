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
from types import NoneType
from typing import SupportsIndex, TypeVar, get_args

import tyro
from tyro.constructors import ConstructorRegistry, PrimitiveConstructorSpec, PrimitiveTypeInfo

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
    return tyro.cli(kind, prog=program, description=AsItIs(wrapped(about or "", columns)), args=words, registry=NUMBERS)


NUMBERS = ConstructorRegistry()  # how words become numbers, with errors that do not tell how that is done


@NUMBERS.primitive_rule
def _number(of: PrimitiveTypeInfo) -> PrimitiveConstructorSpec[float | None] | None:
    """A flag that is a number, or `None` where it is not given."""
    kinds = [kind for kind in get_args(of.type) or (of.type,) if kind is not NoneType]
    if kinds not in ([int], [float]):
        return None
    number, is_whole = kinds[0], kinds == [int]

    def found(words: list[str]) -> float | None:
        try:
            return int(words[0]) if is_whole else float(words[0])
        except ValueError:
            wanted = "a whole number" if is_whole else "a number"
            raise ValueError(f"wanted {wanted}, got {words[0]!r}") from None

    return PrimitiveConstructorSpec(
        nargs=1,
        metavar=number.__name__.upper(),
        instance_from_str=found,
        is_instance=lambda value: value is None or isinstance(value, number),
        str_from_instance=lambda value: [str(value)],
    )
