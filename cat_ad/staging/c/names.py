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

import numpy as np

from cat_ad.errors import StagingError, told
from cat_ad.staging.trace.operations import OPERATIONS, UFUNCS, can_be_named

SAME = (
    *("exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "hypot", "sin", "cos", "tan", "sinh", "cosh"),
    *("fabs", "floor", "ceil", "trunc", "rint", "fmod", "fmax", "fmin", "copysign", "nextafter"),
)
OF_SCIPY = {"erf": "erf", "erfc": "erfc", "gammaln": "lgamma"}
ARCS = "sin", "cos", "tan", "tan2", "sinh", "cosh", "tanh"  # arcsin is asin in C


class NamesInC:
    """The name in C of each ufunc that has one."""

    def __init__(self) -> None:
        """Those of NumPy."""
        self._names = {**{name: name for name in SAME}, **{f"arc{name}": f"a{name}" for name in ARCS}, **OF_SCIPY}

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
        if OPERATIONS.get(title, getattr(np, title, ufunc)) is not ufunc:
            raise StagingError(
                f"names_in_c: wanted one ufunc of each name, got another {told(ufunc)}; use the one that is known"
            )
        if title in UFUNCS and title not in self._names:
            raise StagingError(f"names_in_c: wanted a ufunc that needs a name, got {told(ufunc)}; stage it as it is")
        if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII):
            raise StagingError(
                f"names_in_c: wanted a name of C as a text, such as 'cbrt', got {told(name)}; correct it"
            )
        self._names[title] = name
        OPERATIONS[title] = ufunc

    def of(self, operation: str) -> str | None:
        """The name in C of what does this, if it has one."""
        return self._names.get(operation)


names_in_c = NamesInC()
