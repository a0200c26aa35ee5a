"""What threads gain: one line, whatever it says."""

import os
import re

import pytest

from experiments.measuring.threads import Flags, main, measured
from experiments.process.errors import InputError


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="there is one processor")
def test_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Of the machine, both times and their ratio."""
    assert main(["--batch", "64", "--rounds", "1", "--seconds", "0.001"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert re.search(r"MLP, batch 64: [\d,]+ us on one thread, [\d,]+ on 2: \d+\.\d\d times", line)


@pytest.mark.parametrize("flags", [Flags(threads=0), Flags(threads=10**6), Flags(batch=0), Flags(seconds=0)])
def test_impossible_flags(flags: Flags) -> None:
    """Are refused before anything is measured."""
    with pytest.raises(InputError, match="asked for"):
        measured(flags)
