"""Which backend the flags ask for."""

from importlib.util import find_spec

from experiments.process.errors import InputError
from experiments.training.backends import Backend, NumPy
from experiments.training.flags import TrainingFlags
from experiments.training.staged_backend import Staged


def backend_of(flags: TrainingFlags) -> Backend:
    """The backend that the flags ask for; with --coordinator, once all processes have met.

    Raises InputError if there is no such backend here, or too few devices, or if no coordinator answers.
    """
    if flags.backend == "numpy" and not flags.stage:
        return NumPy()
    if flags.backend == "numpy":
        return Staged(flags.target)
    if find_spec("jax") is None:
        raise InputError("--backend: asked for jax; found that it is not installed; pip install -e '.[jax]'")
    from experiments.training.jax_backend import Jax  # only now, for it imports JAX, which need not be there

    return Jax.of(flags)
