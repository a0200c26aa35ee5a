"""Trees, which a function takes and gives: tuples, lists, dictionaries and dataclasses, of arrays and numbers.

>>> leaves, form = flatten((np.zeros(2), {"rate": 0.1, "name": "sgd"}))
>>> leaves, form
([array([0., 0.]), 0.1], (*, {'rate': *, 'name': 'sgd'}))
>>> form.build(["x", "y"])
('x', {'rate': 'y', 'name': 'sgd'})
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from itertools import count, islice, repeat
from keyword import iskeyword
from operator import attrgetter
from types import EllipsisType, NoneType
from typing import Any, TypeAlias

import numpy as np

from cat_ad.errors import StagingError, told
from cat_ad.staging.trace.lines import NUMERIC
from cat_ad.staging.trace.symbols import Written

Tree: TypeAlias = Any  # Any: a tree, or a leaf of one, of any kind
DEEPEST = 80  # parentheses in parentheses: Python's parser stands some more
STAYS = NoneType, bool, str, bytes, type, np.dtype, Enum, EllipsisType  # another value is another form


@dataclass(frozen=True)
class Form:
    """A tree without its leaves: a class with the forms of its parts, or a value that stays, or the place of a leaf."""

    kind: type | None  # of a node, or of a value that stays; `None` of a leaf
    parts: tuple[Form, ...] = ()
    names: tuple[Tree, ...] = ()  # keys of a dictionary, or the names of the fields of a dataclass or a named tuple
    value: Tree = None
    stays: bool = False

    def build(self, leaves: Sequence[Tree]) -> Tree:
        """The tree with these leaves."""
        return self._build(iter(leaves))

    def _build(self, leaves: Iterator[Tree]) -> Tree:
        if self.kind is None:
            return next(leaves)
        if self.stays:
            return self.value
        parts = [part._build(leaves) for part in self.parts]
        if self.kind is dict:
            return dict(zip(self.names, parts, strict=True))
        return self.kind(parts) if self.kind in (tuple, list) else self.made(*parts)

    def made(self, *parts: Tree) -> Tree:
        """A dataclass or a named tuple with these in its fields."""
        assert self.kind
        return self.kind(**dict(zip(self.names, parts, strict=True)))

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return sum(part.size for part in self.parts) + (self.kind is None)

    def written(self, leaves: Iterator[str], names: dict[str, object], depth: int = 0) -> str:
        """The tree as an expression of Python, with these for its leaves; adds the values of its names to `names`.

        What a program calls its things is no part of the expression, which is run. What is nested deeper than Python
        reads is built by a function.
        """
        if self.kind is None:
            return next(leaves)
        if self.stays:
            return _written(self.value, names)
        if depth == DEEPEST:
            return f"{named('build', self.build, names)}([{', '.join(islice(leaves, self.size))}])"
        parts = [part.written(leaves, names, depth + 1) for part in self.parts]
        if self.kind is tuple:
            return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"
        if self.kind is list:
            return f"[{', '.join(parts)}]"
        if self.kind is dict:
            keys = [_written(key, names) for key in self.names]
            return f"{{{', '.join(f'{key}: {part}' for key, part in zip(keys, parts, strict=True))}}}"
        if all(name.isascii() and not iskeyword(name) for name in self.names):  # names that Python reads as they are
            parts = [f"{name}={part}" for name, part in zip(self.names, parts, strict=True)]
            return f"{named('made', self.kind, names)}({', '.join(parts)})"
        return f"{named('made', self.made, names)}({', '.join(parts)})"

    def __repr__(self) -> str:
        """The tree, with a star for each leaf."""
        return self.written(repeat("*"), {})


def _written(value: Tree, names: dict[str, object]) -> str:
    """A value as it is written in Python, or a name for it."""
    short = type(value) in (NoneType, bool, str) or (type(value) is int and value.bit_length() < 64)
    return repr(value) if short else named("value", value, names)


def named(kind: str, value: Tree, names: dict[str, object]) -> str:
    """A new name for the value, which tells what it is and how many names there were."""
    name = next(name for at in count(len(names)) if (name := f"{kind}{at}") not in names)
    names[name] = value
    return name


LEAF = Form(None)


def flatten(tree: Tree, also: Callable[[object], bool] = lambda x: False) -> tuple[list[Tree], Form]:
    """The leaves, from left to right, and the form of the rest; with leaves of another kind, if there is one, `also`.

    Raises `StagingError` for anything else than a tree.
    """
    leaves: list[Tree] = []
    return leaves, _form(tree, leaves, also)


def _form(tree: Tree, leaves: list[Tree], also: Callable[[object], bool]) -> Form:
    kind = type(tree)
    if kind in (tuple, list):
        return Form(kind, tuple([_form(part, leaves, also) for part in tree]))
    if kind is dict:
        return Form(kind, tuple([_form(part, leaves, also) for part in tree.values()]), tuple(tree))
    if kind is np.memmap:
        tree, kind = np.asarray(tree), np.ndarray
    if is_leaf(tree) or also(tree):
        leaves.append(tree)
        return LEAF
    if isinstance(tree, STAYS):
        return Form(kind, value=tree, stays=True)
    names = _names(tree)
    return Form(kind, tuple([_form(getattr(tree, name), leaves, also) for name in names]), names)


def is_leaf(x: object) -> bool:
    """Is this an array, or a number that is another one at each call?"""
    if type(x) is np.ndarray or isinstance(x, np.generic):
        return x.dtype.kind in NUMERIC
    return type(x) in (int, float) or isinstance(x, Written)


def _names(tree: Tree) -> tuple[str, ...]:
    """The names of the fields, from which a dataclass or a named tuple can be made again."""
    named = getattr(tree, "_fields", None)
    if isinstance(tree, tuple) and isinstance(named, tuple) and all(str(name).isidentifier() for name in named):
        return tuple(named)
    if is_dataclass(tree) and not isinstance(tree, type) and all(field.init for field in fields(tree)):
        return tuple(field.name for field in fields(tree))
    got = f"{type(tree).__name__} {getattr(tree, '__qualname__', None) or told(tree)}"
    instead = "give the arrays and numbers in it"
    if callable(tree):
        instead = "give arrays and numbers; a function among the results needs its arguments, so donate none"
    if hasattr(tree, "__array_namespace__"):
        instead = "give arrays of numbers of NumPy's own class; jax.jit compiles what runs on JAX"
    raise StagingError(f"stage: wanted trees of arrays and numbers, got {got}; {instead}")


def unpacker(form: Form, leaves: Sequence[Tree]) -> Callable[[Tree], tuple[Tree, ...] | None]:
    """A quick function from a tree to its leaves, if it has this form and they have these classes, shapes and dtypes.

    >>> leaves_of = unpacker(*reversed(flatten((np.zeros(2), (1.0,)))))
    >>> leaves_of((np.ones(2), (3.0,))), leaves_of((np.ones(3), (3.0,)))
    ((array([1., 1.]), 3.0), None)
    """
    names: dict[str, object] = {}
    statements = list[str]()
    found = list[str]()

    def value(x: Tree) -> str:
        return named("value", x, names)

    def check(wanted: str) -> None:
        statements.append(f"if not ({wanted}): return None")

    def read(form: Form, name: str) -> None:
        kind = form.kind or type(leaves[len(found)])
        check(f"type({name}) is {value(kind)}")
        if form.kind is None:
            if kind is np.ndarray:
                leaf = leaves[len(found)]
                check(f"{name}.shape == {leaf.shape} and {name}.dtype == {value(leaf.dtype)}")
            found.append(name)
        elif form.stays:
            check(f"{name} == {value(form.value)}")
        else:
            parts = [f"{name}_{i}" for i in range(len(form.parts))]
            if kind in (tuple, list):
                check(f"len({name}) == {len(parts)}")
                given = name
            elif kind is dict:
                check(f"(*{name},) == {value(form.names)}")
                given = f"*{name}.values(),"
            else:
                given = f"{value(attrgetter(*form.names))}({name})" if form.names else name
                given += "," * (len(parts) == 1)
            if parts:
                statements.append(f"{', '.join(parts)}, = {given}")
            for part, inner in zip(form.parts, parts, strict=True):
                read(part, inner)

    read(form, "a")
    body = "\n    ".join([*statements, f"return ({', '.join(found)}{',' if found else ''})"])
    exec(compile(f"def unpack(a):\n    {body}\n", "<unpack>", "exec"), names)
    unpack: Callable[[Tree], tuple[Tree, ...] | None] = names["unpack"]  # type: ignore[assignment]  # which exec made
    return unpack
