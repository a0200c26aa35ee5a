"""Which of the ways to write a step this machine has."""

from importlib.util import find_spec

import numpy as np

from cat_ad.staging import TARGETS
from experiments.measuring.report import BY_HAND, ON_JAX, STAGED_IN_C
from experiments.measuring.steps import ways

LIBRARIES = {"HIPS autograd": "autograd", "PyTorch": "torch", "PyTorch, compiled": "torch", "JAX": "jax", ON_JAX: "jax"}


def here(model: str) -> list[str]:
    """Their names, but for the one by hand, with which they are compared."""
    return [name for name in ways(model, np.float64) if name != BY_HAND and _is_here(name)]


def _is_here(name: str) -> bool:
    if name == STAGED_IN_C:
        return "c" in TARGETS
    return name not in LIBRARIES or find_spec(LIBRARIES[name]) is not None
