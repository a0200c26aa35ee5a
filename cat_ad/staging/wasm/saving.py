"""Saving staged functions as a WebAssembly module and its manifest."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from cat_ad.errors import StagingError, told
from cat_ad.staging import Staged
from cat_ad.staging.wasm.compiler import compiled
from cat_ad.staging.wasm.module import Module

TAKEN = "memory", "buffers", "_initialize"  # which the module exports besides


def save(
    staged: Staged[..., Any] | Mapping[str, Staged[..., Any]], folder: str | PathLike[str], inside: Collection[str] = ()
) -> None:  # Any: whatever they give
    """Write `module.wasm` and `module.json` for functions that are staged for WebAssembly, by their names.

    Each is saved as it was called last: for arrays of those shapes and dtypes. One by itself is named `run`. What
    arguments of one name are is in `cat_ad.staging.wasm.module`; of the functions named in `inside`, what each arrow
    and its derivative makes has a buffer too.

    Raises `StagingError` for anything else, for a function that was not called, or arguments of one name and two kinds;
    where `ziglang` is missing; and `OSError` where it cannot write.
    """
    functions = staged if isinstance(staged, Mapping) else {"run": staged}
    if not functions:
        raise StagingError("save: wanted functions, got none; name some")
    if not isinstance(folder, str | PathLike):
        raise StagingError(f"save: wanted a folder, as a text or a path, got {told(folder)}; write save(..., 'folder')")
    if isinstance(inside, str) or not isinstance(inside, Collection) or any(name not in functions for name in inside):
        raise StagingError(
            f"save: wanted inside to name some of {', '.join(functions)}, got {told(inside)}; correct it"
        )
    module = Module()
    for name, function in functions.items():
        if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII) or name in TAKEN:
            raise StagingError(f"save: wanted a name such as 'step' for a function, got {told(name)}; rename it")
        if not isinstance(function, Staged) or function.target != "wasm":
            raise StagingError(f'save: wanted what stage(fn, target="wasm") gives, got {told(function)}; stage it so')
        module.add(name, function.traced, name in inside)
    made = compiled(module.source)
    home = Path(folder)
    home.mkdir(parents=True, exist_ok=True)
    (home / "module.wasm").write_bytes(made)
    (home / "module.json").write_text(json.dumps(module.manifest, separators=(",", ":")), "utf-8")
