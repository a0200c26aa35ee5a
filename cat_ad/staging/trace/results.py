"""Results are the caller's own: each array of them can be written to, and shares memory with nothing else.

It is none of the arguments, unless that was given up, and no other result, no constant and no buffer. Which arrays look
at which memory is known when a function is staged: so copies are made exactly of those that share, at the end of a
call, and none where nothing is shared.

>>> from cat_ad.staging.trace.program import traced
>>> from cat_ad.staging.trace.lines import root
>>> from cat_ad.staging.trace.trees import flatten
>>> leaves, form = flatten((np.ones(2),))
>>> program = traced(lambda x: (x, np.exp(x), np.exp(x)[::-1], np.sin(x)), form, leaves)
>>> copied(program.outputs, program.inputs, root)
(True, False, True, False)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from cat_ad.staging.trace.lines import Argument, Line


def copied(outputs: Sequence[Argument], kept: Iterable[Line], memory: Callable[[Line], Line]) -> tuple[bool, ...]:
    """Which outputs are copied; `memory` is the line whose memory a line looks at, and `kept` are not given away."""
    taken, found = set(kept), list[bool]()
    for output in outputs:
        if isinstance(output, Line) and isinstance(output.sample, np.ndarray):
            of = memory(output)
            its_own = of not in taken and of.operation not in ("call", "pick")  # of which others may hold a result
            found.append(not its_own or _repeats(output, of))
            taken.add(of)
        else:
            found.append(isinstance(output, np.ndarray))  # a constant
    return tuple(found)


def _repeats(view: Line, of: Line) -> bool:
    """Is this a view in which an entry may be seen many times? NumPy makes it read-only."""
    while view is not of:
        if view.operation == "broadcast_to":
            return True
        view = view.arguments[0]
    return False
