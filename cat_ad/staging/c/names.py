"""Names in C: the function of <math.h> that does with each number what a ufunc does.

The name is that of the function for double; the one for float has an f at the end. For many ufuncs of NumPy it is known
here. For any other, such as one of SciPy, a user gives it in a line, and then `stage` takes that ufunc, whatever the
target:

>>> from cat_ad import names_in_c, stage
>>> names_in_c[np.float_power] = "pow"
>>> stage(lambda x: np.float_power(x, 3.0), "c")(np.array([1.0, 2.0]))
array([1., 8.])
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from cat_ad.errors import StagingError, told
from cat_ad.staging.trace.operations import OPERATIONS, can_be_named, entries, of_library


class NamesInC:
    """The name in C of a ufunc, which goes into the table of operations."""

    def __setitem__(self, ufunc: np.ufunc, name: str) -> None:
        """Let C call this function of <math.h>, where NumPy calls this ufunc of one or two real numbers.

        Raises `StagingError` for what is no such ufunc, for one that needs no name, or has the name of another; and for
        a name that is no identifier of C. Whether C knows the name, only the compiler finds out.
        """
        if not isinstance(ufunc, np.ufunc):
            raise StagingError(f"names_in_c: wanted a ufunc such as numpy.cbrt, got {told(ufunc)}; compose it of some")
        title = ufunc.__name__
        if not can_be_named(ufunc):
            raise StagingError(
                "names_in_c: wanted an elementwise ufunc of one or two real numbers to one, with a loop for float64, "
                f"got {told(ufunc)}; compose it of some, or compute it outside"
            )
        row = OPERATIONS.get(title) or entries(getattr(np, title, ufunc))
        if row.meaning is not ufunc:
            raise StagingError(
                f"names_in_c: wanted one ufunc of each name, got another {told(ufunc)}; use the one that is known"
            )
        if row.c and not re.match(r"\w+{f}\(", row.c):
            raise StagingError(f"names_in_c: wanted a ufunc that needs a name, got {told(ufunc)}; stage it as it is")
        if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII):
            raise StagingError(
                f"names_in_c: wanted a name of C as a text, such as 'cbrt', got {told(name)}; correct it"
            )
        OPERATIONS[title] = replace(row, c=of_library(ufunc, name).c)


names_in_c = NamesInC()
