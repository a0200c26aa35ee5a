"""Files that are written whole or not at all, wherever a process is killed, and what a killed process leaves behind.

A file is first written in a folder `.unfinished` beside it, and moved when it is complete. While a process writes a
file it has a claim to it. So a file there that nobody has a claim to was left by a dead process, and can be removed.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from experiments.process.claims import claim, lock

UNFINISHED = ".unfinished"
RESERVED = '/\\:*?"<>|%'  # in the name of a file, by one system or another
LONGEST = 150  # bytes of a part of a name: systems allow 255 in all


def require_regular(path: Path) -> None:
    """Raise OSError if something is there that is no file, such as a device or a pipe: it may never end."""
    if path.exists() and not (path.is_file() or path.is_dir()):  # of a folder the system tells when it is opened
        raise OSError(errno.EINVAL, "no regular file")


def as_file_name(text: str) -> str:
    """A text as a part of the name of a file: of a long text the beginning, and what some system does not allow as %XX.

    >>> as_file_name("zoë/..?")
    'zoë%2F..%3F'
    """
    name = "".join(f"%{ord(letter):02X}" if letter in RESERVED else letter for letter in text)
    return name.encode()[:LONGEST].decode(errors="ignore")


def put(path: Path, content: bytes, instead_of: Iterable[Path] = ()) -> None:
    """Write a file, and its folder if there is none. Just before it appears, the files that it replaces are removed.

    Raises OSError if it cannot be written, and then nothing has changed.
    """
    folder = path.parent / UNFINISHED
    unfinished = folder / f"{path.name}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as file:
            lock(file.fileno())
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            for untrue in instead_of:
                untrue.unlink(missing_ok=True)
            unfinished.replace(path)
    finally:
        with suppress(OSError, ValueError):
            unfinished.unlink(missing_ok=True)
            folder.rmdir()


def clear(folder: Path) -> None:
    """Remove what dead processes have begun in this folder."""
    with suppress(OSError):
        for path in (folder / UNFINISHED).iterdir():
            with suppress(OSError), claim(path) as ours:
                if ours:
                    path.unlink()
        (folder / UNFINISHED).rmdir()
