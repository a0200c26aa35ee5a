"""What `help(cat_ad)` shows: all public names in tables that are true, on a few screens."""

import inspect
import pydoc
import re
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import cat_ad
from cat_ad import Arrow, Dim, Float, Para, Scalar, Three, add, constant, it, para
from cat_ad.objects.spaces import products

ROOT = Path(__file__).parent.parent
DOC = inspect.getdoc(cat_ad) or ""
PUBLIC = {
    name
    for name, value in vars(cat_ad).items()
    if not name.startswith("_") and not inspect.ismodule(value) and name != "TYPE_CHECKING"
}
ROWS = [
    (call, dom, cod, "Para" if section.startswith("Layers:") else "Arrow")
    for section in re.split(r"\n\n(?=\w)", DOC)
    for line in section.splitlines()
    if (row := re.fullmatch(r"    (\w+\(.*\)) +(\w+(?:\[.*\])?) -> (\w+(?:\[.*\])?)", line))
    for calls, dom, cod in [row.groups()]
    for call in re.findall(r"\w+\([^()]*\)", calls)
]
assert {kind for *_, kind in ROWS} == {"Para", "Arrow"}


class I(Dim, size=6):  # noqa: E742  (a dimension, as everywhere)
    """As many as P has entries."""


class J(Dim, size=2):
    """Two."""


class K(Dim, size=4):
    """Four."""


class T(Dim):
    """Open."""


class H(Dim, size=2):
    """Two."""


def zeros(rng: np.random.Generator) -> Any:  # Any: of any object
    """No parameters to speak of."""
    return np.zeros(6)


SPACE: dict[str, Any] = {  # Any: what the tables use
    **vars(cat_ad),
    **{"I": I, "J": J, "K": K, "T": T, "H": H, "Three": Three},
    **{"A": Float[I], "B": Float[J], "C": Scalar, "P": products(Float[J], Float[K])},
    **{"a": np.zeros(6), "f": para("f", Float[I], add(Float[I]), zeros), "init": zeros},
    "g": para("g", Float[I], it(tuple[Float[I], Float[I]]) >> constant(Float[J], np.zeros(2)), zeros),
}


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_every_public_name_is_in_the_tables(name: str) -> None:
    assert re.search(rf"\b{name}\b", DOC), f"write a line about {name} in the docstring of cat_ad"


@pytest.mark.parametrize(("call", "dom", "cod", "kind"), ROWS, ids=[call for call, *_ in ROWS])
def test_a_row_tells_the_objects(call: str, dom: str, cod: str, kind: str) -> None:
    """Of the arrow that the call makes, which has parameters to draw where the section says so."""
    made = eval(call, SPACE)
    assert isinstance(made, Arrow | Para)
    assert isinstance(made, Para) == (kind == "Para")
    assert isinstance(made, Arrow) or made.init(np.random.default_rng(0)) is not None
    assert (made.dom, made.cod) == (eval(dom, SPACE), eval(cod, SPACE))


def test_every_factory_that_takes_objects_has_a_row() -> None:
    """All that return an arrow or a parametrised one, from objects and dimensions alone."""
    factories = {
        name
        for name in PUBLIC
        if inspect.isfunction(made := getattr(cat_ad, name))
        and re.match("Arrow|Para", str(inspect.signature(made).return_annotation))
        and re.search(r"type\[|TypeForm\[", str(next(iter(inspect.signature(made).parameters.values())).annotation))
    }
    assert len(factories) > 50
    assert factories <= {call.split("(")[0] for call, *_ in ROWS}


def test_help_is_short() -> None:
    """A few screens; and the names are those that type checkers know."""
    assert len(pydoc.plain(pydoc.render_doc(cat_ad)).splitlines()) < 200
    listed = list(cat_ad.__all__)
    assert sorted(listed) == listed
    assert set(listed) == PUBLIC


def test_all_names_are_imported_at_once() -> None:
    found: dict[str, Any] = {}  # Any: everything
    exec("from cat_ad import *", found)
    assert found.keys() >= PUBLIC
    assert isinstance(found["tanh"](Scalar), Arrow)


def test_the_version_is_the_package_s() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert cat_ad.__version__ == project["version"]
