"""What a checkpoint says about its run, as JSON, of which every part has a kind.

Anybody can write a file, and give it the right sha256: so what is read is checked before it is used.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import TypedDict, TypeGuard, get_origin, get_type_hints


class PointOfCurve(TypedDict):
    """A point of the curve."""

    steps: int
    seconds: float
    train_loss: float
    test_loss: float


class About(TypedDict):
    """All that it says."""

    program: str
    flags: dict[str, object]
    vocabulary: str
    names_sha256: str
    steps: int
    seconds: float
    curve: list[PointOfCurve]


KINDS, POINT = (
    {key: get_origin(kind) or kind for key, kind in get_type_hints(of).items()} for of in (About, PointOfCurve)
)
LARGEST = 2**31 - 1


def to_text(about: Mapping[str, object]) -> dict[str, str]:
    """Each part as JSON."""
    return {key: json.dumps(value) for key, value in about.items()}


def of_text(text: Mapping[str, str]) -> About:
    """What `to_text` made a text of. Raises ValueError if this is no such text."""
    try:
        found = {key: json.loads(value) for key, value in text.items()}
    except RecursionError:
        raise ValueError("nested too deep") from None
    if not _is_about(found):
        raise ValueError("wrong kinds, or impossible numbers")
    return found


def _is_about(found: Mapping[str, Sequence[object]]) -> TypeGuard[About]:
    return _has(KINDS, found) and all(_has(POINT, point) for point in found["curve"])


def _has(kinds: Mapping[str, type], found: object) -> bool:
    """Is all there, of its kind, and are the numbers possible ones?"""
    if not isinstance(found, dict) or {key: type(value) for key, value in found.items()} != kinds:
        return False
    numbers = [value for value in found.values() if isinstance(value, int | float)]
    return all(0 <= number < math.inf and (number <= LARGEST or type(number) is float) for number in numbers)
