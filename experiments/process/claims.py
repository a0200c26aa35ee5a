"""A claim to a file or a folder: of all processes at most one has it, and it ends with the process, however that ends.

It is a lock of the system on the file or folder itself (flock), so a killed process leaves nothing behind.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform != "win32" and sys.platform != "emscripten":  # a browser
    import fcntl


@contextmanager
def claim(path: Path) -> Iterator[bool | None]:
    """Within this: is it claimed by this process, and by no other? `None` where the system cannot tell.

    Raises OSError if there is nothing at this path.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))  # opening a pipe would wait otherwise
    except PermissionError:  # it may be written to all the same
        yield None
        return
    try:
        taken = lock(descriptor)
        if not os.path.samestat(os.fstat(descriptor), os.stat(path)):  # the one that was there has been removed
            raise FileNotFoundError(path)
        yield taken
    finally:
        os.close(descriptor)


def lock(descriptor: int) -> bool | None:
    """Claim what is open here, until it is closed; the answer is as for `claim`."""
    if sys.platform == "win32" or sys.platform == "emscripten":
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return None
    return True
