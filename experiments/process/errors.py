"""What ends a program early, and its exit code. Each prints one line: what was asked, what was found, what to do."""

LONGEST = 200  # characters of what another error says


class InputError(ValueError):
    """A flag, a file or a folder that cannot be used. Exit code 2."""


class DataError(ValueError):
    """Names that cannot be used. Exit code 2."""


class LostProcessError(RuntimeError):
    """Of several processes that train together, another has ended. Exit code 3."""


class DivergenceError(ArithmeticError):
    """A loss that is no longer finite. Exit code 1: the input was fine, the training was not."""


class UnfinishedError(RuntimeError):
    """Something that comes after the work itself could not be done. Exit code 1: the work is there."""


def reason(error: BaseException) -> str:
    """What an error says, in a line."""
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return in_a_line(said) or type(error).__name__


def in_a_line(text: str) -> str:
    """The first line of a text that says something, if not all of it: what others have written may be long."""
    lines = ("".join(c if c.isprintable() else " " for c in line).strip() for line in text.splitlines())
    return next(filter(None, lines), "")[:LONGEST]
