"""What a checkpoint says about its run, as JSON, of which every part has a kind.

Anybody can write a file, and give it the right sha256: so what is read is checked before it is used.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, TypeAlias

Json: TypeAlias = Any  # Any: of the kinds below
About: TypeAlias = Mapping[str, Json]

KINDS = {
    "program": str,
    "flags": dict,
    "vocabulary": str,
    "names_sha256": str,
    "steps": int,
    "seconds": float,
    "curve": list,
}
POINT = {"steps": int, "seconds": float, "train_loss": float, "test_loss": float}  # of the curve
LARGEST = 2**31 - 1


def to_text(about: About) -> dict[str, str]:
    """Each part as JSON."""
    return {key: json.dumps(value) for key, value in about.items()}


def of_text(text: Mapping[str, str]) -> About:
    """What `to_text` made a text of. Raises ValueError if this is no such text."""
    try:
        about = {key: json.loads(value) for key, value in text.items()}
    except RecursionError:
        raise ValueError("nested too deep") from None
    _require(KINDS, about)
    for point in about["curve"]:
        _require(POINT, point)
    return about


def _require(kinds: Mapping[str, type], found: Json) -> None:
    """Raise ValueError unless all is there, of its kind, and numbers are possible ones."""
    if type(found) is not dict or {key: type(value) for key, value in found.items()} != kinds:
        raise ValueError("wrong kinds")
    numbers = [value for value in found.values() if isinstance(value, int | float)]
    if not all(0 <= number < math.inf and (number <= LARGEST or type(number) is float) for number in numbers):
        raise ValueError("impossible numbers")
