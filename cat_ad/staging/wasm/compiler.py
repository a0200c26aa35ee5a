"""The compiler to WebAssembly, `ziglang` from PyPI: it brings clang, and a C library whose functions become our own.

What it knows of that library it makes once, in half a minute, and keeps in the cache folder of the user.
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT, TimeoutExpired, run
from tempfile import TemporaryDirectory

from cat_ad.errors import StagingError
from cat_ad.staging.c.compiler import CompilerError, RejectedError

FLAGS = (
    *("-target", "wasm32-wasi", "-mcpu=generic+simd128", "-std=gnu11", "-O3", "-fno-math-errno", "-fno-trapping-math"),
    *("-ffp-contract=fast", "-fwrapv", "-fopenmp-simd", "-w", "-mexec-model=reactor"),
    *(f"-Wl,{flag}" for flag in ("--no-entry", "--strip-all", "--export=buffers", "-z,stack-size=262144")),
)
TO_COMPILE = 600.0  # seconds


def compiled(source: str) -> bytes:
    """The module of a source.

    Raises `StagingError` where there is no compiler; its subclass `CompilerError` where it does not end in ten minutes,
    or fails.
    """
    if find_spec("ziglang") is None:
        raise StagingError("save: wanted a compiler to WebAssembly, found no ziglang; pip install -e '.[wasm]'")
    with TemporaryDirectory() as folder:
        program, made = Path(folder, "module.c"), Path(folder, "module.wasm")
        program.write_text(source, "utf-8")
        command = (sys.executable, "-m", "ziglang", "cc", *FLAGS, program.name, "-o", made.name, "-lm")
        known = os.environ | {"ZIG_LOCAL_CACHE_DIR": folder}
        try:
            done = run(
                command,
                stdin=DEVNULL,
                stdout=PIPE,
                stderr=STDOUT,
                env=known,
                cwd=folder,
                timeout=TO_COMPILE,
                check=False,
            )
        except TimeoutExpired:
            raise CompilerError(
                f"save: wanted ziglang to end in {TO_COMPILE:.0f} seconds; save fewer functions"
            ) from None
        if done.returncode or not made.is_file():
            said = done.stdout.decode(errors="replace").splitlines()
            reason = next((line for line in said if "error" in line), f"exit status {done.returncode}")
            raise RejectedError(
                f"save: wanted C that ziglang takes, but it fails ({reason}); report it, or correct names_in_c"
            )
        return made.read_bytes()
