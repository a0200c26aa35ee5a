"""A module of WebAssembly and its manifest: made of staged functions, and run by wasmtime as a browser runs it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import wasmtime

from cat_ad import Staged
from cat_ad.staging.trace.trees import flatten
from cat_ad.staging.wasm.compiler import FLAGS, compiled
from cat_ad.staging.wasm.module import Module
from web.models import Function, Leaf, Tree

WASM, MANIFEST = "module.wasm", "module.json"
WITHIN = {"float32": 1e-4, "float64": 1e-11}  # of the largest entry


class DifferenceError(ArithmeticError):
    """A module gives other numbers than NumPy."""


@dataclass(frozen=True)
class Written:
    """A module in C, with its manifest."""

    source: str
    manifest: Mapping[str, Any]  # Any: as JSON has it

    @staticmethod
    def of(functions: Mapping[str, Staged[..., Any]]) -> Written:  # Any: whatever they give
        """Of staged functions, by their names."""
        module = Module()
        for name, staged in functions.items():
            module.add(name, staged.traced)
        return Written(module.source, module.manifest)

    @property
    def key(self) -> str:
        """The same only for the same module."""
        made = self.source, self.manifest, FLAGS, version("ziglang")
        return sha256(json.dumps(made).encode()).hexdigest()

    def save(self, folder: Path, kept: Path) -> bool:
        """Compile it, unless that was done before and is kept. Returns whether it is new."""
        found = kept / f"{self.key}.wasm"
        new = not found.exists()
        if new:
            kept.mkdir(parents=True, exist_ok=True)
            partial = found.with_suffix(".partial")
            partial.write_bytes(compiled(self.source))
            partial.replace(found)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / WASM).write_bytes(found.read_bytes())
        (folder / MANIFEST).write_text(json.dumps(self.manifest, separators=(",", ":")), "utf-8")
        return new


class Running:
    """A module that runs, saved in a folder: its buffers as arrays, and its functions."""

    def __init__(self, folder: Path) -> None:
        """Raises what wasmtime does unless it is one."""
        self.manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))  # Any: of JSON
        engine = wasmtime.Engine()
        self._store = wasmtime.Store(engine)
        module = wasmtime.Module.from_file(engine, str(folder / WASM))
        exports: Any = wasmtime.Instance(self._store, module, []).exports(self._store)  # Any: of several kinds
        self._exports = exports
        self._memory = np.frombuffer(exports["memory"].get_buffer_ptr(self._store), np.uint8)
        self._base = exports["buffers"].value(self._store)

    def array(self, name: str) -> Leaf:
        """The array in a buffer, as it is now and will be."""
        buffer = self.manifest["buffers"][name]
        dtype, start = np.dtype(buffer["dtype"]), self._base + buffer["offset"]
        size = int(np.prod(buffer["shape"], dtype=int)) * dtype.itemsize
        found: Leaf = self._memory[start : start + size].view(dtype).reshape(buffer["shape"])
        return found

    def run(self, name: str, arguments: Sequence[Tree]) -> list[Leaf]:
        """The results, leaf by leaf. Raises `IndexError` for a check that failed."""
        about = self.manifest["functions"][name]
        for buffer, leaf in zip(about["arguments"], flatten(tuple(arguments))[0], strict=True):
            self.array(buffer)[...] = leaf
        if code := self._exports[name](self._store):
            raise IndexError(about["failures"][code - 1])
        return [self.array(buffer).copy() for buffer in about["results"]]


def verify(folder: Path, functions: Mapping[str, Function]) -> None:
    """Raise `DifferenceError` unless a module gives what its functions give in NumPy, twice in a row."""
    running, rng = Running(folder), np.random.default_rng(0)
    for name, (fn, arguments, _) in functions.items():
        given = _filled(arguments, rng)
        found = running.run(name, given)
        for leaf, other in zip(found, flatten(fn(*deepcopy(given)))[0], strict=True):
            expected = np.asarray(other)
            error = np.max(np.abs(leaf - expected), initial=0) / max(1, np.max(np.abs(expected), initial=0))
            if not error <= WITHIN.get(expected.dtype.name, 0):
                raise DifferenceError(
                    f"{folder.name}: asked {name} for NumPy's numbers; found a difference of {error:.2g} "
                    f"in {expected.dtype.name}{list(expected.shape)}; report it"
                )


def _filled(arguments: Tree, rng: np.random.Generator) -> Tree:
    """The same arguments, with symbols of all kinds in place of symbols."""
    leaves, form = flatten(arguments)
    return form.build([rng.integers(0, 27, x.shape, x.dtype) if _whole(x) else x for x in leaves])


def _whole(x: Any) -> bool:  # Any: a leaf
    return isinstance(x, np.ndarray) and x.dtype.kind == "i"
