r"""Loops that threads share: of a nest that is large enough, each thread takes a part of the outermost loop.

Each entry is computed by one thread, as it would be by the only one, so that the result is the same, bit for bit. Sums
that run over the outermost loop are left to one thread.

>>> print("\n".join(shared(["{", "    #pragma omp simd", "    for (int64_t i = 0; i < 9; i++) {"], 2, LARGE)))
{
    #pragma omp parallel for simd schedule(static) num_threads(2)
    for (int64_t i = 0; i < 9; i++) {
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Sequence
from ctypes import CDLL
from functools import lru_cache

from cat_ad.errors import StagingError, StagingWarning, told
from cat_ad.staging.c.compiler import RejectedError, passing

LARGE = 2**15  # entries; to begin and to end together takes as long as some thousand
SIMD = "#pragma omp simd"
BEGIN = "void begin(int *found) {\n#pragma omp parallel\n    *found = 1;\n}\n"
WAITING = "GOMP_SPINCOUNT", "OMP_WAIT_POLICY"  # how long a thread looks for work before it sleeps
LOOKS = "1000"  # some ten microseconds, as long as it takes to wake it


def shared(text: Sequence[str], threads: int, work: int) -> list[str]:
    """A nest of loops that computes so many entries, the outermost shared; as it is, if it is small."""
    at = next((at for at, line in enumerate(text) if line.lstrip().startswith("for (")), None)
    if threads == 1 or work < LARGE or at is None:
        return [*text]
    space, is_simd = text[at][: -len(text[at].lstrip())], at > 0 and text[at - 1].strip() == SIMD
    pragma = f"{space}#pragma omp parallel for{' simd' * is_simd} schedule(static) num_threads({threads})"
    return [*text[: at - is_simd], pragma, *text[at:]]


def shared_tiles(text: str, threads: int, work: int) -> list[str]:
    """The call of a tile, with its loops over rows and columns shared, if there are so many multiplications.

    In a loop over terms around these, each thread has the same tiles at each turn, and waits for no other.
    """
    loops = len(re.findall(r"for \(int64_t [ij] ", text))
    if threads == 1 or work < 8 * LARGE or not loops:
        return [text]
    how = f"collapse({loops}) schedule(static)"
    if not text.startswith("for (int64_t k "):
        return [f"#pragma omp parallel for {how} num_threads({threads})", text]
    along, call = text.split(") ", 1)
    return [f"#pragma omp parallel num_threads({threads})", f"{along})", f"#pragma omp for {how} nowait", call]


def require_threads(threads: object, target: str) -> None:
    """Raise `StagingError` unless the target can run on so many threads here."""
    most = os.cpu_count() or 1
    if type(threads) is not int or not 1 <= threads <= most:
        raise StagingError(f"stage: wanted threads from 1 to {most}, the processors here, got {told(threads)}")
    if threads > 1 and target != "c":
        raise StagingError(f'stage: wanted threads with target="c", got {threads} with {told(target)}')


@lru_cache
def available(threads: int) -> int:
    """So many, if the compiler has OpenMP; else 1, with a warning. Raises `CompilerError` where it compiles nothing."""
    try:
        _open()
    except RejectedError:
        warnings.warn("stage: wanted threads, found no OpenMP in the C compiler; running one", StagingWarning, 7)
        return 1
    return threads


@lru_cache
def _open() -> CDLL:
    """A library with threads. It stays open, and OpenMP with it: its threads live on when a staged function is gone.

    OpenMP of GCC reads when it is opened how often a thread looks for work before it sleeps. Unless the user says so,
    that is some milliseconds, in which it takes the processor from whom it waits for, if other programs run.
    """
    if any(name in os.environ for name in WAITING):
        return passing(BEGIN, ("begin",))
    os.environ[WAITING[0]] = LOOKS
    try:
        return passing(BEGIN, ("begin",))
    finally:
        del os.environ[WAITING[0]]
