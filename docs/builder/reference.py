"""The reference: every public name, in the groups of the docstring of `cat_ad`, with what its docstring says."""

from __future__ import annotations

import ast
import inspect
import re
from dataclasses import dataclass

import cat_ad
from cat_ad import calculations
from cat_ad.calculations import vocabulary
from docs.builder import ROOT
from docs.builder.docstrings import indented, inline, rst
from docs.builder.signatures import Defined, defined

SHOWN = 4  # overloads; the rest is folded
ERRORS = "Error", "Warning"
MANY = 40  # names on a page, which then has sections
TITLES = {
    "Without parameters": "Parts of layers",
    "Derivatives of an arrow f": "Derivatives",
    "Other readings of an arrow": "Other readings",
}
CALCULATIONS = ("Calculation", "Equation", "calculate", "variables")
NAMES = frozenset({*cat_ad.__all__, *CALCULATIONS})


@dataclass(frozen=True)
class Group:
    """What a section of the docstring speaks of."""

    title: str
    intro: str
    table: str
    names: tuple[str, ...]

    @property
    def page(self) -> str:
        """The name of its page."""
        return self.title.lower().replace(" ", "_")


def groups() -> list[Group]:
    """All of them; each name is in the first one whose table has it, or else whose text has."""
    sections = re.split(r"\n\n(?=\w)", inspect.getdoc(cat_ad) or "")[2:]
    tables = ["\n".join(re.findall(r"^    (.*)", section, re.MULTILINE)) for section in sections]
    left_columns = [re.sub(r"   .*", "", table) for table in tables]
    found, of = list[Group](), {name: _first(name, left_columns, sections) for name in cat_ad.__all__}
    for at, (section, table) in enumerate(zip(sections, tables, strict=True)):
        intro = " ".join(section.partition("\n    ")[0].split())
        title = re.split("[:,]", intro)[0]
        is_errors = title == "Errors"
        names = [
            name
            for name, group in of.items()
            if (is_errors if name.endswith(ERRORS) else group == at) and name not in CALCULATIONS
        ]
        names.sort(key=lambda name: _place(name, section))
        found.append(Group(TITLES.get(title, title), intro, table, tuple(names)))
    found.append(Group("Calculations", inspect.getdoc(calculations) or "", "", CALCULATIONS))
    return [group for group in found if group.names]


def _first(name: str, *levels: list[str]) -> int:
    """The number of the first text that has a name, with arguments or without; the first level that has it counts."""
    patterns = rf"\b{name}[(\[]", rf"\b{name}\b"
    return next(
        at for texts in levels for pattern in patterns for at, text in enumerate(texts) if re.search(pattern, text)
    )


def _place(name: str, section: str) -> int:
    found = re.search(rf"^    .*\b{name}\b", section, re.MULTILINE) or re.search(rf"\b{name}\b", section)
    return found.end() if found else 0


def reference_pages() -> dict[str, str]:
    """A page for each group, and one of all names."""
    all_groups = groups()
    pages = {f"reference/{group.page}.rst": _page(group) for group in all_groups}
    listed = "\n".join(f"   {group.page}" for group in all_groups)
    names = " · ".join(f":py:obj:`{name} <cat_ad.{name}>`" for name in sorted(NAMES, key=str.lower))
    pages["reference/index.rst"] = (
        f"{_heading('Reference', '=')}\n\nAll of it is imported from ``cat_ad``. A, B, C, P are objects, I, J, K, T, H "
        "dimensions, f and g arrows. Signatures are those that type checkers know; calls check shapes once more.\n\n"
        f".. toctree::\n   :maxdepth: 1\n\n{listed}\n\n{_heading('All names', '-')}\n\n"
        f".. container:: names\n\n   {names}\n"
    )
    return pages


def entry(name: str) -> Defined:
    """Where a public name is defined."""
    return defined("cat_ad.calculations" if name in CALCULATIONS and name != "variables" else "cat_ad", name)


def _page(group: Group) -> str:
    parts = [_heading(group.title, "="), ".. py:currentmodule:: cat_ad"]
    if group.title == "Calculations":
        parts += [rst(group.intro, NAMES)]
    else:
        parts += [inline(group.intro.rstrip(":.") + ".", NAMES)]
        if group.table:
            parts.append(".. code-block:: text\n   :class: table\n\n" + indented(group.table))
    if len(group.names) > MANY:
        modules = dict.fromkeys(entry(name).module for name in group.names)
        for module in modules:
            doc = ast.get_docstring(ast.parse((ROOT / defined_in(module)).read_text("utf-8"))) or ""
            title = re.split(r"[:.(]|, (?=which|after)| \(", doc.splitlines()[0])[0].strip()
            rest = doc if len(title) + 1 < len(doc.splitlines()[0]) else doc.partition("\n\n")[2]
            parts += [_heading(title, "-"), rst(rest, NAMES)]
            parts += [described(name) for name in group.names if entry(name).module == module]
    else:
        parts += [described(name) for name in group.names]
    if group.title == "Calculations":
        parts += [_heading("Words of calculations", "-"), _words()]
    return "\n\n".join(parts) + "\n"


def defined_in(module: str) -> str:
    """The file of a module."""
    path = module.replace(".", "/")
    return f"{path}.py" if (ROOT / f"{path}.py").exists() else f"{path}/__init__.py"


def described(name: str) -> str:
    """A name, its signatures and what its docstring says, and that of its methods."""
    found = entry(name)
    body = [rst(found.doc, NAMES)] if found.doc else []
    if found.is_class:
        if found.bases:
            bases = ", ".join(f":py:obj:`{x}`" if x in NAMES else f"``{x}``" for x in found.bases)
            body.append(f"One of {bases}.")
        body += [_described(x, "py:method") for x in found.members(NAMES)]
        kind = "py:exception" if name.endswith(ERRORS) else "py:class"
        return _directive(kind, name, found, body)
    return _directive("py:function" if found.is_function else "py:data", name, found, body)


def _described(found: Defined, kind: str) -> str:
    if found.is_property:
        returns = found.signatures[0].partition(" -> ")[2]
        return f".. py:property:: {found.name}\n   :type: {returns}\n\n{indented(rst(found.doc, NAMES))}"
    return _directive(kind, found.name, found, [rst(found.doc, NAMES)])


def _directive(kind: str, name: str, found: Defined, body: list[str]) -> str:
    signatures, value = found.signatures or [name], ""
    if kind == "py:data":
        value = f"   :value: {found.value}\n" if found.value else ""
    more = signatures[SHOWN:] if len(signatures) > SHOWN + 1 else []
    heads = signatures[: len(signatures) - len(more)]
    text = f".. {kind}:: {(chr(10) + ' ' * (len(kind) + 6)).join(heads)}\n{value}"
    if more:
        body = [_folded(more), *body]
    if kind != "py:method":
        body = [*body, f"`Source <source:{found.path}#{found.name}>`__"]
    return f"{text}\n{indented(chr(10).join(f'{part}{chr(10)}' for part in body))}"


def _folded(signatures: list[str]) -> str:
    code = "\n".join(f"def {x}: ..." for x in signatures)
    return (
        f'.. raw:: html\n\n   <details class="more"><summary>{len(signatures)} more signatures</summary>\n\n'
        f".. code-block:: python\n\n{indented(code)}\n\n.. raw:: html\n\n   </details>"
    )


def _words() -> str:
    words = "\n".join(
        f"   * - ``{name}``\n     - {_word(name)}" for name in vocabulary.__all__ if name not in CALCULATIONS
    )
    return (
        "From ``cat_ad.calculations.vocabulary``: what terms are made of.\n\n"
        f".. list-table::\n   :header-rows: 1\n\n   * - name\n     - is\n{words}"
    )


def _word(name: str) -> str:
    doc = inspect.getdoc(getattr(vocabulary, name)) if inspect.isfunction(getattr(vocabulary, name)) else None
    if doc:
        return inline(doc.splitlines()[0])
    return inline(f"`{getattr(vocabulary, name)}`")


def _heading(title: str, line: str) -> str:
    return f"{inline(title)}\n{line * (len(title) + 8)}"
