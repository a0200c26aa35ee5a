"""How a program ends: with 0 if all went well.

1 says that a loss did not stay finite, or that something could not be shown or drawn, 2 that the input was bad, 3 that
another process was lost, and 130 that Ctrl-C came outside of training.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from experiments.process.errors import DataError, DivergenceError, InputError, LostProcessError, UnfinishedError, reason
from experiments.process.output import PRINTED, outputs, unprinted
from experiments.process.start import end


def exit_code(program: str, work: Callable[[], None]) -> int:
    """Do the work, and return the exit code; an error is told in one line on stderr.

    Raises SystemExit where the work does, as for --help.
    """
    try:
        with _interruptible(), outputs():
            return _exit_code(program, work)
    except KeyboardInterrupt:
        return 130


def _exit_code(program: str, work: Callable[[], None]) -> int:
    try:
        _done_and_printed(work)
    except (InputError, DataError, DivergenceError, LostProcessError, UnfinishedError) as error:
        print(f"{program}: {error}", file=sys.stderr)
        return {DivergenceError: 1, UnfinishedError: 1, LostProcessError: 3}.get(type(error), 2)
    except MemoryError:
        print(f"{program}: asked for more memory than there is; give smaller sizes", file=sys.stderr)
        return 2
    return 0


def _done_and_printed(work: Callable[[], None]) -> None:
    """Do the work. Raises UnfinishedError if all went well, but what it said could not be printed."""
    ended = None
    try:
        work()
    except SystemExit as error:  # of --help
        ended = error
    lost = unprinted()
    if lost is not None and not isinstance(lost, BrokenPipeError):  # there, whoever read has seen enough
        raise UnfinishedError(f"asked for {PRINTED}; found {reason(lost)}; print to something that can be written")
    if ended is not None:
        raise ended


@contextmanager
def _interruptible() -> Iterator[None]:
    """Within this, Ctrl-C raises KeyboardInterrupt in a program too, and there is time to clean up."""
    before = signal.getsignal(signal.SIGINT)
    if before is not end:
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def leave(code: int) -> int:
    """The exit code itself, unless this is one of several processes and has failed: then it ends here and now.

    An orderly end would wait for the others, and they wait for this one's part of the work.
    """
    jax = sys.modules.get("jax")  # if it is not there, this process is alone
    if code and jax is not None and jax.distributed.is_initialized():
        for stream in filter(None, (sys.stdout, sys.stderr)):
            with suppress(OSError):
                stream.flush()
        os._exit(code)
    return code
