"""Errors: what was asked, what was found, what to do.

An error names arrows, objects, shapes and dtypes. It never prints the contents of an array.
"""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from math import isfinite, nan
from numbers import Real
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class CompositionError(TypeError):
    """Two arrows were composed whose objects do not fit (checked when composing)."""


class SpaceError(TypeError):
    """Something is not an object, or a value does not belong to one (checked at the call)."""


class InterpretationError(TypeError):
    """An arrow was read in a category that lacks the structure the arrow needs."""


class MissingError(InterpretationError, AttributeError):
    """A category, the `obj` of the error, was asked for structure that it lacks."""


class StagingError(TypeError):
    """A function does what cannot be written down as a straight line of operations on arrays (`stage`)."""


class StagingWarning(UserWarning):
    """C was asked for, and NumPy runs all or some of it: more slowly, with the same results (`stage`)."""


class DerivativeError(AssertionError):
    """A derivative is not that of its value at its point (`check_derivative`, and `guard` of `forward`, `reverse`)."""


class LawError(AssertionError):
    """A category breaks a law of its class (`check_laws`), or an equation does not hold (`Equation.check`)."""


class CalculationError(AssertionError):
    """A step of a calculation does not follow by the equation that is given for it (`calculate`)."""


def told(value: object) -> str:
    """What an error says that it got: the value as it prints, but shortly, and an array by its dtype and shape.

    >>> told([1, "x" * 1000])
    "[1, 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx ... xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx']"
    """
    if isinstance(value, type):
        return str(value)
    try:
        shape, dtype = getattr(value, "shape", None), getattr(value, "dtype", None)
        text = repr(value) if shape is None or dtype is None else f"{dtype}{list(shape)}"
    except Exception:  # others' code, such as that of a number of more digits than Python prints
        return type(value).__name__
    has_arrays = "array(" in text or "Array(" in text or "tensor(" in text
    return type(value).__name__ if has_arrays else shortened(text, 80)


def shortened(text: str, length: int) -> str:
    """The beginning and the end of a text, of about this length together, or all of a shorter one."""
    half = length // 2 - 3
    return text if len(text) <= length else f"{text[:half]} ... {text[-half:]}"


def require_number(asked: str, wanted: str, value: object, low: float, high: float) -> float:
    """The value, if it is a finite number from `low` to below `high`; else raise `SpaceError`."""
    try:
        number = float(value) if isinstance(value, Real) and not isinstance(value, bool) else nan
    except OverflowError:  # an integer beyond all floats
        number = nan
    if not (isfinite(number) and low <= number < high):
        raise SpaceError(f"{asked}: wanted {wanted}, got {told(value)}")
    return number


def require_seed(asked: str, seed: object) -> None:
    """Raise `SpaceError` unless it is a seed of random numbers."""
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise SpaceError(f"{asked}: wanted a seed that is an integer of 0 or more, got {told(seed)}")


def require_made_of(asked: str, name: object, **functions: object) -> None:
    """Raise `SpaceError` unless an arrow gets a text for its name, and a function for each of these parts."""
    if not isinstance(name, str):
        raise SpaceError(f"{asked}: wanted a text as the first argument, to print as, got {told(name)}")
    for part, function in functions.items():
        if not callable(function):
            raise SpaceError(f"{asked}: wanted a function as {part}, got {told(function)}")


def called_as(form: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """The same function of a fixed number of arguments, which raises `SpaceError` for another number.

    `form` is how it is called, as the error says. To `inspect.signature`, hence to `stage`, nothing changes.

    >>> called_as("f(x)")(lambda x: x)(1, 2)
    Traceback (most recent call last):
    cat_ad.errors.SpaceError: wanted the call f(x), got 2 arguments
    """

    def decorated(function: Callable[P, R]) -> Callable[P, R]:
        names = [*signature(function).parameters]
        many = len(names) - names.count("self")

        @wraps(function)
        def called(*given: P.args, **named: P.kwargs) -> R:
            if missing := len(names) - len(given) - len(named):
                found = many - missing
                raise SpaceError(f"wanted the call {form}, got {found} argument{'s' * (found != 1)}")
            return function(*given, **named)

        return called

    return decorated
