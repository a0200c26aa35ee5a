"""WebAssembly modules under wasmtime, read as their manifest says; what JavaScript does is the same in docs/wasm.md."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import wasmtime

from tests.support.trees import Tree


class Running:
    """A module that runs: its manifest, its buffers as arrays, and its functions."""

    def __init__(self, folder: Path) -> None:
        """Saved in this folder."""
        self.manifest: dict[str, Any] = json.loads((folder / "module.json").read_text("utf-8"))  # Any: of JSON
        engine = wasmtime.Engine()
        module = wasmtime.Module.from_file(engine, str(folder / "module.wasm"))
        assert not module.imports, "it asks nothing of where it runs"
        self.store = wasmtime.Store(engine)
        exports: Any = wasmtime.Instance(self.store, module, []).exports(self.store)  # Any: of several kinds
        self.exports = exports
        self.memory = np.frombuffer(exports["memory"].get_buffer_ptr(self.store), np.uint8)
        self.base = exports["buffers"].value(self.store)

    def array(self, name: str) -> Tree:
        """The array in a buffer, as it is now and will be."""
        buffer = self.manifest["buffers"][name]
        dtype, start = np.dtype(buffer["dtype"]), self.base + buffer["offset"]
        size = int(np.prod(buffer["shape"], dtype=int)) * dtype.itemsize
        return self.memory[start : start + size].view(dtype).reshape(buffer["shape"])

    def give(self, function: str, leaves: list[Tree]) -> None:
        """Write arguments to their buffers."""
        for name, leaf in zip(self.manifest["functions"][function]["arguments"], leaves, strict=True):
            self.array(name)[...] = leaf

    def run(self, function: str) -> list[Tree]:
        """The results. Raises `IndexError` for a check that failed."""
        about = self.manifest["functions"][function]
        if code := self.exports[function](self.store):
            raise IndexError(about["failures"][code - 1])
        return [self.array(name).copy() for name in about["results"]]
