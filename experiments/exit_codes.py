"""How a program ends: with 0 if all went well.

1 says that a loss did not stay finite, 2 that the input was bad, 3 that another process was lost, and 130 that Ctrl-C
came outside of training.
"""

import os
import sys
from collections.abc import Callable

from experiments.errors import DivergenceError, InputError, LostProcessError
from experiments.names import DataError


def exit_code(program: str, work: Callable[[], None]) -> int:
    """Do the work, and return the exit code; an error is told in one line on stderr."""
    try:
        work()
        sys.stdout.flush()
    except (InputError, DataError, DivergenceError, LostProcessError) as error:
        print(f"{program}: {error}", file=sys.stderr)
        return {DivergenceError: 1, LostProcessError: 3}.get(type(error), 2)
    except MemoryError:
        print(f"{program}: asked for more memory than there is; give smaller sizes", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def leave(code: int) -> int:
    """The exit code itself, unless this is one of several processes and has failed: then it ends here and now.

    An orderly end would wait for the others, and they wait for this one's part of the work.
    """
    jax = sys.modules.get("jax")  # if it is not there, this process is alone
    if code and jax is not None and jax.distributed.is_initialized():
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code
