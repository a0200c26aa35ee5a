"""Calls with another number of arguments than the function takes: refused before it is traced.

>>> require_arguments(lambda pair: pair, (3.0, 4.0))
Traceback (most recent call last):
cat_ad.errors.StagingError: stage: wanted one argument, got 2; give the pair (x, y) as one tuple
>>> require_arguments(lambda x, y, *rest: x, (3.0,))
Traceback (most recent call last):
cat_ad.errors.StagingError: stage: wanted at least 2 arguments, got 1; give each by itself
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from inspect import Parameter, Signature, signature
from math import inf

from cat_ad.errors import StagingError


def require_arguments(fn: Callable[..., object], arguments: Sequence[object]) -> None:
    """Raise `StagingError` unless the function takes so many arguments by position."""
    try:
        form = signature(fn)
    except (TypeError, ValueError):  # some that are not written in Python do not tell
        return
    try:
        form.bind(*arguments)
    except TypeError as error:
        many, (least, most) = len(arguments), _numbers(form)
        if least <= many <= most:
            raise StagingError(f"stage: wanted arguments by position, but {error}; bind it by partial") from None
        advice = "give each by itself"
        if most == 1 < many:
            advice = f"give {'the pair (x, y)' if many == 2 else 'them'} as one tuple"
        raise StagingError(f"stage: wanted {_wanted(least, most)}, got {many}; {advice}") from None


def _numbers(form: Signature) -> tuple[int, float]:
    """How many arguments it takes by position, at least and at most."""
    kinds = Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD
    places = [parameter for parameter in form.parameters.values() if parameter.kind in kinds]
    is_open = any(parameter.kind is Parameter.VAR_POSITIONAL for parameter in form.parameters.values())
    least = sum(parameter.default is Parameter.empty for parameter in places)
    return least, inf if is_open else len(places)


def _wanted(least: int, most: float) -> str:
    if least == most:
        return "one argument" if most == 1 else f"{most or 'no'} arguments"
    return f"at least {least} arguments" if most == inf else f"{least} to {most} arguments"
