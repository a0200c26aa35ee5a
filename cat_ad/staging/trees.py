"""Trees of whatever a function takes and gives: tuples, lists, dictionaries and dataclasses, of arrays and numbers.

>>> leaves, form = flatten((np.zeros(2), {"rate": 0.1, "name": "sgd"}))
>>> leaves, form
([array([0., 0.]), 0.1], (*, {'rate': *, 'name': 'sgd'}))
>>> form.build(["x", "y"])
('x', {'rate': 'y', 'name': 'sgd'})
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np

from cat_ad.staging.symbols import Number, Symbol


@dataclass(frozen=True)
class Form:
    """What a tree is without its leaves: a class with the forms of its parts, or a value that stays, or a leaf."""

    kind: type | None  # of a node; `None` of anything else
    parts: tuple[Form, ...] = ()
    names: tuple[Any, ...] = ()  # Any: keys of a dictionary, or names of the fields of a dataclass
    value: Any = None  # Any: what stays as it is
    is_leaf: bool = False

    def build(self, leaves: list[Any]) -> Any:  # Any: any tree
        """The tree with these leaves."""
        return self._build(iter(leaves))

    def _build(self, leaves: Iterator[Any]) -> Any:  # Any: as above
        if self.is_leaf:
            return next(leaves)
        parts = [part._build(leaves) for part in self.parts]
        if self.kind is None:
            return self.value
        if self.kind is dict:
            return dict(zip(self.names, parts, strict=True))
        return self.kind(**dict(zip(self.names, parts, strict=True))) if self.names else self.kind(parts)

    def written(self, leaves: Iterator[str], names: dict[str, object]) -> str:
        """The tree as an expression of Python, with these for its leaves; notes in `names` what it speaks of."""
        if self.is_leaf:
            return next(leaves)
        parts = [part.written(leaves, names) for part in self.parts]
        if self.kind is tuple:
            return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"
        if self.kind is list:
            return f"[{', '.join(parts)}]"
        if self.kind is dict:
            return f"{{{', '.join(f'{key!r}: {part}' for key, part in zip(self.names, parts, strict=True))}}}"
        if self.kind is not None:
            names[self.kind.__name__] = self.kind
            arguments = (f"{key}={part}" for key, part in zip(self.names, parts, strict=True))
            return f"{self.kind.__name__}({', '.join(arguments)})"
        if self.value is None or isinstance(self.value, bool | str):
            return repr(self.value)
        names[name := f"value{len(names)}"] = self.value
        return name

    def __repr__(self) -> str:
        """The tree, with a star for each leaf."""
        return self.written(iter("*" for _ in iter(int, 1)), {})


LEAF = Form(None, is_leaf=True)


def flatten(tree: Any) -> tuple[list[Any], Form]:  # Any: any tree
    """The leaves, from left to right, and the form of the rest."""
    leaves: list[Any] = []
    return leaves, _form(tree, leaves)


def _form(tree: Any, leaves: list[Any]) -> Form:  # Any: as above
    if type(tree) in (tuple, list):
        return Form(type(tree), tuple([_form(part, leaves) for part in tree]))
    if type(tree) is dict:
        return Form(dict, tuple([_form(part, leaves) for part in tree.values()]), tuple(tree))
    if is_leaf(tree):
        leaves.append(tree)
        return LEAF
    if is_dataclass(tree) and not isinstance(tree, type):
        names = tuple(field.name for field in fields(tree))
        return Form(type(tree), tuple([_form(getattr(tree, name), leaves) for name in names]), names)
    return Form(None, value=tree)


def is_leaf(x: object) -> bool:
    """Is this an array, or a number that is another one at each call?"""
    return isinstance(x, np.ndarray | np.generic | Symbol | Number) or type(x) in (int, float)


def unpacker(form: Form, leaves: list[Any]) -> Callable[[Any], tuple[Any, ...] | None]:  # Any: trees and leaves
    """A quick function from a tree to its leaves, if it has this form and they have these shapes and dtypes.

    >>> leaves_of = unpacker(*reversed(flatten((np.zeros(2), (1.0,)))))
    >>> leaves_of((np.ones(2), (3.0,))), leaves_of((np.ones(3), (3.0,)))
    ((array([1., 1.]), 3.0), None)
    """
    names: dict[str, Any] = {}  # Any: what the source speaks of
    checks = list[str]()
    found = list[str]()

    def read(form: Form, name: str) -> None:
        if form.is_leaf:
            leaf = leaves[len(found)]
            if type(leaf) in (int, float):
                checks.append(f"type({name}) is not {type(leaf).__name__}")
            else:
                names[dtype := f"dtype_{leaf.dtype.num}_{leaf.dtype.byteorder == '>'}"] = leaf.dtype
                checks.append(f"{name}.shape != {leaf.shape} or {name}.dtype != {dtype}")
            found.append(name)
            return
        if form.kind is None:
            names[value := f"value{len(names)}"] = form.value
            checks.append(f"{name} is not {value} and {name} != {value}")
            return
        names[form.kind.__name__] = form.kind
        checks.append(f"type({name}) is not {form.kind.__name__}")
        parts = [f"{name}_{i}" for i in range(len(form.parts))]
        if form.kind in (tuple, list, dict):
            checks.append(f"len({name}) != {len(parts)}")
        if form.kind in (tuple, list):
            given = name
        else:
            access = "{}[{!r}]" if form.kind is dict else "{}.{}"
            given = ", ".join(access.format(name, key) for key in form.names) + ","
        if parts:
            checks.append(f"{', '.join(parts)}, = {given}")
        for part, inner in zip(form.parts, parts, strict=True):
            read(part, inner)

    read(form, "a")
    lines = [check if " = " in check else f"if {check}: return None" for check in checks]
    body = "\n        ".join([*lines, f"return ({', '.join(found)}{',' if found else ''})"])
    source = (
        f"def unpack(a):\n    try:\n        {body}\n    except (AttributeError, KeyError, TypeError): return None\n"
    )
    exec(compile(source, "<unpack>", "exec"), names)
    found_function: Callable[[Any], tuple[Any, ...] | None] = names["unpack"]
    return found_function
