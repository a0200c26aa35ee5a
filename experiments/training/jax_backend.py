"""Steps compiled by JAX: as a whole, once for each shape of a batch.

The state and parameters that a step is given are donated to it, so there is one copy of parameters and moments. The
learning rate and the number of the step are arguments of what is compiled, so a schedule compiles nothing anew. float64
is enabled only where it is asked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import jax
import jax.numpy as jnp
import numpy as np
from jax.errors import JaxRuntimeError
from jax.experimental import multihost_utils
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from cat_ad import State
from experiments.process.errors import InputError, LostProcessError
from experiments.training.backends import Backend, Now, P, Run, Step, X
from experiments.training.devices import AXIS, own_rows, shared_by
from experiments.training.flags import TrainingFlags

jax.tree_util.register_dataclass(State, data_fields=["steps", "moments"], meta_fields=[])


class Jax(Backend):
    """Steps compiled by JAX; with a mesh, its devices share each batch.

    With several processes, a step raises LostProcessError if another process has ended.
    """

    def __init__(self, precise: bool, mesh: Mesh | None = None) -> None:
        """`precise` says that float64 stays float64. Without a mesh there is one device, the first that JAX finds."""
        self.precise = precise
        self.by_rows = None if mesh is None else NamedSharding(mesh, PartitionSpec(AXIS))
        self.everywhere = None if mesh is None else NamedSharding(mesh, PartitionSpec())
        self.first = jax.process_index() == 0

    @staticmethod
    def of(flags: TrainingFlags) -> Jax:
        """The backend that the flags ask for. Raises what `shared_by` raises."""
        return Jax(flags.dtype == "float64", shared_by(flags))

    def require_same(self, beginning: str) -> None:
        """Compares hashes, which have a fixed size."""
        if jax.process_count() > 1:
            sha256 = np.frombuffer(hashlib.sha256(beginning.encode()).digest(), np.uint8)
            try:
                with _together():
                    multihost_utils.assert_equal(sha256)
            except AssertionError:
                raise InputError(
                    f"--processes: asked for {jax.process_count()} that begin alike; found that they do not; "
                    "give all of them the same flags but --process-id, the same names, and the same run to --resume"
                ) from None

    def compiled(self, step: Step[P, X]) -> Run[P, X]:
        """One call of compiled code."""
        whole = jax.jit(step, donate_argnums=0, out_shardings=self.everywhere)

        def run(now: Now[P], batch: X, rate: float) -> tuple[float, Now[P]]:
            with _together(), jax.enable_x64(self.precise):
                loss, then = whole(now, self._shared(batch), rate)
                return float(loss), then

        return run

    def put(self, now: Now[P]) -> Now[P]:
        """Copies, on every device."""
        with _together(), jax.enable_x64(self.precise):
            copies: Now[P] = jax.tree.map(jnp.array, now)
            if self.everywhere is not None:
                copies = jax.device_put(copies, self.everywhere)
            return copies

    def get(self, now: Now[P]) -> Now[P]:
        """Copies."""
        copies: Now[P] = jax.tree.map(np.array, now)
        return copies

    def _shared(self, batch: X) -> X:
        """The batch, which every process has drawn whole, with each row on its device."""
        by_rows = self.by_rows
        if by_rows is None:
            return batch
        shared: X = jax.tree.map(lambda x: jax.make_array_from_process_local_data(by_rows, own_rows(x)), batch)
        return shared


@contextmanager
def _together() -> Iterator[None]:
    """Raise LostProcessError instead of what JAX raises if another process has ended meanwhile."""
    try:
        yield
    except (JaxRuntimeError, ValueError) as error:  # ValueError: of sums over processes on CPUs
        many, words = jax.process_count(), str(error).partition("\n")[0]
        if many == 1:
            raise
        raise LostProcessError(
            f"asked for {many} processes that train together; found that another has ended ({words}); "
            "start all of them again, with --resume to go on from the last checkpoint"
        ) from None
