"""Python for the browser, in `dist/python`: Pyodide, NumPy, this library, and what it needs.

Four files, compressed as a browser decompresses them, and `files.json`, which says what they are and how long: Pyodide
itself, in two of them, Python's library and the packages, of which the modules are compiled that a first cell imports.
"""

from __future__ import annotations

import gzip
import io
import json
import shutil
import tarfile
from collections.abc import Callable
from hashlib import sha256
from importlib.metadata import distribution, version
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

WEB = Path(__file__).parent
ROOT = WEB.parent
NUMPY = WEB / "vendor" / "numpy-2.0.2-cp312-cp312-pyodide_2024_0_wasm32.whl"
PACKAGES = "array-api-compat", "beartype", "jaxtyping", "typing-extensions", "wadler-lindig"  # pure Python
OURS = (
    *("cat_ad/**/*.py", "docs/__init__.py", "docs/exercises/**/*.py", "web/__init__.py", "web/cell.py"),
    "web/standins/*.py",
    *(
        "experiments/*.py",
        *(f"experiments/{folder}/*" for folder in ("data", "models", "process", "steps", "training")),
    ),
)
STANDINS = {  # of modules that drawing an arrow imports, the names that it needs
    "discopy.markov": "web.standins.markov",
    **{f"matplotlib.{name}": "web.standins.plotting" for name in ("figure", "patches", "path", "style", "textpath")},
}
NOT_OURS = ROOT / "docs" / "exercises" / "answers"
MADE_BY = "web/packing.py", "web/precompile.py", "web/pyodide.mjs", "web/vendor/*.whl"
UNUSED = ".h", ".a", ".c", ".f", ".f90", ".pxd", ".pyi", ".pyf"  # of a wheel: for compilers and checkers
PACKED = ".packed"  # gzip, but by no name at which a server says so, and the browser decompresses it first


class VendoredError(RuntimeError):
    """A file that is kept here is not the one that Pyodide names."""


def versions() -> str:
    """Of what is installed and goes to the page."""
    return " ".join(f"{name} {version(name)}" for name in PACKAGES)


def make(into: Path, pyodide: Path, run: Callable[[Path, Path], object]) -> None:
    """Make the files, in a folder that has nothing else afterwards.

    `pyodide` is the package of npm; `run` runs a program in it, with a folder that it may write to. Raises
    `VendoredError` if NumPy's wheel is another one.
    """
    lock = json.loads((pyodide / "pyodide-lock.json").read_text("utf-8"))
    check_wheel(NUMPY, lock["packages"]["numpy"])
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(parents=True)
    with TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        gather(site)
        run(WEB / "precompile.py", Path(folder))
        found = {
            "pyodide.asm.wasm": (pyodide / "pyodide.asm.wasm").read_bytes(),
            "pyodide.asm.js": (pyodide / "pyodide.asm.js").read_bytes(),
            "python_stdlib.zip": (Path(folder) / "library.zip").read_bytes(),
            "packages.tar": tar_of(site),
        }
        (into / "licences.txt").write_text(licences(site, lock["info"]), "utf-8")
    sizes = dict[str, int]()
    for name, content in found.items():
        packed = gzip.compress(content, 9, mtime=0)
        (into / f"{name}{PACKED}").write_bytes(packed)
        sizes[name] = len(packed)
    told = {"lock": {"info": lock["info"], "packages": {}}, "files": sizes}  # Pyodide asks for its lock file
    (into / "files.json").write_text(json.dumps(told), "utf-8")


def check_wheel(wheel: Path, wanted: dict[str, str]) -> None:
    """Raises `VendoredError` unless it is the wheel that the lock file of Pyodide names."""
    if wheel.name != wanted["file_name"]:
        raise VendoredError(f"asked for {wanted['file_name']}; found {wheel.name} in web/vendor; put that one there")
    if sha256(wheel.read_bytes()).hexdigest() != wanted["sha256"]:
        raise VendoredError(f"asked for {wheel.name} with sha256 {wanted['sha256']}; found another file; restore it")


def gather(site: Path) -> None:
    """All packages, as they are installed: with what says their versions and their licences."""
    with ZipFile(NUMPY) as wheel:
        for name in wheel.namelist():
            if not name.endswith((*UNUSED, "/")):
                wheel.extract(name, site)
    for name in PACKAGES:
        for file in distribution(name).files or ():
            source, target = Path(str(file.locate())), site / file
            if file.suffix != ".pyc" and ".." not in file.parts and "tests" not in file.parts:
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
    for source in (path for pattern in OURS for path in ROOT.glob(pattern)):
        if source.is_file() and not source.is_relative_to(NOT_OURS):
            target = site / source.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    for name, standin in STANDINS.items():
        package, module = name.split(".")
        (site / package).mkdir(exist_ok=True)
        (site / package / "__init__.py").write_text(f'"""See {standin}."""\n', "utf-8")
        (site / package / f"{module}.py").write_text(f"from {standin} import *\n", "utf-8")


def tar_of(folder: Path) -> bytes:
    """The files of a folder, whatever their times are."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for path in sorted(folder.rglob("*"), key=lambda path: (path.suffix, path)):  # likes compress well together
            if path.is_file():
                entry = tarfile.TarInfo(str(path.relative_to(folder)))
                content = path.read_bytes()
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content))
    return made.getvalue()


def licences(site: Path, pyodide: dict[str, str]) -> str:
    """Of all that is in the files, as each package has it."""
    told = [
        f"Pyodide {pyodide['version']}: Mozilla Public License 2.0; its source is https://github.com/pyodide/pyodide\n"
        f"Python {pyodide['python']}: PSF License Version 2, https://docs.python.org/3.12/license.html\n"
        "array-api-compat: MIT License, https://github.com/data-apis/array-api-compat\n"
        "cat_ad: MIT License\n"
    ]
    for path in sorted(site.glob("*.dist-info/**/LICEN*")):
        told.append(f"{path.relative_to(site).parts[0].removesuffix('.dist-info')}\n\n{path.read_text('utf-8')}")
    return f"\n{'=' * 80}\n\n".join(told)
