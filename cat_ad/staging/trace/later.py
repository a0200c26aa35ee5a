"""Functions among the results of a staged function, such as the pullback that `reverse` gives: staged when called.

A function that is returned depends on the arguments of the one that returned it. So it is staged as a function of those
arguments and of its own, in which what it does not need is dropped:

    stage(fn)(x)[i](v) = stage(lambda x, v: fn(x)[i](v))(x, v)

What it needs of the value is computed again. The arguments must not change before it is called.

>>> import numpy as np
>>> from cat_ad import Scalar, reverse, sin, stage
>>> value, pullback = stage(reverse(sin(Scalar)))(np.asarray(0.0))
>>> value, pullback(np.asarray(3.0))
(np.float64(0.0), np.float64(3.0))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from types import FunctionType, MethodType
from typing import TypeAlias

from cat_ad.staging.trace.calls import require_arguments
from cat_ad.staging.trace.lines import Sample
from cat_ad.staging.trace.trees import Form, Tree, flatten

Function: TypeAlias = Callable[..., Tree]


def is_function(x: object) -> bool:
    """Is this a function of Python, rather than an object that can be called?"""
    return isinstance(x, FunctionType | MethodType | partial)


@dataclass(frozen=True, eq=False)
class Later:
    """A function among the results of `fn`, whose arguments have this form; `place` is its number among the leaves."""

    fn: Function
    form: Form
    place: int
    stage: Callable[[Function], Function]

    def __call__(self, *leaves: Sample) -> Function:
        """The function, for these arguments of `fn`."""
        return partial(self.staged, leaves)

    def expression(self, arguments: Sequence[str], names: dict[str, object]) -> str:
        """The function for these arguments, as an expression of Python; adds the value of its name to `names`."""
        names[name := f"later{self.place}"] = self
        return f"{name}({', '.join(arguments)})"

    @cached_property
    def staged(self) -> Function:
        """The function of the arguments of `fn`, and of its own."""
        return self.stage(self.run)

    def run(self, leaves: tuple[Sample, ...], *arguments: Tree) -> Tree:
        """What the function gives."""
        found, _ = flatten(self.fn(*self.form.build(leaves)), is_function)
        require_arguments(found[self.place], arguments)
        return found[self.place](*arguments)
