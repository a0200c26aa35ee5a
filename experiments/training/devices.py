"""Devices that share each batch, in one process or in several, on one machine or on many: data parallelism.

All of it is JAX's. The devices are a mesh of one axis; each has a copy of the parameters, and its own rows of a batch
(`jax.sharding`). A step is the same program as for one device: where it sums over examples, the compiler lets devices
and processes add up what each has found (`jax.distributed`). There is no code for communication here.
"""

from __future__ import annotations

import re
import socket
from contextlib import suppress
from time import monotonic, sleep
from typing import TypeAlias

import jax
import numpy as np
import numpy.typing as npt
from jax.sharding import Mesh

from experiments.process.errors import InputError, in_a_line, reason
from experiments.training.flags import DeviceFlags

Address: TypeAlias = tuple[str, int]

AXIS = "batch"

AT_HOME = 5  # seconds that a process may take to reach itself
HEARTBEAT = 20  # seconds without a sign of life after which JAX takes a process for dead, and ends the others


def shared_by(flags: DeviceFlags) -> Mesh | None:
    """The devices that the flags ask for, or `None` if that is one; with --coordinator, once all processes have met.

    Raises InputError if there are fewer, or if no coordinator answers.
    """
    if flags.coordinator is None and flags.devices == 1:
        return None
    with suppress(RuntimeError):  # JAX has begun already, and has the devices that it has
        jax.config.update("jax_num_cpu_devices", flags.devices)  # virtual ones, where there is only a CPU
    if flags.coordinator is not None:
        _join(flags, flags.coordinator)
    here, everywhere = len(jax.local_devices()), jax.devices()
    if here < flags.devices:
        kind = jax.default_backend()
        raise InputError(f"--devices: asked for {flags.devices}; found {here} of kind {kind}; give at most {here}")
    wanted = flags.devices * flags.processes
    if jax.process_count() > 1 and len(everywhere) != wanted:
        found = f"{len(everywhere)} in {jax.process_count()} processes"
        raise InputError(
            f"--devices: asked for {flags.devices} in each of {flags.processes} processes; found {found}; "
            "give all of them the same --devices and --processes"
        )
    return Mesh(np.array(everywhere[:wanted]), (AXIS,))


def own_rows(x: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    """Those rows of an array that belong to the devices of this process."""
    many = len(x) // jax.process_count()
    return x[jax.process_index() * many :][:many]


def _join(flags: DeviceFlags, coordinator: str) -> None:
    """Meet the other processes.

    JAX ends this process, with a page of text, where there is nobody to meet: so first see that there is.
    """
    address = _address(coordinator)
    if flags.process_id == 0:
        _require_own(address, f"--coordinator: asked for {coordinator}")
    else:
        _require_answer(address, f"--coordinator: asked for {coordinator}", flags.wait)
    if flags.process_id == 0:
        others = flags.processes - 1
        print(f"waiting at {coordinator} for {others} more, for {flags.wait} seconds at most", flush=True)
    jax.config.update("jax_cpu_collectives_implementation", "gloo")
    jax.config.update("jax_enable_preemption_service", False)  # which would keep SIGTERM from ending a process
    jax.distributed.initialize(
        coordinator,
        flags.processes,
        flags.process_id,
        local_device_ids=range(flags.devices),
        initialization_timeout=flags.wait,
        heartbeat_timeout_seconds=HEARTBEAT,
    )


def _address(coordinator: str) -> Address:
    """Host and port. Raises InputError unless they are written so that everything reads them alike."""
    found = re.fullmatch(r"(?P<host>[\w.-]+|\[[\w.:%]+\]):(?P<port>[1-9]\d{0,4})", coordinator, re.ASCII)
    if found is None or int(found["port"]) >= 2**16:
        asked = f"--coordinator: asked for {in_a_line(coordinator)}"
        raise InputError(f"{asked}; found no host and port in it; give HOST:PORT, such as 10.0.0.1:1234 or [::1]:1234")
    return found["host"].strip("[]"), int(found["port"])  # brackets: of IPv6


def _require_own(address: Address, asked: str) -> None:
    """Raise InputError unless this process can listen there, and is reached there."""
    both = socket.has_dualstack_ipv6()
    family = socket.AF_INET6 if both else socket.AF_INET
    try:
        listening = socket.create_server(("", address[1]), family=family, dualstack_ipv6=both)
    except OSError as error:
        raise InputError(f"{asked}; found {reason(error)}; give another port") from None
    with listening:
        try:
            socket.create_connection(address, timeout=AT_HOME).close()
        except (OSError, UnicodeError) as error:  # no machine, or no name that one can have
            found = f"that this machine is not there ({reason(error)})"
            raise InputError(f"{asked}; found {found}; give the name of the machine of process 0") from None


def _require_answer(address: Address, asked: str, wait: int) -> None:
    """Raise InputError unless process 0 answers before the wait is over."""
    until = monotonic() + wait
    while True:
        try:
            socket.create_connection(address, timeout=wait).close()
            return
        except UnicodeError as error:
            raise InputError(f"{asked}; found no name of a machine ({reason(error)}); give another") from None
        except OSError as error:
            if monotonic() > until:
                found = f"no answer in {wait} seconds ({reason(error)})"
                raise InputError(f"{asked}; found {found}; start process 0 there, or give a longer --wait") from None
        sleep(0.1)
