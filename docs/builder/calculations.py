"""The checked calculations as mathematics: a page for each section of the paper, and one of laws to begin with."""

from __future__ import annotations

import json
from collections.abc import Callable
from fnmatch import fnmatch
from html import escape
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from cat_ad.calculations import Equation, laws, paper
from cat_ad.calculations.mathematics import written
from docs.builder import label

LAWS = "laws"


def calculation_pages(pattern: str = "*") -> str:
    """The pages of these sections, and of what they begin with, as JSON."""
    names = [module.name for module in iter_modules(paper.__path__) if fnmatch(module.name, pattern)]
    sections = [import_module(f"{paper.__name__}.{name}") for name in names]
    sections.sort(key=lambda x: (x.__name__.split(".")[-1][0] == "r", _order(x)))
    stated = {LAWS: _stated(laws)} | {_name(section): _stated(section) for section in sections}
    proved = {_name(section): {name: made() for name, made in _theorems(section).items()} for section in sections}
    labels = {
        equation.reason: label(page, name)
        for found in (proved, stated)
        for page, equations in found.items()
        for name, equation in equations.items()
    }
    pages = {"calculations/laws.md": _laws(stated[LAWS])}
    for section in sections:
        name = _name(section)
        pages[f"calculations/{name}.md"] = _page(section, stated[name], proved[name], labels)
    listed = "\n".join([LAWS, *map(_name, sections)])
    pages["calculations/index.md"] = (
        "# Calculations\n\nThe paper solves for each instance of its classes, step by step. So do these pages: each "
        "step uses the law beside it, which a program has matched, and then tried in every category of linear maps. "
        "[The map of the paper](../paper.md) says where each has its place; "
        "[Calculations](../reference/calculations.rst) how to write one of your own.\n\n"
        f"```{{toctree}}\n:maxdepth: 1\n\n{listed}\n```\n"
    )
    return json.dumps(pages)


def _order(section: ModuleType) -> tuple[str, int]:
    kind, _, number = _name(section).partition("_")
    return ("a" if kind == "section" else "b", int(number) if number.isdigit() else ord(number[0]))


def _name(section: ModuleType) -> str:
    return section.__name__.split(".")[-1]


def _stated(module: ModuleType) -> dict[str, Equation]:
    return {name: x for name, x in vars(module).items() if isinstance(x, Equation) and _is_of(module, name)}


def _is_of(module: ModuleType, name: str) -> bool:
    """Is it defined there, and not imported?"""
    return not any(name in vars(other) and vars(other)[name] is vars(module)[name] for other in _others(module))


def _others(module: ModuleType) -> list[ModuleType]:
    return [laws] if module is not laws else []


def _theorems(section: ModuleType) -> dict[str, Callable[[], Equation]]:
    made = {name: x for name, x in vars(section).items() if hasattr(x, "cache_info")}
    return {name: x for name, x in made.items() if x.__module__ == section.__name__}


def _laws(stated: dict[str, Equation]) -> str:
    doc = (laws.__doc__ or "").strip()
    return f"# Laws\n\n{doc}\n\n" + "\n".join(_law(label(LAWS, name), x) for name, x in stated.items())


def _law(anchor: str, equation: Equation) -> str:
    return f"({anchor})=\n**{equation.name}**{_source(equation)}\n\n{_raw(equation.mathml())}\n"


def _source(equation: Equation) -> str:
    return f" ({equation.source})" if equation.source else ""


def _page(section: ModuleType, stated: dict[str, Equation], proved: dict[str, Equation], labels: dict[str, str]) -> str:
    name, doc = _name(section), (section.__doc__ or "").partition(">>>")[0].strip()
    title = name.replace("_", " ").capitalize().replace(" b", " B").replace(" c", " C")
    parts = [f"# {title}\n\n{doc}\n"]
    if stated:
        parts += ["## What it begins with\n", *(_law(label(name, x), equation) for x, equation in stated.items())]
    for each, theorem in proved.items():
        parts.append(_theorem(section, each, theorem, labels))
    return "\n".join(parts)


def _theorem(section: ModuleType, name: str, theorem: Equation, labels: dict[str, str]) -> str:
    assert theorem.proof
    page, used = _name(section), dict.fromkeys(theorem.proof.equations)
    items = []
    for law in used:
        told = f"[{law.reason}](#{labels[law.reason]})" if law.reason in labels else law.reason
        items.append(f"- {told}: <math>{written(f'{law.left} = {law.right}')}</math>")
    listed = "\n".join(items)
    path = f"cat_ad/calculations/paper/{page}.py"
    said = " ".join((getattr(section, name).__doc__ or "").partition("\n\n")[2].split())
    return (
        f"({label(page, name)})=\n## {_capital(theorem.name)}{_source(theorem)}\n\n"
        f"{_raw(theorem.mathml(), 'statement')}\n\n{said}\n\n{_raw(theorem.proof.mathml(), 'proof')}\n\n"
        f"By these laws:\n\n{listed}\n\n[`{name}`](source:{path}#{name})\n"
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _raw(html: str, kind: str = "law") -> str:
    return f'```{{raw}} html\n<div class="mathematics {escape(kind)}" tabindex="0" role="group">{html}</div>\n```'
