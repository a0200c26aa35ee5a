"""Compile what a first cell imports: Pyodide runs this, since its Python is not that which builds the page.

In `/build/site` are the packages. What is imported of them becomes `.pyc`, of our own beside its source, which errors
quote; and so does what is imported of Python's library, in `/build/library.zip`. The rest stays source, which is
smaller. The files do not depend on when they are made.
"""

from __future__ import annotations

import shutil
import site
import sys
from importlib.util import MAGIC_NUMBER, source_hash
from marshal import dumps
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

BUILD, SITE = Path("/build"), Path(site.getsitepackages()[0])
LIBRARY = Path("/lib/python312.zip")
OURS = "cat_ad", "docs", "experiments", "web"
FIRST = """
from cat_ad import Scalar, arrow, check, dup, gradient, jacobian, mul
square = dup(Scalar) >> mul(Scalar)
gradient(square)(check(Scalar, 3.0))
"""
WRONG = "arrow(lambda x: y)(1.0)"
UNCHECKED = 1  # of a .pyc: nobody asks whether the source is another one


def compiled(source: bytes, file: str) -> bytes:
    """The `.pyc` of a source."""
    code = dumps(compile(source, file, "exec", dont_inherit=True))
    return MAGIC_NUMBER + UNCHECKED.to_bytes(4, "little") + source_hash(source) + code


def main() -> None:
    """Run the first cells, and see what is there then."""
    shutil.copytree(BUILD / "site", SITE, dirs_exist_ok=True)
    from web.cell import run

    for cell in (FIRST, WRONG):
        run(cell, "cell 1", {})
    files = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
    imported = {Path(file) for file in files if file and file.endswith(".py")}
    for path in sorted(imported):
        if path.is_relative_to(SITE):
            kept = BUILD / "site" / path.relative_to(SITE)
            pyc = compiled(kept.read_bytes(), str(path))
            if path.relative_to(SITE).parts[0] in OURS:
                (kept.parent / "__pycache__").mkdir(exist_ok=True)
                (kept.parent / "__pycache__" / f"{path.stem}.cpython-312.pyc").write_bytes(pyc)
            else:
                kept.with_suffix(".pyc").write_bytes(pyc)
                kept.unlink()
    with ZipFile(LIBRARY) as library, ZipFile(BUILD / "library.zip", "w", ZIP_STORED) as made:
        for name in sorted(library.namelist()):
            content = library.read(name)
            if LIBRARY / name in imported:
                name, content = f"{name}c", compiled(content, str(LIBRARY / name))
            made.writestr(ZipInfo(name), content)  # of 1980


if __name__ == "__main__":
    main()
