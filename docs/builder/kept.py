"""What takes long is kept, by what it is made of."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path

from docs.builder import ROOT


@cache
def code_of(*patterns: str) -> str:
    """A hash of the files of this repository in these places."""
    found = sha256()
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            found.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes() + b"\0")
    return found.hexdigest()


def kept(folder: Path, name: str, of: str, make: Callable[[], str]) -> str:
    """What was made of this before, or else is made now; what was made of something else is forgotten."""
    path = folder / f"{name}-{sha256(of.encode()).hexdigest()[:16]}"
    if not path.exists():
        made = make()
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob(f"{name}-{'?' * 16}"):
            old.unlink()
        path.write_text(made, "utf-8")
    return path.read_text("utf-8")
