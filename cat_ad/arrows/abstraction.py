"""Ordinary functions as arrows: `arrow(f)`.

A typed function of arrays is run once, on variables, and read off as an arrow: what it computes is a graph, and that
an arrow of the free cartesian category (functional completeness, Lambek & Scott 1986, I.6; Elliott 2017). A value that
has a name is computed once, however often the name is used; what nobody uses is not computed; and all that can be asked
of an arrow can be asked of it. The law is that it is the function:

    arrow(f)(a) = f(a)

>>> import numpy as np
>>> from cat_ad import Dim, Float, cost, matvec, tanh
>>> class Hidden(Dim, size=3): ...
>>> class Inputs(Dim, size=2): ...
>>> @arrow
... def layer(w: Float[Hidden, Inputs], b: Float[Hidden], x: Float[Inputs]) -> Float[Hidden]:
...     return tanh(matvec(w, x) + b)
>>> print(layer)
((w, b, x) -> tanh(affine((w, b), x)))
>>> layer(np.ones((3, 2)), np.zeros(3), np.ones(2)).round(2)
array([0.96, 0.96, 0.96])

A function of one argument is an arrow from its object, and one of more from their product. A function that has no
annotations is given its objects:

>>> square = arrow(lambda x: x * x, Float[Hidden])
>>> square(np.arange(3.0))
array([0., 1., 4.])

A variable stands for a value, which does not change: after `y = x`, `y += 1.0` gives the name y to a new value, where
on an array of NumPy it changes the array, that x names too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any, TypeAlias, TypeVar, TypeVarTuple, Unpack, overload

import numpy as np
from typing_extensions import TypeForm

from cat_ad.arrows.completeness import arrow_of, free_in, weights_in
from cat_ad.arrows.elements import (
    Element,
    Elements,
    Given,
    OfGiven,
    Run,
    is_general,
    leaves,
    number_of,
    object_of,
    told_of,
    variables,
)
from cat_ad.arrows.fitting import constant, fitted, named_as
from cat_ad.arrows.parametrised import Para, SomePara
from cat_ad.arrows.polymorphism import constant_of
from cat_ad.arrows.signatures import at_line, name_of, place_of, signature_of, told_by
from cat_ad.arrows.terms import Arrow, SomeArrow, with_names
from cat_ad.categories.category import A, B, C, D
from cat_ad.errors import InterpretationError, SpaceError
from cat_ad.objects.differences import first_difference
from cat_ad.objects.spaces import Scalar, Unit, brief

E = TypeVar("E")
More = TypeVarTuple("More")
Collected: TypeAlias = Any  # Any: parameters of layers, which are known when the function has run


@overload
def arrow(f: Callable[[], E], /) -> Arrow[Unit, E]: ...
@overload
def arrow(f: Callable[[A], E], /) -> Arrow[A, E]: ...
@overload
def arrow(f: Callable[[A, B, Unpack[More]], E], /) -> Arrow[tuple[A, B, *More], E]: ...
@overload
def arrow(f: Callable[[A], E], a: TypeForm[A], /) -> Arrow[A, E]: ...
@overload
def arrow(f: Callable[[A, B], E], a: TypeForm[A], b: TypeForm[B], /) -> Arrow[tuple[A, B], E]: ...
@overload
def arrow(f: Callable[[A, B, C], E], a: TypeForm[A], b: TypeForm[B], c: TypeForm[C], /) -> Arrow[tuple[A, B, C], E]: ...
@overload
def arrow(
    f: Callable[[A, B, C, D], E], a: TypeForm[A], b: TypeForm[B], c: TypeForm[C], d: TypeForm[D], /
) -> Arrow[tuple[A, B, C, D], E]: ...
def arrow(f: OfGiven, /, *objects: Given) -> SomeArrow:
    """The arrow of a function of arrays, from its objects, which are those of its annotations if none are given."""
    names, spaces, cod = signature_of("arrow", f, objects)
    with Run(name_of(f)) as run:
        context, result = _applied(f, spaces, cod, run)
        for weight in weights_in(result):
            raise InterpretationError(
                f"{place_of(f)}: wanted a function without parameters of its own, found those of {weight.drawn.layer}; "
                "@model collects them"
            )
        return told_by(with_names(arrow_of(result, context, as_written=True), names), f)


@overload
def model(f: Callable[[], E], /) -> Para[Collected, Unit, E]: ...
@overload
def model(f: Callable[[A], E], /) -> Para[Collected, A, E]: ...
@overload
def model(f: Callable[[A, B, Unpack[More]], E], /) -> Para[Collected, tuple[A, B, *More], E]: ...
@overload
def model(f: Callable[[A], E], a: TypeForm[A], /) -> Para[Collected, A, E]: ...
@overload
def model(f: Callable[[A, B], E], a: TypeForm[A], b: TypeForm[B], /) -> Para[Collected, tuple[A, B], E]: ...
@overload
def model(
    f: Callable[[A, B, C], E], a: TypeForm[A], b: TypeForm[B], c: TypeForm[C], /
) -> Para[Collected, tuple[A, B, C], E]: ...
@overload
def model(
    f: Callable[[A, B, C, D], E], a: TypeForm[A], b: TypeForm[B], c: TypeForm[C], d: TypeForm[D], /
) -> Para[Collected, tuple[A, B, C, D], E]: ...
def model(f: OfGiven, /, *objects: Given) -> SomePara:
    """The parametrised arrow of a function that applies parametrised arrows: its parameters are theirs, in order.

    They are paired to the left, as those of a pipeline are. A layer that is applied twice has parameters twice; to
    share them, make them a value that is used twice:

    >>> from cat_ad import Dim, Float, linear, parameter
    >>> class Hidden(Dim, size=3): ...
    >>> layer = linear(Hidden, Hidden)
    >>> @model
    ... def twice(x: Float[Hidden]) -> Float[Hidden]:
    ...     p = parameter(layer.parameters, layer.init)()
    ...     return layer(p, layer(p, x))
    >>> twice.parameters == layer.parameters
    True
    """
    names, spaces, cod = signature_of("model", f, objects)
    with Run(name_of(f)) as run:
        context, result = _applied(f, spaces, cod, run)
        drawn = [*dict.fromkeys(weight.drawn for weight in weights_in(result))]
        whole: Elements = reduce(lambda left, right: (left, right), [one.whole for one in drawn]) if drawn else ()
        body = arrow_of(result, (whole, context), as_written=True)

    def init(rng: np.random.Generator) -> Collected:
        return reduce(lambda left, right: (left, right), [one.layer.init(rng) for one in drawn]) if drawn else ()

    shown = names[0] if len(names) == 1 else ", ".join(names)
    made = Para(
        name_of(f),
        object_of(whole),
        object_of(context),
        body.cod,
        init,
        lambda: with_names(body, ["parameters", shown]),
    )
    return told_by(made, f)


def _applied(f: OfGiven, spaces: Sequence[type], cod: type | None, run: Run) -> tuple[Elements, Elements]:
    """Variables, and what the function makes of them."""
    given = [variables(space, run) for space in spaces]
    context = given[0] if len(given) == 1 else tuple(given)
    with at_line(f):
        result = f(*given)
    return context, as_elements(place_of(f), result, cod, context)


def closed(
    asked: str, f: OfGiven, spaces: Sequence[type], made: Callable[[Given, Elements], Given] = lambda result, _: result
) -> tuple[SomeArrow, Elements]:
    """A local function as an arrow without free variables (closure conversion), and what its variables stand for.

    It begins at the product of the objects of those and of its arguments; if there are none, at that of its arguments.
    It ends where `made` of what it gives does, and of its variables.
    """
    with Run(asked) as run:
        given = [variables(space, run) for space in spaces]
        context = given[0] if len(given) == 1 else tuple(given)
        result = as_elements(asked, made(f(*given), context), None, context)
        free = _balanced(free_in(result, run.made))
        return arrow_of(result, (free, context) if is_general(free) else context, as_written=True), free


def with_constants(asked: str, result: Given, context: Elements) -> Given:
    """What a function gave, where a number is a Scalar, and an array of numbers is of its shape."""
    if isinstance(result, tuple):
        return tuple([with_constants(asked, part, context) for part in result])
    if isinstance(result, Element) or not _constants(result):
        return result
    near = leaves(context)
    return fitted(asked, Scalar, result, near[0]) if near and number_of(result) is not None else constant_of(result)


def _balanced(x: Sequence[Elements]) -> Elements:
    """Nested pairs, as deep as must be."""
    if len(x) < 2:
        return x[0] if x else ()
    return _balanced(x[: len(x) // 2]), _balanced(x[len(x) // 2 :])


def as_elements(name: str, result: Given, cod: type | None, context: Elements) -> Elements:
    """What a function gave as elements of an object, if that is known. Raises `SpaceError` if it is something else."""
    if not _all_general(result):
        near, constants = leaves(context), _constants(result)
        if cod is None or not constants:
            advice = "an annotation tells the object of a number, -> Scalar" if constants else "return x, or (x, y)"
            raise SpaceError(
                f"{name}: wanted an array, or a tuple of arrays, as its result, got {told_of(result)}; {advice}"
            )
        result = fitted(name, cod, result, near[0]) if near else constant(cod, result)
    made: Elements = result
    for leaf in leaves(made):
        if leaf.run:
            leaf.run.require_going_on(f"{name}, its result: ")
    if cod is not None and object_of(made := named_as(cod, made)) != cod:
        found = object_of(made)
        raise SpaceError(f"{name}: wanted a result in {brief(cod)}, got {brief(found)}; {first_difference(found, cod)}")
    return made


def _all_general(x: object) -> bool:
    return isinstance(x, Element) or (isinstance(x, tuple) and all(map(_all_general, x)))


def _constants(x: object) -> bool:
    return (
        all(map(_constants, x)) if isinstance(x, tuple) else isinstance(x, Element | int | float) or hasattr(x, "shape")
    )
