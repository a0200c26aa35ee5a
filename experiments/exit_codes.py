"""How a program ends: 0, 1 if a loss did not stay finite, 2 for bad input, 130 if Ctrl-C came outside of training."""

import os
import sys
from collections.abc import Callable

from experiments.errors import DivergenceError, InputError
from experiments.names import DataError


def exit_code(program: str, work: Callable[[], None]) -> int:
    """Do the work, and tell in one line on stderr what could not be done."""
    try:
        work()
        sys.stdout.flush()
    except (InputError, DataError, DivergenceError) as error:
        print(f"{program}: {error}", file=sys.stderr)
        return 1 if isinstance(error, DivergenceError) else 2
    except MemoryError:
        print(f"{program}: asked for more memory than there is; give smaller sizes", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
