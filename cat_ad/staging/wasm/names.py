"""Names of buffers: an argument's name in Python, and the way to the leaf; of a result, the name of the function.

>>> import numpy as np
>>> from cat_ad.staging.trace.trees import flatten
>>> _, form = flatten((({"w": np.zeros(2)}, 1.0), np.zeros(3)))
>>> of_arguments(lambda params, batch: params, form)
['params.0.w', 'params.1', 'batch']
>>> [*of_leaves(form, "step()")]
['step().0.0.w', 'step().0.1', 'step().1']
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from inspect import signature
from typing import TypeAlias

from cat_ad.errors import StagingError
from cat_ad.staging.trace.trees import Form, Tree

Part: TypeAlias = tuple[tuple[Form, tuple[Hashable, ...]], range]  # its form, the kinds of its leaves, and their places


def of_leaves(form: Form, name: str) -> Iterator[str]:
    """Of the leaves of a tree of this name, from left to right."""
    if form.kind is None:
        yield name
    for key, part in zip(form.names or range(len(form.parts)), form.parts, strict=True):
        yield from of_leaves(part, f"{name}.{key}")


def of_arguments(fn: Callable[..., Tree], form: Form) -> list[str]:
    """Of the leaves of all arguments. Raises `StagingError` where two have one name."""
    found = list[str]()
    for name, parts in signature(fn).bind(*form.parts).arguments.items():
        found += of_leaves(parts if isinstance(parts, Form) else Form(tuple, parts), name)
    twice = [name for name, many in Counter(found).items() if many > 1]
    if twice:
        raise StagingError(f"stage: wanted leaves of different names, got two {twice[0]!r}; use other keys")
    return found


def parts(form: Form, kinds: Sequence[Hashable], start: int = 0) -> Iterator[Part]:
    """All parts of a tree, the whole first, whose leaves are from this one on."""
    places = range(start, start + form.size)
    yield (form, tuple(kinds[places.start : places.stop])), places
    for part in form.parts:
        yield from parts(part, kinds, start)
        start += part.size


def updates(given: Sequence[Part], results: Sequence[Part]) -> dict[int, int]:
    """The leaves of a result that take the places of arguments that are given up, each with the leaf that it replaces.

    A result has, in order, a part for each such argument, of its form, shapes and dtypes, the larger ones first. Raises
    `StagingError` where it has fewer or more.
    """
    found = dict[int, int]()
    for kind, many in sorted(Counter(kind for kind, _ in given).items(), key=lambda item: -len(item[0][1])):
        old = [places for other, places in given if other == kind]
        new = [places for other, places in results if other == kind and not found.keys() & places]
        if kind[1] and len(new) != many:
            raise StagingError(
                f"stage: wanted a result for each argument that is given up and like it, got {len(new)} for {many}; "
                "return what takes the place of each, and nothing else of its form, shapes and dtypes"
            )
        for before, after in zip(old, new, strict=False):
            found |= zip(after, before, strict=True)
    return found
