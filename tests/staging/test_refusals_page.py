"""The table of what is refused, in docs/staging.md: each row is an error that says so."""

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cat_ad import StagingError, stage

PAGE = Path(__file__).parents[2] / "docs" / "staging.md"
ROWS = re.findall(r"^\| (.+?) \| `(.+)` \| (.+?) \|$", PAGE.read_text("utf-8").partition("is refused")[2], re.MULTILINE)


def twice(f: Callable[[Any], Any], x: Any, y: Any, target: str = "numpy") -> Any:
    """The second of two calls."""
    staged = stage(f, target)
    staged(x)
    return staged(y)


@pytest.mark.parametrize(("example", "message"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_what_is_refused(example: str, message: str) -> None:
    """With these words."""
    names = {"np": np, "math": math, "stage": stage, "x": np.arange(3.0), "kept": [], "twice": twice}
    names |= {"twice_in_c": lambda f, x, y: twice(f, x, y, "c")}
    with pytest.raises(StagingError, match=re.escape(message)):
        eval(example, names)


def test_the_table_is_read() -> None:
    assert len(ROWS) > 15
