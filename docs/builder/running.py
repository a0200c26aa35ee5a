r"""A notebook that is run: python -m docs.builder.running, from JSON to JSON with outputs. If a cell stops, so does it.

As in Jupyter, what a cell prints is seen, and then its last expression as it shows itself. No kernel is started, which
would talk to this over a network.

>>> notebook = {"cells": [{"cell_type": "code", "source": "a = 3; print(a)\na + 1"}]}
>>> [cell] = run(notebook)["cells"]
>>> [output.get("text") or output["data"] for output in cell["outputs"]]
['3\n', {'text/plain': '4'}]
"""

from __future__ import annotations

import ast
import json
import linecache
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from types import ModuleType
from typing import Any, TypeAlias
from unittest.mock import patch

Notebook: TypeAlias = dict[str, Any]  # Any: JSON

SHOWS = {"text/html": "_repr_html_", "image/svg+xml": "_repr_svg_"}


def run(notebook: Notebook) -> Notebook:
    """The notebook with outputs. Raises what a cell raises."""
    module = ModuleType("__main__")
    with patch.dict(sys.modules, {"__main__": module}):  # where what a cell defines is found
        _run_all(notebook, module)
    return notebook


def _run_all(notebook: Notebook, module: ModuleType) -> None:
    for number, cell in enumerate([cell for cell in notebook["cells"] if cell["cell_type"] == "code"], 1):
        printed = StringIO()
        with redirect_stdout(printed), redirect_stderr(printed):
            value = _run(cell["source"], f"<cell {number}>", vars(module))
        cell["execution_count"], cell["outputs"] = number, []
        if printed.getvalue():
            cell["outputs"].append({"output_type": "stream", "name": "stdout", "text": printed.getvalue()})
        if value is not None:
            result = {"output_type": "execute_result", "execution_count": number, "metadata": {}, "data": _shown(value)}
            cell["outputs"].append(result)


def _run(source: str, name: str, space: dict[str, Any]) -> object:  # Any: variables
    """Run a cell; its last expression, if it ends with one."""
    linecache.cache[name] = len(source), None, source.splitlines(keepends=True), name
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, name, "exec"), space)
    return eval(compile(ast.Expression(last.value), name, "eval"), space) if isinstance(last, ast.Expr) else None


def _shown(value: object) -> dict[str, str]:
    data = {kind: getattr(value, method)() for kind, method in SHOWS.items() if hasattr(value, method)}
    return {kind: text for kind, text in data.items() if text} | {"text/plain": repr(value)}


if __name__ == "__main__":
    try:
        made = run(json.load(sys.stdin))
    except Exception as error:
        sys.exit(f"{type(error).__name__}: {error}")
    json.dump(made, sys.stdout)
