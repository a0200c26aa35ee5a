"""Incremental evaluation: what a change of the input changes in the output (Elliott 2017, Compiling to categories).

It is the chain rule once more, over a category that is only cartesian. A change of an array is its new value, or `None`
where nothing changes; a change of a product has one for each factor; and a ⊕ da is a with the change made. The
derivative of f at a is a machine, which takes changes of the argument one after the other, and gives those of the
value. Its first step is a function df, for which, and likewise for each later step,

    f(a ⊕ da)  =  f(a) ⊕ df(da)       exactly: what changes is computed anew, by the same functions
    df(None)   =  None                and what does not change is not computed

>>> from cat_ad import Scalar, identity, mul, primitive
>>> def squared(x):
...     print("at work")
...     return x * x
>>> square = primitive("square", Scalar, Scalar, squared, lambda x, y, k: k.scale(2 * x))
>>> b, update = incremental(square * identity(Scalar) >> mul(Scalar))((3.0, 1.0))
at work
>>> b, update = update((None, 2.0))
>>> b
np.float64(18.0)
>>> b, update = update((4.0, None))
at work
>>> b
np.float64(32.0)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeAlias, TypeVar

from cat_ad.arrows.generators import Primitive
from cat_ad.arrows.given import HasArrow, require_arrow
from cat_ad.categories.category import A, B, Hom
from cat_ad.derivatives.chain_rule import ChainRule, Differentiable, function, hom
from cat_ad.objects.ownership import copied
from cat_ad.objects.trees import leaves, tree_map
from cat_ad.readings import machines
from cat_ad.readings.machines import Machine, Mealy, MealyMachines

Change: TypeAlias = Any  # Any: a value, or None, or a tuple of changes; mypy has no type for that
B_co = TypeVar("B_co", covariant=True)


class Update(Protocol[B_co]):
    """A function of a change of the argument, to the value at the changed argument and the update from there."""

    def __call__(self, da: Change, /) -> tuple[B_co, Update[B_co]]:
        """The next value and the next update."""
        ...


def incremental(f: HasArrow[A, B]) -> Callable[[A], tuple[B, Update[B]]]:
    """a in A to (f(a), update), where update(da) is such a pair again, for a with the change da made.

    Only those parts of f that depend on what has changed are computed anew. In the place of an array a change has its
    new value, or `None`, which may also stand for a whole product. An update can be called many times, from one point
    to many. It keeps what it needs: arguments may be written over, and results are the caller's own
    (`cat_ad.objects.ownership`). Raises `SpaceError` for what is no arrow, and for a value outside A, changed or not.
    """
    f = require_arrow("incremental", f)
    run = function(f.to(Incremental()))

    def at(a: A) -> tuple[B, Update[B]]:
        a = copied(f.boundary(a))
        b, derivative = run(a)
        machine = machines.function(derivative)

        def evaluated(a: A, b: B, state: machines.State) -> tuple[B, Update[B]]:
            def update(da: Change) -> tuple[B, Update[B]]:
                da = copied(difference(f.boundary(changed(a, da)), a))
                after, db = machine.step(state, da)
                return evaluated(changed(a, da), changed(b, db), after)

            return copied(b), update

        return evaluated(a, b, machine.start)

    return at


class Incremental(ChainRule[Machine]):
    """Functions with the machines that take changes of their arguments."""

    def __init__(self) -> None:
        """Over the category of machines."""
        super().__init__(MealyMachines())

    def primitive(self, arrow: Primitive[A, B]) -> Hom[Differentiable[Machine], A, B]:
        """Its value, and a machine that remembers argument and value, and computes only if an argument has changed."""

        def step(before: tuple[A, B], da: Change) -> tuple[tuple[A, B], Change]:
            a, b = before
            after = changed(a, da)
            value = arrow.value(after) if is_change(da) else b
            return (after, value), difference(value, b)

        def run(a: A) -> tuple[B, Hom[Machine, A, B]]:
            b = arrow.value(a)
            return b, machines.hom(Mealy((a, b), step))

        return hom(run)


def changed(a: Change, da: Change) -> Change:
    """a ⊕ da: a value with a change made."""
    if isinstance(a, tuple) and isinstance(da, tuple) and len(a) == len(da):
        return tuple(map(changed, a, da))
    return a if da is None else da


def difference(b: Change, a: Change) -> Change:
    """b ⊖ a: the change from a to b. An array does not change if it is the very same object in both."""
    return tree_map(lambda after, before: None if after is before else after, b, a)


def is_change(da: Change) -> bool:
    """Does it change anything?"""
    return any(part is not None for part in leaves(da))
