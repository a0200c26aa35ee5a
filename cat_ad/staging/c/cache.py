"""Folders and files that nobody else writes to: where compiled libraries are kept, since to load one is to run it.

A folder of ours is one that belongs to the user of this process, and that no other user may look into. It is named by
a descriptor, so it stays the same folder whatever happens to its name. A file in it is taken only if it belongs to that
user too, is no link, no pipe and no device, and ends with a hash of its name and of all that is before the hash. So
what was checked is what is loaded.

What is kept is at most `LARGEST` bytes, and no file that was not used for `OLDEST` days when another was made; what was
not used for longest goes first. Who has loaded a library keeps it, since the system removes a file only when nobody has
it open, and who is about to load one compiles it again.

Work is done in a folder that is locked as long as the process lives. A folder without a lock was left by a process that
was ended, and the next process clears it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

WORKING = ".compiling-"
KEPT = ".so", ".way"  # how the names of files end
LARGEST, OLDEST = 2**28, 90  # bytes and days
_HASH = sha256().digest_size
_PLAIN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_FOLDER = _PLAIN | getattr(os, "O_DIRECTORY", 0)


class ForeignError(OSError):
    """Another user may write there."""


@contextmanager
def private(base: Path, *names: str) -> Iterator[str]:
    """The path of base/names[0]/..., while it is open: those folders are ours, and made where they are not there.

    Raises `OSError` where that cannot be, and its subclass `ForeignError` for a folder of another user, or a link.
    """
    for part in reversed([base, *base.parents]):
        if not part.exists():
            part.mkdir(mode=0o700, exist_ok=True)
    folder = os.open(base, _FOLDER & ~getattr(os, "O_NOFOLLOW", 0))  # it may be a link that the user has made
    try:
        for name in names:
            with suppress(FileExistsError):
                os.mkdir(name, mode=0o700, dir_fd=folder)
            outer, folder = folder, _opened(name, folder)
            os.close(outer)
        by_number = f"/proc/self/fd/{folder}"
        yield by_number if os.path.isdir(by_number) else str(base.joinpath(*names))
    finally:
        os.close(folder)


def _opened(name: str, outer: int) -> int:
    """The folder of this name in the outer one, made private."""
    try:
        found = os.open(name, _FOLDER, dir_fd=outer)
    except OSError as error:
        raise ForeignError(error.errno, "a part is no folder of its own") from error
    about = os.fstat(found)
    if about.st_uid != os.geteuid():
        os.close(found)
        raise ForeignError(0, f"a part belongs to user {about.st_uid}, not {os.geteuid()}")
    if stat.S_IMODE(about.st_mode) != 0o700:
        os.fchmod(found, 0o700)
    return found


def require_sealed(path: str) -> bytes:
    """What was sealed. Raises `OSError` unless this is a file of ours, as `seal` left it under this name."""
    with os.fdopen(os.open(path, _PLAIN), "rb") as file:
        about = os.fstat(file.fileno())
        if not stat.S_ISREG(about.st_mode) or about.st_mode & 0o022 or about.st_uid != os.geteuid():
            raise ForeignError(0, "it is no file that only its user writes to")
        content = file.read()
        if content[-_HASH:] != _hash(path, content[:-_HASH]):
            raise OSError(0, "it is damaged")
        os.utime(file.fileno())  # it is used
    return content[:-_HASH]


def seal(path: str, made: str) -> None:
    """Give a file that was made the hash of its content and of this path's name; then move it there, all at once."""
    with os.fdopen(os.open(made, _PLAIN), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(0, "it is no file")
        content = file.read()
    with os.fdopen(os.open(f"{made}.sealed", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o700), "wb") as file:
        file.write(content + _hash(path, content))
    os.replace(f"{made}.sealed", path)
    prune(os.path.dirname(path))


def files(home: str) -> list[os.DirEntry[str]]:
    """What is kept in this folder, and belongs to us; what was used last is the first. Raises `OSError`."""
    found = list[tuple[float, os.DirEntry[str]]]()
    with os.scandir(home) as entries:
        for entry in entries:
            with suppress(OSError):  # another process has removed it
                about = entry.stat(follow_symlinks=False)
                if entry.name.endswith(KEPT) and stat.S_ISREG(about.st_mode) and about.st_uid == os.geteuid():
                    found.append((about.st_mtime, entry))
    return [entry for _, entry in sorted(found, key=lambda pair: pair[0], reverse=True)]


def prune(home: str, largest: int = LARGEST) -> None:
    """Remove what is too old, beside what was used last, and what is too much."""
    total, found = 0, files(home)
    for entry in found:
        about = entry.stat(follow_symlinks=False)
        total += about.st_size
        if total > largest or found[0].stat(follow_symlinks=False).st_mtime - about.st_mtime > OLDEST * 86400:
            with suppress(OSError):
                os.unlink(entry.path)


def _hash(path: str, content: bytes) -> bytes:
    return sha256(os.path.basename(path).encode() + b"\0" + content).digest()


@contextmanager
def working(home: str) -> Iterator[str]:
    """A new folder in this one, for as long as it is needed. Clears those that were left. Raises `OSError`."""
    _clear(home)
    while True:
        made = mkdtemp(prefix=WORKING, dir=home)
        lock = _locked(made)
        if lock is not None and os.path.isdir(made):  # nobody took it for one that was left
            break
    try:
        yield made
    finally:
        rmtree(made, ignore_errors=True)
        os.close(lock)


def _clear(home: str) -> None:
    """Remove the folders of processes that live no more."""
    with os.scandir(home) as found:
        left = [entry.path for entry in found if entry.name.startswith(WORKING)]
    for path in left:
        with suppress(OSError):
            if os.lstat(path).st_uid == os.geteuid() and (lock := _locked(path)) is not None:
                rmtree(path, ignore_errors=True)
                os.close(lock)


def _locked(path: str) -> int | None:
    """A descriptor of this folder that locks it; or nothing, if it is locked or gone. The system unlocks at the end."""
    import fcntl  # which not every system has, as C has

    try:
        found = os.open(path, _FOLDER)
    except OSError:
        return None
    try:
        fcntl.flock(found, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(found)
        return None
    return found
