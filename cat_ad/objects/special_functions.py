"""Functions that NumPy lacks: those of SciPy, of the extra `scipy`, or of JAX for its arrays.

>>> special("erf", 0.0)
np.float64(0.0)
"""

from __future__ import annotations

import sys
from importlib import import_module

import numpy as np

from cat_ad.errors import InterpretationError
from cat_ad.objects.arrays import AnyArray, as_dtype, namespace, of_jax

IN_JAX = {"psi": "digamma"}  # what JAX calls otherwise


def special(name: str, *arguments: AnyArray) -> AnyArray:
    """SciPy's function of a number, the last argument, in its dtype. Raises `InterpretationError` without SciPy."""
    *first, x = arguments
    if of_jax(x):
        found = getattr(import_module("jax.scipy.special"), IN_JAX.get(name, name))(*first, x)
        return as_dtype(found, x.dtype)
    try:
        f = getattr(import_module("scipy.special"), name)
    except ImportError as error:
        raise InterpretationError(
            f"{name}: wanted SciPy, which computes it, but it is not installed; pip install -e '.[scipy]'"
        ) from error
    xp = namespace(x)
    if xp is not np and not hasattr(type(x), "__array_ufunc__"):  # a library that keeps to the standard
        return xp.asarray(f(*first, np.asarray(x)))
    return as_dtype(f(*first, x), x.dtype) if hasattr(x, "dtype") else f(*first, x)


def ufunc_of_scipy(name: str) -> object:
    """The ufunc that SciPy has by this name, if it is imported."""
    return getattr(sys.modules.get("scipy.special._ufuncs"), name, None)
