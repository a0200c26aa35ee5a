r"""Docstrings as reStructuredText: prose with `code`, examples, and what is indented.

>>> print(rst("x * y, by `mul`:\n\n    (x, y)"))
x \* y, by \ ``mul``\ :
<BLANKLINE>
.. code-block:: text
<BLANKLINE>
   (x, y)
"""

from __future__ import annotations

import re
from collections.abc import Collection

CODE = re.compile(r"`([^`]+)`")
LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")


def rst(doc: str, names: Collection[str] = ()) -> str:
    """A docstring; code that is one of these names is a link to what is said of it."""
    blocks, lines = list[str](), doc.splitlines()
    while lines:
        if not lines[0].strip():
            lines.pop(0)
        elif lines[0].startswith(">>> "):
            blocks.append(_code("pycon", _taken(lines, lambda line: bool(line.strip()))))
        elif lines[0].startswith("    "):
            taken = _taken(lines, lambda line: line.startswith("    ") or not line.strip())
            blocks.append(_code("text", [line[4:] for line in taken]))
        else:
            taken = _taken(lines, lambda line: bool(line.strip()) and not line.startswith(("    ", ">>> ")))
            blocks.append("\n".join(inline(line, names).removesuffix("\\ ") for line in taken))
    return "\n\n".join(blocks)


def _taken(lines: list[str], belongs: object) -> list[str]:
    """The first lines, as long as they belong to what begins there."""
    assert callable(belongs)
    taken = [lines.pop(0)]
    while lines and belongs(lines[0]):
        taken.append(lines.pop(0))
    while not taken[-1].strip():
        taken.pop()
    return taken


def _code(language: str, lines: list[str]) -> str:
    return f".. code-block:: {language}\n\n" + "\n".join(f"   {line}".rstrip() for line in lines)


def inline(text: str, names: Collection[str] = ()) -> str:
    """Prose on a line."""
    parts = CODE.split(LINK.sub(r"\1", text))
    return "".join(_span(part, names) if number % 2 else _escaped(part) for number, part in enumerate(parts))


def _span(code: str, names: Collection[str]) -> str:
    if code in names:
        return f"\\ :py:obj:`{code} <cat_ad.{code}>`\\ "
    return f"\\ ``{code}``\\ " if code.strip() == code and not code.endswith("\\") else _escaped(code)


def _escaped(text: str) -> str:
    return re.sub(r"([\\*_|`])", r"\\\1", text)


def indented(text: str, by: int = 3) -> str:
    """Within a directive."""
    return "\n".join(f"{' ' * by}{line}".rstrip() for line in text.splitlines())
