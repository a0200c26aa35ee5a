"""What a program does before it imports anything else: this takes a millisecond, the rest half a second.

- Ctrl-C while Python imports ends the program with 130, and without a traceback: no import has to be ready for a
  KeyboardInterrupt between any two of its lines. It stays so except while there is something to clean up
  (`exit_codes.py`) or to save (`ctrl_c.py`). In the first hundredths of a second, before Python comes to the first line
  of a program, Ctrl-C ends it too, but not in this way.
- A standard stream that is closed is opened, so that no file gets its number, and with it what libraries print. It
  cannot be written to, as before.
"""

import os
import sys

try:
    import signal
except KeyboardInterrupt:  # this takes most of that millisecond
    os._exit(130)

EXPERIMENTS = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))


def begin() -> None:
    """Do it, if what Python runs is one of the programs here, and not something that imports them."""
    program = getattr(sys.modules["__main__"], "__file__", None) or ""
    if not (os.path.realpath(program).startswith(EXPERIMENTS + os.sep) or is_a_module_here()):
        return
    while (number := os.open(os.devnull, os.O_RDONLY)) <= 2:
        pass
    os.close(number)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # elsewhere Ctrl-C may be ignored
        signal.signal(signal.SIGINT, end)


def is_a_module_here() -> bool:
    """Does Python look for a module here to run, `python -m experiments.workloads`? It imports this room first."""
    name = os.path.basename(EXPERIMENTS)
    return sys.argv[:1] == ["-m"] and any(word.split(".")[0] == name for word in sys.orig_argv[1:])


def end(*_: object) -> None:
    """End the program here and now, as Ctrl-C does."""
    os._exit(130)
