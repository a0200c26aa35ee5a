"""What ends a program early, and its exit code. Each prints one line: what was asked, what was found, what to do."""


class InputError(ValueError):
    """A flag, a file or a folder that cannot be used. Exit code 2."""


class LostProcessError(RuntimeError):
    """Of several processes that train together, another has ended. Exit code 3."""


class DivergenceError(ArithmeticError):
    """A loss that is no longer finite. Exit code 1: the input was fine, the training was not."""
