"""What a program calls its things is never run: classes, fields, functions, keys, dimensions, in both targets."""

import builtins
import re
from collections import namedtuple
from collections.abc import Callable
from dataclasses import field, make_dataclass
from enum import IntEnum
from keyword import iskeyword
from types import FunctionType
from typing import Any, TypeAlias

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cat_ad import Dim, each, primitive, stage
from cat_ad.objects.spaces import floats, product
from cat_ad.staging.c.source import Writer
from cat_ad.staging.trace.program import traced
from cat_ad.staging.trace.trees import flatten

Bad: TypeAlias = Any  # Any: what a type checker would know is not said

CODE = "__import__('builtins').__dict__.setdefault('RAN', 1)"

# Names that generated code has itself, that are no names, and that end a comment or a line, in Python or in C
OURS = (
    *("x0", "x1", "t0", "t1", "n0", "c0", "a", "a_0", "made0", "value0", "later0", "slot0", "class", "None", "self"),
    *("workspace", "staged", "unpack", "run", "call", "memory", "block", "code", "array", "aligned", "sin", "float64"),
    *("getattr", "type", "len", "empty", "copyto", "usable", "fail", "constants", "kept", "int64_t", "names", "parts"),
)
ENDS = (
    *("*/ #error\n", "*/", "/*", "\\", "??/", "\n", "\r", "\x0c", "\x85", "\u2028", "'", '"', "{", "%s", "#"),
    *(f"\n{CODE}\n", f"\r    {CODE}\r", f"{CODE} or dict", f"'+{CODE}+'", '"""', "ﬁ", "", " ", "a.b", "a b", "<x>"),
)
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)
ANY = st.sampled_from(OURS) | st.sampled_from(ENDS) | TEXT
FIELDS = (st.sampled_from(OURS) | st.text("xyz_1", min_size=1)).filter(lambda x: x.isidentifier() and not iskeyword(x))


def renamed(f: Callable[..., Bad], name: str) -> Bad:
    """The same function, whose code has another name."""
    assert isinstance(f, FunctionType)
    f.__code__ = f.__code__.replace(co_name=name, co_qualname=name)
    f.__name__ = f.__qualname__ = name
    return f


def fields_of(kind: Bad) -> tuple[str, ...]:
    """The names of its fields."""
    return tuple(kind._fields if hasattr(kind, "_fields") else kind.__dataclass_fields__)


class Row(IntEnum):
    """A number that prints as something else."""

    FIRST = 0

    def __format__(self, form: str) -> str:
        return CODE

    __str__ = __repr__ = lambda self: CODE


Case: TypeAlias = tuple[Callable[[Bad], Bad], Bad]


def case(names: tuple[str, ...], fields: list[str], by_keyword: bool) -> Case:
    """A function, and a tree for its argument, with everything in it called so."""
    name, of_function, key, of_dim, of_rule = names
    key += "\ud800"
    parts: Bad = [(part, float, field(kw_only=by_keyword)) for part in fields]
    kinds: list[Bad] = [make_dataclass("Data", parts), namedtuple("Named", [x for x in fields if x[0] != "_"])]
    for kind in kinds:
        kind.__name__ = kind.__qualname__ = name
    dims: list[Bad] = [type(of_dim, (Dim,), {}, size=size) for size in (2, 3)]
    space = floats(dims[1])

    def rule(xy: Bad) -> Bad:
        return np.sin(xy[0]) * xy[1]

    def derivative(xy: Bad, z: Bad, k: Bad) -> Bad:
        return k.linear_map(product(space, space), space, lambda d: d[0], lambda d: (d, d))

    both = product(space, space)
    lifted: Bad = each(dims[0], primitive(name, both, space, renamed(rule, of_rule), renamed(derivative, of_rule)))

    def f(tree: Bad) -> Bad:
        x = tree[key][0]
        y = lifted((x, np.cos(x)))
        made = [kind(**{part: y * at for at, part in enumerate(fields_of(kind))}) for kind in kinds]
        return {key: made, key + "'": (y[Row.FIRST], x[:, np.asarray([0, 2])], x * Row.FIRST, of_rule)}

    given = [kind(**{part: float(at) for at, part in enumerate(fields_of(kind))}) for kind in kinds]
    return renamed(f, of_function), {key: (np.arange(6.0).reshape(2, 3), given), key + name + "'": 1.0}


CASES = st.builds(case, st.tuples(*[ANY] * 5), st.lists(FIELDS, max_size=3, unique=True), st.booleans())


def run(one: Case, target: str) -> None:
    """It gives what the function gives, of the same classes, and nothing else happens."""
    f, tree = one
    staged = stage(f, target)
    for _ in range(2):
        wanted, found = flatten(f(tree)), flatten(staged(tree))
        assert wanted[1] == found[1]
        for x, y in zip(wanted[0], found[0], strict=True):
            np.testing.assert_allclose(x, y, rtol=1e-12)
    assert staged.source.replace("\n", "").isprintable()
    assert not hasattr(builtins, "RAN")


@given(CASES)
@settings(max_examples=25)
def test_what_a_program_calls_its_things_is_never_run(one: Case) -> None:
    """And no name is in the way of another."""
    run(one, "numpy")


@given(CASES)
@settings(max_examples=3)
def test_nor_in_c(one: Case) -> None:
    """Where each case is compiled."""
    run(one, "c")


def in_c(names: tuple[str, ...]) -> str:
    """The C of such a case, without its comments."""
    f, tree = case(names, [], False)
    leaves, form = flatten((tree,))
    return re.sub(r"/\*.*?\*/", "", Writer(traced(f, form, leaves), frozenset(), vector=32).source())


@given(st.tuples(*[ANY] * 5))
@settings(max_examples=25)
def test_the_c_is_the_same_whatever_the_names(names: tuple[str, ...]) -> None:
    """But for comments."""
    assert in_c(names) == in_c(("f", "g", "h", "N", "r"))


def test_fields_that_are_no_names_are_none() -> None:
    """Of a tuple that says so of itself."""
    form: Bad = type("Tuple", (tuple,), {"_fields": (CODE,)})
    with pytest.raises(TypeError, match="wanted trees of arrays and numbers, got"):
        stage(lambda x: x[0])(form([np.ones(2)]))
    assert not hasattr(builtins, "RAN")
