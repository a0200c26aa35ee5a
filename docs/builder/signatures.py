r"""What type checkers know of a name: read from the program, where it is defined, and from stubs.

>>> print(*defined("cat_ad", "tanh").signatures, sep="\n")
tanh(a: type[A], /) -> Arrow[A, A]
tanh(x: Float[*S], /) -> Float[*S]
tanh(x: float, /) -> Scalar

A decorator whose result is a protocol, as here, says by its `__call__` what the function is.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from docs.builder import ROOT

Definition = ast.FunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign


@dataclass(frozen=True)
class Defined:
    """A name, and all that its module says of it: overloads, and the function."""

    name: str
    module: str
    nodes: tuple[Definition, ...]

    @property
    def path(self) -> str:
        """The file."""
        return str(_file(self.module).relative_to(ROOT))

    @property
    def node(self) -> Definition:
        """The last of the definitions, which is the one that runs."""
        return self.nodes[-1]

    @property
    def doc(self) -> str:
        """Its docstring."""
        found = [ast.get_docstring(x) for x in self.nodes if isinstance(x, ast.ClassDef | ast.FunctionDef)]
        made = self.value.partition("(")[0]
        if not found and made.isidentifier() and (of := find(self.module, made)):
            return of.doc
        return next(filter(None, reversed(found)), "")

    @property
    def is_class(self) -> bool:
        """Is it a class?"""
        return isinstance(self.node, ast.ClassDef)

    @property
    def is_function(self) -> bool:
        """Is it a function?"""
        return isinstance(self.node, ast.FunctionDef)

    @property
    def is_property(self) -> bool:
        """Is it called without parentheses?"""
        return bool({"property", "cached_property"} & {*self._decorators})

    @property
    def value(self) -> str:
        """What it is set to."""
        return (
            ast.unparse(self.node.value)
            if isinstance(self.node, ast.Assign | ast.AnnAssign) and self.node.value
            else ""
        )

    @property
    def _decorators(self) -> list[str]:
        node = self.node
        return [ast.unparse(x) for x in node.decorator_list] if isinstance(node, ast.ClassDef | ast.FunctionDef) else []

    @cached_property
    def signatures(self) -> list[str]:
        """As a checker has them, one for each overload."""
        return list(dict.fromkeys(self._signatures()))

    def _signatures(self) -> Iterator[str]:
        node = self.node
        if isinstance(node, ast.ClassDef):
            yield f"{self.name}{_parameters(node)}{self._constructor(node)}"
        elif isinstance(node, ast.FunctionDef):
            functions = [x for x in self.nodes if isinstance(x, ast.FunctionDef)]
            overloads = [x for x in functions if "overload" in map(ast.unparse, x.decorator_list)]
            for each in overloads or self._decorated(node) or [node]:
                yield f"{self.name}{_of(each)}"

    def _decorated(self, node: ast.FunctionDef) -> list[ast.FunctionDef]:
        """What a decorator of this project makes of a function, if that is a protocol."""
        for decorator in node.decorator_list:
            made = decorator.func if isinstance(decorator, ast.Call) else decorator
            found = isinstance(made, ast.Name) and find(self.module, made.id)
            returns = found.node.returns if found and isinstance(found.node, ast.FunctionDef) else None
            if isinstance(returns, ast.Subscript) and isinstance(returns.slice, ast.Tuple):  # Callable[[...], result]
                returns = returns.slice.elts[-1]
            protocol = found and isinstance(returns, ast.Name) and find(found.module, returns.id)
            if protocol and isinstance(protocol.node, ast.ClassDef):
                return [x for x in protocol.node.body if isinstance(x, ast.FunctionDef) and x.name == "__call__"]
        return []

    def _constructor(self, node: ast.ClassDef) -> str:
        written = [x for x in node.body if isinstance(x, ast.FunctionDef) and x.name == "__init__"]
        if written:
            return "".join(_of(each).partition(" -> ")[0] for each in written[-1:])
        if any("dataclass" in x and "init=False" not in x for x in self._decorators):
            fields = [
                ast.unparse(x) for x in node.body if isinstance(x, ast.AnnAssign) and "init=False" not in ast.unparse(x)
            ]
            return f"({', '.join(x for x in fields if 'ClassVar' not in x)})"
        return ""

    @property
    def bases(self) -> list[str]:
        """The classes that this one is one of, without what makes it generic."""
        bases = self.node.bases if isinstance(self.node, ast.ClassDef) else []
        names = [ast.unparse(x) for x in bases]
        return [x for x in names if not x.startswith("_") and x.split("[")[0] not in ("Generic", "Protocol", "ABC")]

    def members(self, public: frozenset[str]) -> list[Defined]:
        """Its public methods; and those of bases that have no page of their own."""
        node = self.node
        if not isinstance(node, ast.ClassDef):
            return []
        found = dict[str, list[Definition]]()
        for each in node.body:
            if isinstance(each, ast.FunctionDef) and (not each.name.startswith("_") or each.name in SHOWN):
                found.setdefault(each.name, []).append(each)
        mine = [Defined(name, self.module, tuple(nodes)) for name, nodes in found.items()]
        mine = [each for each in mine if each.doc]
        for base in self.bases:
            name = base.split("[")[0]
            if name not in public and (over := find(self.module, name)) and over.module.startswith("cat_ad"):
                mine += [x for x in over.members(public) if x.name not in found]
        return mine


SHOWN = {"__call__", "__rshift__", "__and__", "__mul__", "__or__"}


def _parameters(node: ast.ClassDef) -> str:
    """The parameters of a generic class."""
    for base in node.bases:
        if isinstance(base, ast.Subscript) and ast.unparse(base.value) in ("Generic", "Protocol"):
            inside = base.slice.elts if isinstance(base.slice, ast.Tuple) else [base.slice]
            return f"[{', '.join(map(_parameter, inside))}]"
    return ""


def _parameter(node: ast.expr) -> str:
    text = ast.unparse(node)
    return f"*{text[len('Unpack[') : -1]}" if text.startswith("Unpack[") else text


def _of(function: ast.FunctionDef) -> str:
    """The arguments and the result, without `self`."""
    arguments = ast.parse(ast.unparse(function)).body[0]
    assert isinstance(arguments, ast.FunctionDef)
    for group in (arguments.args.posonlyargs, arguments.args.args):
        if group and group[0].arg in ("self", "cls") and not (group[0].annotation and function.name == "__call__"):
            del group[0]
            break
    returns = f" -> {ast.unparse(function.returns)}" if function.returns else ""
    return re.sub(r"(\*\w+),\]", r"\1]", f"({ast.unparse(arguments.args)}){returns}")  # a tuple of one


def defined(module: str, name: str) -> Defined:
    """Where a name of a module is defined. Raises `KeyError` if it is not."""
    if found := find(module, name):
        return found
    raise KeyError(f"{module}.{name}")


@cache
def find(module: str, name: str) -> Defined | None:
    """The same, or `None`."""
    if not _file(module).exists():
        return None
    nodes, imported = list[Definition](), None
    for node in _statements(module):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if (alias.asname or alias.name) == name and node.module and imported is None:
                    imported = node.module, alias.name
        elif isinstance(node, ast.ClassDef | ast.FunctionDef):
            if node.name == name:
                nodes.append(node)
        elif (isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == name) or (
            isinstance(node, ast.Assign) and any(isinstance(x, ast.Name) and x.id == name for x in node.targets)
        ):
            nodes.append(node)
    if imported:
        return find(*imported)
    return Defined(name, module, tuple(nodes)) if nodes else None


@cache
def _statements(module: str) -> tuple[ast.stmt, ...]:
    """Of a module, as a checker sees them."""
    found = list[ast.stmt]()
    for node in ast.parse(older(_file(module).read_text("utf-8"))).body:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            found += node.body
        else:
            found.append(node)
    return tuple(found)


def older(stub: str) -> str:
    """Type parameters as they were before Python 3.12, which this one cannot parse."""
    stub = re.sub(r"^type (\w+)(?:\[[^\]]*\])? =", r"\1 =", stub, flags=re.MULTILINE)
    stub = re.sub(r"^class (\w+)\[([^\]]*)\]\(", r"class \1(Generic[\2], ", stub, flags=re.MULTILINE)
    stub = re.sub(r"^class (\w+)\[([^\]]*)\]:", r"class \1(Generic[\2]):", stub, flags=re.MULTILINE)
    return re.sub(r"^( *def \w+)\[[^\]]*\]\(", r"\1(", stub, flags=re.MULTILINE)


def _file(module: str) -> Path:
    path = ROOT / module.replace(".", "/")
    options = path.with_suffix(".py"), path.with_suffix(".pyi"), path / "__init__.py"
    return next((x for x in options if x.exists()), options[0])
