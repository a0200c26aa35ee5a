"""What a primitive is: the generators of the free category, of which all other arrows are composed.

A primitive has a value, and states its derivative once, in the vocabulary of a category k of linear maps: every mode
reads it from there. Both act on the last axes of arrays and let leading axes through.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from functools import partial
from inspect import signature
from itertools import count
from typing import Any, Generic, Protocol, TypeAlias, TypeVar, cast, runtime_checkable

import numpy as np
from typing_extensions import TypeForm

from cat_ad.arrows.operations import Operation, Property
from cat_ad.arrows.printing import Piece, plainly
from cat_ad.arrows.sharing import Machine
from cat_ad.arrows.terms import Arrow, SomeArrow
from cat_ad.categories.biproduct import Linear
from cat_ad.categories.brands import branded
from cat_ad.categories.category import A, AnyHom, B, Cartesian, Hom, K, SomeHom
from cat_ad.categories.functions import Functions
from cat_ad.errors import InterpretationError, SpaceError, require_made_of, told
from cat_ad.objects.array_calls import call_for, called
from cat_ad.objects.spaces import Dim, all_dimensions, factors, is_array, require_object, show
from cat_ad.objects.trees import Tree

R = TypeVar("R")

# How a primitive states its derivative, in the words of any category k of linear maps (section 4.6): given the point a
# and its own value b there, the derivative at a, an arrow of k from A to B
SomeLinear: TypeAlias = Linear[Any]  # Any: a brand, which the rule passes on
DerivativeRule: TypeAlias = Callable[[A, B, SomeLinear], Hom[Any, A, B]]  # Any: the same
SomeRule: TypeAlias = Callable[[Tree, Tree, SomeLinear], AnyHom]  # of a primitive between some objects
Tangents: TypeAlias = tuple[Callable[..., Tree], Callable[..., Tree]]  # functions of tangents, there and back
Parameters: TypeAlias = tuple[Any, ...]  # Any: numbers, dimensions, indices


@dataclass(frozen=True)
class Residual(Generic[A, B, R]):
    """A derivative that needs more than the value: `run` gives value and residual, and `rule` is given the residual.

    Called as a plain derivative rule, without a residual, it computes that again.
    """

    run: Callable[[A], tuple[B, R]]
    rule: Callable[[A, R, SomeLinear], AnyHom]  # from A to B, which checkers can tell by `run`

    def value(self, a: A) -> B:
        """The value alone."""
        return _with_kept("Residual", self.run(a))[0]

    def within(self, k: SomeLinear) -> Callable[[A], tuple[B, AnyHom]]:
        """Value and derivative in k, as D(k) has them."""

        def both(a: A) -> tuple[B, AnyHom]:
            b, kept = self.run(a)
            return b, self.rule(a, kept, k)

        return both

    def __call__(self, a: A, b: B, k: SomeLinear) -> AnyHom:
        """The derivative at a."""
        return self.within(k)(a)[1]


class LinearRule(Protocol):
    """How a linear primitive states itself, the same at every point, in the words of any category of linear maps."""

    def __call__(self, k: Linear[K], /) -> SomeHom[K]:
        """The primitive in `k`."""
        ...


Lifted: TypeAlias = "bool | tuple[Lifted, ...]"  # has an object the axis that `each` adds? All, nothing, or by factor


class LiftRule(Protocol):
    """How `each` lifts a primitive of which only some arguments have the new axis; see `cat_ad.arrows.lifting`."""

    def __call__(self, dim: type[Dim], lifted: Lifted, /) -> SomeArrow | None:
        """The primitive over one more axis of the arguments that have it, or `None` to have the others spread first."""
        ...


def _with_kept(name: str, found: tuple[B, R]) -> tuple[B, R]:
    """What `run` of a residual returns. Raises `SpaceError` unless it is a pair."""
    if not (isinstance(found, tuple) and len(found) == 2):
        raise SpaceError(f"{name}: wanted a pair of the value and what is kept, got {told(found)}; let run return both")
    return found


FUNCTIONS = "value", "derivative", "lift", "linear", "parts"
ITS_OWN = Operation("its own")  # stands for an operation that no other primitive has
UNSTATED = (object(),)  # and this for parameters that no other has


def _stated(derivative: DerivativeRule[A, B], a: A, b: B, k: SomeLinear) -> AnyHom:
    """What it states, as a plain rule."""
    return derivative(a, b, k)


@dataclass(frozen=True, eq=False, repr=False)
class Primitive(Arrow[A, B]):
    """An arrow with a value and a derivative of its own, which act on the last axes and let leading axes through.

    More may be given: `lift`, how `each` lifts it when only some arguments have the new axis; `linear`, if it is
    linear, which then is its derivative everywhere (of one with a constant derivative, where no point tells the shapes,
    so that the sizes of dimensions must); `loops`, the dimensions along which it is a loop, each entry by itself;
    `parts`, the same composed of simpler arrows. A derivative that wants more than the value is a `Residual`.

    What it does is its `operation`, one of its own unless it is given one, with `parameters`, of which the operation is
    a family. Two primitives are equal if these are, and their objects; and equal ones are computed once. A primitive
    that states no parameters is equal to itself only, and to its like that `each` makes. Who states them, so that
    two primitives of one factory are equal, states all that its functions depend on, beside objects.

    A copy (`dataclasses.replace`) with another function is another operation, of which nothing is known. If that is the
    value or the derivative, it has no `lift`, `linear` or `parts` that it is not given, since they spoke of the other;
    if it is the value, no `loops` either.
    """

    name: str
    value: Callable[[A], B]
    derivative: DerivativeRule[A, B]
    lift: LiftRule | None = None
    linear: LinearRule | None = None
    loops: tuple[type[Dim], ...] = ()
    parts: Callable[[], SomeArrow] | None = None
    operation: Operation = ITS_OWN
    parameters: Parameters = UNSTATED
    made_of: Mapping[str, object] | None = None  # its own parts, by which a copy knows that it has others

    def __post_init__(self) -> None:
        """Check that the objects are objects, and the functions functions (`SpaceError`)."""
        require_made_of("primitive", self.name, value=self.value, derivative=self.derivative)
        require_object(self.name, self.dom)
        require_object(self.name, self.cod)
        before, own = self.made_of or vars(self), vars(self).copy()
        changed = {part for part in FUNCTIONS if own[part] is not before[part]}
        if self.operation is ITS_OWN or (changed and self.operation is before["operation"]):
            own["operation"] = Operation(self.name)
        if self.parameters is UNSTATED:
            own["parameters"] = (object(),)
        if not changed.isdisjoint(("value", "derivative")):
            own.update(dict.fromkeys({"lift", "linear", "parts"} - changed))
        if "value" in changed:
            own["loops"] = () if own["loops"] is before["loops"] else own["loops"]
        if changed & {"value", "derivative"} == {"value"}:
            own["derivative"] = partial(_stated, own["derivative"])  # not with the residual of the other value
        del own["made_of"]
        vars(self).update(own, made_of=own)

    def has(self, *properties: Property) -> bool:
        """Has its operation all these properties?"""
        return self.operation.properties.issuperset(properties)

    def _in(self, category: Cartesian[K]) -> Hom[K, A, B]:
        if hasattr(type(category), "primitive"):  # as `isinstance` asks, which takes many times as long
            return cast(Interpretation[K], category).primitive(self)
        if isinstance(category, Linear) and self.linear:
            return self.linear(category)
        if isinstance(category, Functions):
            return branded(self.value)
        raise InterpretationError(
            f"wanted {self} read in {category}, which gives it no meaning; "
            f"read its derivative in D({category}), or define {type(category).__name__}.primitive"
        )

    def trace(self, machine: Machine[SomeArrow]) -> None:
        """One box."""
        machine.box(self, self.key, self.cod)

    @property
    def key(self) -> Hashable:
        """What equal primitives have in common."""
        return self.operation, tuple(map(_exactly, self.parameters)), self.dom, self.cod

    @property
    def shared(self) -> Arrow[A, B]:
        """It is one box."""
        return self

    def pieces(self) -> Sequence[Piece]:
        """Its name."""
        return (plainly(self.name),)


@runtime_checkable
class Interpretation(Protocol[K]):
    """A category that says what a primitive means: with that, it says what every arrow means (`Arrow.to`)."""

    def primitive(self, arrow: Primitive[A, B]) -> Hom[K, A, B]:
        """What a primitive means here. Raises `InterpretationError` where it means nothing."""
        ...


def _exactly(parameter: object) -> Hashable:
    """A parameter, told apart as it is written, and not by `==`: 0.0 from -0.0, 2 from 2.0; and nan is nan."""
    if isinstance(parameter, tuple):
        return tuple(map(_exactly, parameter))
    return (type(parameter), parameter.hex()) if isinstance(parameter, float) else (type(parameter), parameter)


SomePrimitive: TypeAlias = Primitive[Tree, Tree]  # of some objects


def linear_primitive(
    dom: type[A],
    cod: type[B],
    name: str,
    value: Callable[[A], B],
    linear: LinearRule,
    loops: tuple[type[Dim], ...] = (),
    operation: Operation = ITS_OWN,
    parameters: Parameters = UNSTATED,
) -> Primitive[A, B]:
    """A primitive that is linear, from its value and itself in the words of any category of linear maps."""
    return Primitive(
        *(dom, cod, name, value, lambda a, b, k: linear(k)),
        linear=linear,
        loops=loops,
        operation=operation,
        parameters=parameters,
    )


def _require_arguments(name: str, part: str, function: Callable[..., object], form: str, many: int) -> None:
    """Raise `SpaceError` unless the function takes so many arguments, if Python can tell."""
    fits = many > 0 or not isinstance(function, Arrow)  # whose call tells no number
    with suppress(ValueError):  # a function that is not written in Python does not tell
        try:
            signature(function).bind(*range(many))
        except TypeError:
            fits = False
    if not fits:
        raise SpaceError(f"{name}: wanted {part} of {many} arguments, found {told(function)}; write {form}")


def _once(name: str, lift: LiftRule) -> LiftRule:
    """The rule asked once for each question, so that what is lifted twice is equal; `SpaceError` for no arrow."""
    known: dict[tuple[type[Dim], Lifted], SomeArrow | None] = {}

    def lifted_by(dim: type[Dim], lifted: Lifted, /) -> SomeArrow | None:
        if (dim, lifted) not in known:
            found = lift(dim, lifted)
            if not isinstance(found, Arrow | None):
                raise SpaceError(f"{name}: wanted an arrow or None of its lift over {dim.__name__}, got {told(found)}")
            known[dim, lifted] = found
        return known[dim, lifted]

    return lifted_by


def _maps_called(name: str, derivative: DerivativeRule[A, B], x: A, y: B, k: SomeLinear) -> SomeLinear:
    """The category k, whose linear maps, where they err at a point without entries, are called as they are."""

    def within(map_of: Callable[[int, Tangents], Tangents]) -> SomeLinear:
        """The category k, with other functions for those of each linear map, which are told its number."""
        its, numbers = copy(k), count()

        def linear(apply: Callable[..., Tree], adjoint: Callable[..., Tree]) -> AnyHom:
            return k.linear(*map_of(next(numbers), (apply, adjoint)))

        vars(its).update(linear=linear, linear_map=linear)
        return its

    def there(number: int, side: int, x: A, y: B, u: object) -> object:
        """What this map does, made at a point with entries."""
        found = dict[int, Tangents]()

        def noted(number: int, maps: Tangents) -> Tangents:
            found[number] = maps
            return maps

        derivative(x, y, within(noted))
        return found[number][side](u)

    def guarded(number: int, maps: Tangents) -> Tangents:
        def by(side: int) -> Callable[[object], object]:
            def run(u: object) -> object:
                try:
                    return maps[side](u)
                except Exception:
                    return called(f"derivative_of_{name}", partial(there, number, side), x, y, u)

            return run

        return by(0), by(1)

    return within(guarded)


def primitive(
    name: str,
    dom: TypeForm[A],
    cod: TypeForm[B],
    value: Callable[[A], Tree],  # NumPy's operations forget the object of their result; check_derivative checks it
    derivative: DerivativeRule[A, B],
    *,
    properties: Iterable[Property] = (),
    parts: Callable[[], Arrow[A, B]] | None = None,
    lift: LiftRule | None = None,
    constant_derivative: bool = False,
    broadcasts: bool = False,
) -> Arrow[A, B]:
    """A new arrow from its value and its derivative.

    Both act on the last axes of arrays and let leading axes through, so that `each` can lift the arrow. The
    derivative is stated in the vocabulary of `Linear`: `k.scale(slope)` entry by entry, `k.linear_map(apply, adjoint)`
    for a bulk linear map of one array to one array, `k.fork` and `k.join` for products. `check_derivative` checks it.

    Of a product of three or more, state `k.linear(apply, adjoint)` on tuples, in which `None` is zero: forks and joins
    are of pairs. Raises `SpaceError` unless the objects are objects, and the functions functions of one argument and of
    three; and, when it is called, for a value that is no array, or a derivative that is no arrow of k.

    A derivative that wants more than the value is a `Residual(run, rule)`: run(x) is the value and what it keeps, and
    rule(x, kept, k) the derivative. The value then is that of the residual, `residual.value`.

    Readers know more of it by its `properties` (`cat_ad.arrows.operations`), and by rules that they are given, each in
    a line: `Intervals.rules[f] = ...`, and so for `Machines`, `Syntax` and `Tangents`, where it is the derivative on
    elements. How `each` adds an axis to some of its arguments only, `lift` may say (`cat_ad.arrows.lifting`). Where
    it is staged, a function that asks for entries, which symbols have not, is called as it is; of a ufunc, C needs
    a name: `names_in_c[ufunc] = ...`.

    It can be differentiated again if the derivative is stated in arithmetic, if that is the same at all points
    (`constant_derivative`), or if it is told of which `parts` the arrow is composed. Where a bulk linear map at one
    point takes many tangents at once, with more leading axes than the point, `broadcasts` makes Jacobians cheaper.

    >>> from cat_ad import Scalar, gradient
    >>> cube = primitive("cube", Scalar, Scalar, lambda x: x**3, lambda a, b, k: k.scale(3 * a**2))
    >>> gradient(cube)(2.0)
    np.float64(12.0)
    """
    require_made_of("primitive", name, value=value, derivative=derivative)
    dom, cod = require_object(name, dom), require_object(name, cod)
    _require_arguments(name, "a value", value, "lambda x: ...", 1)
    _require_arguments(name, "a derivative", derivative, "lambda x, y, k: k.scale(slope)", 3)
    if parts is not None:
        _require_arguments(name, "parts", parts, "parts=lambda: ...", 0)
    if lift is not None:
        _require_arguments(name, "a lift", lift, "lift=lambda dim, lifted: ...", 2)
    if isinstance(properties, str) or not isinstance(properties, Iterable):
        raise SpaceError(f'{name}: wanted a list of properties, got {told(properties)}; write ["increasing"]')

    def valued(y: Tree) -> Tree:
        if type(y) is float:
            return np.float64(y)
        if not (isinstance(y, tuple) or hasattr(y, "shape")):
            raise SpaceError(
                f"{name}: wanted an array as its value, or a tuple of them, got {told(y)}; numpy.asarray makes one"
            )
        return y

    def stated(found: AnyHom) -> AnyHom:
        if found is None or isinstance(found, np.ndarray | np.generic | int | float | tuple):
            raise SpaceError(
                f"{name}: wanted an arrow of k as its derivative, got {told(found)}; write k.scale(slope) entry by "
                "entry, or k.linear_map(push, pull)"
            )
        return found

    def rule(x: A, y: B, k: SomeLinear) -> AnyHom:
        return stated(derivative(x, y, k if call_for(x, y) is None else _maps_called(name, derivative, x, y, k)))

    def run(x: A) -> tuple[Tree, Tree]:
        y, kept = _with_kept(name, keeping.run(x))
        return valued(y), kept

    def without_point(k: SomeLinear) -> AnyHom:
        try:
            return rule(nowhere, nowhere, k)
        except (InterpretationError, SpaceError):  # k lacks something, or it is no arrow of k
            raise
        except Exception as error:
            raise SpaceError(
                f"{name}: wanted the derivative of what is linear, which needs no point, found one that reads it "
                f'({type(error).__name__}: {error}); state it without, or leave "linear" out'
            ) from error

    keeping = cast(Residual[A, B, Tree], derivative)  # used if it is one
    with_residual = Residual(run, lambda x, kept, k: stated(keeping.rule(x, kept, k)))
    all_of_it: set[Property] = {*properties}
    if constant_derivative:
        all_of_it.add("constant derivative")
    if broadcasts:
        all_of_it.add("batched derivative")
    if "bilinear" in all_of_it and [is_array(part) for part in factors(dom)] != [True, True]:
        raise SpaceError(f'{name}: wanted a pair of arrays to be bilinear in, found {show(dom)}; leave "bilinear" out')
    its = Operation(name, *all_of_it)
    nowhere: Tree = None  # a point that is not looked at
    return Primitive(
        *(
            dom,
            cod,
            name,
            lambda x: called(name, lambda x: valued(value(x)), x),
            with_residual if isinstance(derivative, Residual) else rule,
        ),
        linear=without_point if "linear" in its.properties else None,
        loops=all_dimensions(dom) if "elementwise" in its.properties else (),
        parts=parts,
        lift=lift and _once(name, lift),
        operation=its,
    )
