"""Generalised elements: arrays that depend on other arrays, and the arrow that computes one from them.

An arrow f: C -> A is called a generalised element of A over the context C: an x in A that varies with C. Elements
add, multiply and so on as arrays do, and each operation is recorded as an arrow. Hence a function written for arrays,
such as the derivative that a primitive states, can be run on elements, and its result read off as an arrow: the law is

    arrow_of(F(x), x)(a) = F(a)                          for every function F made of operations that elements have

>>> from cat_ad import Scalar
>>> x, y = variable(Scalar), variable(Scalar)
>>> print(arrow_of(x * y, (x, y)))
((a, b) -> mul(a, b))
>>> print(arrow_of(y * y - 3.0 * x, (x, y)))
((a, b) -> sub(mul(b, b), scale 3(a)))
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from inspect import signature
from itertools import count
from typing import Any, ClassVar, NoReturn, TypeAlias, get_overloads

import numpy as np

from cat_ad.arrows.generators import Primitive
from cat_ad.arrows.operations import Rules
from cat_ad.arrows.products import nest
from cat_ad.arrows.sharing import Machine
from cat_ad.arrows.spreading import copies, renaming
from cat_ad.arrows.structure import exl, exr
from cat_ad.arrows.terms import SomeArrow, Wired
from cat_ad.categories.wiring import Wires
from cat_ad.errors import InterpretationError, SpaceError, shortened, told
from cat_ad.objects.arrays import as_dtype, namespace
from cat_ad.objects.differences import first_difference
from cat_ad.objects.spaces import (
    Index,
    Truth,
    brief,
    dimensions,
    factors,
    is_array,
    kind,
    leading,
    may_be,
    of_kind,
    products,
    show,
)
from cat_ad.objects.values import has_kind

Elements: TypeAlias = "Element | tuple[Elements, ...]"  # a tuple: elements of a product
Given: TypeAlias = Any  # Any: what a word takes and gives: objects, arrows; elements, arrays, numbers; tuples of these
OfGiven: TypeAlias = Callable[..., Given]

# What elements know, by the names of the array API standard; `polymorphic` adds each word. Any: objects, or values
WORDS: dict[str, Callable[..., Any]] = {}
# Of a primitive applied to elements, another that does the same at once, with what that is applied to; or None
Fusion: TypeAlias = Callable[[Elements], tuple[SomeArrow, Elements] | None]
FUSIONS = Rules[Fusion]()


def _either(plain: Callable[..., Any], reflected: str) -> Callable[..., Any]:  # Any: likewise
    """An operator of which an array may stand on the left, whose own would ask NumPy, and NumPy elements again."""
    return lambda x, y: plain(x, y) if isinstance(x, Element) else getattr(y, reflected)(x)


OPERATORS: dict[str, Callable[..., Any]] = {  # Any: likewise
    "add": _either(operator.add, "__radd__"),
    "bitwise_and": _either(operator.and_, "__and__"),
    "bitwise_invert": operator.invert,
    "bitwise_or": _either(operator.or_, "__or__"),
    "divide": _either(operator.truediv, "__rtruediv__"),
    "invert": operator.invert,
    "matmul": _either(operator.matmul, "__rmatmul__"),
    "multiply": _either(operator.mul, "__rmul__"),
    "power": _either(operator.pow, "__rpow__"),
    "pow": _either(operator.pow, "__rpow__"),
    "subtract": _either(operator.sub, "__rsub__"),
}

_made = count()


@dataclass(eq=False)
class Run:
    """A run of a function on variables of its own, which mean nothing once it is over."""

    name: str
    over: bool = False
    made: int = field(init=False, default_factory=lambda: next(_made))

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *_: object) -> None:
        self.over = True

    def require_going_on(self, asked: str = "") -> None:
        """Raises `InterpretationError` if it is over."""
        if self.over:
            raise InterpretationError(
                f"{asked}wanted variables of this function, found one of {self.name}, which has returned; let it "
                "return that value, or give it as an argument"
            )


# What has another name here than in NumPy, and is no word's name in the array API
ADVICE = {
    **dict.fromkeys(("shape", "len", "size", "ndim"), "a dimension that has a size knows it, N.size"),
    **dict.fromkeys(("reshape", "ravel", "flatten"), "write flatten(I, J)(x), or unflatten(I, J)(x)"),
    **dict.fromkeys(
        ("an array of NumPy", "stack", "vstack", "block"),
        "pack(N, x, y) makes a vector of numbers, and unflatten(I, J)(pack(Times[I, J], x, y)) a table of rows",
    ),
    **dict.fromkeys(("concatenate", "hstack", "append", "r_"), "write concat(x, y), and pack(N, x, y) of numbers"),
    "cumsum": "write cumulative_sum(x)",
    "float": "instead of math.sin(x) and the like, write sin(x)",
    **dict.fromkeys(("einsum", "tensordot"), "write contraction"),
}


def _call_of(word: OfGiven) -> str:
    """How to write a word, with what its types say that it takes."""
    of_values = get_overloads(word)
    names = signature(of_values[-1]).parameters.values() if of_values else ()
    wanted = ", ".join(x.name for x in names if x.default is x.empty) or "..."
    return f"write {word.__name__}({wanted})"


def _unknown(name: str) -> InterpretationError:
    """Asked for by the name of a word, which is the advice; or by another."""
    advice = ADVICE.get(name) or (_call_of(WORDS[name]) if name in WORDS else "")
    return InterpretationError(
        f"wanted {name} of a variable, whose numbers are not there yet; "
        f"{advice + '; ' if advice else ''}help(cat_ad) lists what can be done"
    )


def _refusing(name: str) -> Callable[[object], NoReturn]:
    """What Python asks of numbers, by this name."""

    def refuse(x: object) -> NoReturn:
        raise _unknown(name)

    return refuse


@dataclass(frozen=True, eq=False)
class Element:
    """An element of the object `space`: a variable, or an arrow applied to other elements."""

    space: type
    arrow: SomeArrow | None = None
    argument: Elements = ()
    run: Run | None = None  # of the innermost function on whose variables it depends
    height: int = field(init=False)  # how long the longest way to a variable is
    made: int = field(init=False, default_factory=lambda: next(_made))  # how many elements had been made before
    dtype: ClassVar[None] = None  # it is not known; all elements have the same
    varies: ClassVar[bool] = True  # by which objects know their elements, at the annotations of a function

    def __post_init__(self) -> None:
        """Measure the height at once, since Python cannot call deep. Raises `InterpretationError` after the run."""
        height, run = -1, self.run
        for element in leaves(self.argument):
            height = max(height, element.height)
            if element.run:
                element.run.require_going_on()
                run = element.run if run is None or run.made < element.run.made else run
        object.__setattr__(self, "height", height + 1)
        object.__setattr__(self, "run", run)

    def __add__(self, other: object) -> Element:
        x, y = _numbers(self, other)
        number = number_of(y)
        return x._by("add", y) if number is None else x._by("shift", number)

    def __radd__(self, other: object) -> Element:
        return self.__add__(other)

    def __sub__(self, other: object) -> Element:
        x, y = _numbers(self, other)
        number = number_of(y)
        return x._by("sub", y) if number is None else x._by("shift", -number)

    def __rsub__(self, other: object) -> Element:
        return (-self).__add__(other)

    def __mul__(self, other: object) -> Element:
        x, y = _numbers(self, other)
        number = number_of(y)
        if number is None:
            return x._by("mul", y)
        return x if number == 1 else x._by("scale", number)

    def __rmul__(self, other: object) -> Element:
        return self.__mul__(other)

    def __truediv__(self, other: object) -> Element:
        x, y = _numbers(self, other)
        number = number_of(y)
        if number is None:
            return x._by("div", y)
        return x if number == 1 else x._by("over", number)

    def __rtruediv__(self, other: object) -> Element:
        if number_of(other) == 1:
            return self._by("reciprocal")
        made: Element = WORDS["div"](other, self)
        return made

    def __pow__(self, other: object) -> Element:
        return self._by("power", other)

    def __rpow__(self, other: object) -> Element:
        made: Element = WORDS["power"](other, self)
        return made

    def __neg__(self) -> Element:
        return _number(self, self)._by("negate")

    def __abs__(self) -> Element:
        return self._by("absolute")

    def __matmul__(self, other: object) -> Element:
        return self._product(self, other)

    def __rmatmul__(self, other: object) -> Element:
        return self._product(other, self)

    def _product(self, left: object, right: object) -> Element:
        """Of vectors and matrices, on either side."""
        name = {(1, 1): "dot", (2, 1): "matvec", (2, 2): "matmul", (1, 2): "matvec"}.get((_rank(left), _rank(right)))
        if name is None:
            raise InterpretationError(f"wanted a vector or a matrix on either side of @, got {show(self.space)}; each")
        turned: Any = right  # Any: an element or an array
        made: Element = WORDS[name](*((turned.T, left) if _rank(left) < _rank(right) else (left, right)))
        return made

    @property
    def T(self) -> Element:
        """The transpose of a matrix."""
        return self._by("transpose")

    def __lt__(self, other: object) -> Element:
        return self._by("less", other)

    def __le__(self, other: object) -> Element:
        return self._by("less_equal", other)

    def __gt__(self, other: object) -> Element:
        return self._by("greater", other)

    def __ge__(self, other: object) -> Element:
        return self._by("greater_equal", other)

    def __and__(self, other: object) -> Element:
        return self._by("logical_and", other)

    def __or__(self, other: object) -> Element:
        return self._by("logical_or", other)

    def __invert__(self) -> Element:
        return self._by("logical_not")

    def _by(self, name: str, *others: object) -> Element:
        if name not in WORDS:
            raise _unknown(name)
        made: Element = WORDS[name](self, *others)
        return made

    def applied(self, f: SomeArrow, value: object) -> Elements:
        """f of a value of which this is a part (`apply`)."""
        return apply(f, value)

    def __array_namespace__(self) -> Operations:
        return Operations()

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: object, **options: object) -> Element:
        """NumPy's functions of elements."""
        if method != "__call__" or options:
            raise _unknown(f"{ufunc.__name__}({', '.join(f'{name}=...' for name in options)})" if options else method)
        made: Element = getattr(Operations(), ufunc.__name__)(*map(_number_of_python, inputs))
        return made

    def __array_function__(self, function: Callable[..., Any], *_: object) -> NoReturn:  # Any: of NumPy, of whatever
        raise _unknown(function.__name__)

    def __array__(self, *_: object, **__: object) -> NoReturn:
        raise _unknown("an array of NumPy")

    __float__, __int__, __complex__ = _refusing("float"), _refusing("int"), _refusing("complex")
    __index__, __len__ = _refusing("an index"), _refusing("len")

    def __bool__(self) -> NoReturn:
        raise InterpretationError(
            f"wanted no branch on a value of {show(self.space)}, which varies; write where(mask, x, y), which takes "
            "each entry from x or from y (maximum and minimum, for max and min; & | ~, for and, or, not)"
        )

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Element):
            return self is other
        raise InterpretationError(
            f"wanted no == of a value of {show(self.space)}, which varies; write equal(x, y), or not_equal(x, y)"
        )

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        """Its object, and the arrow that gave it."""
        return f"<{brief(self.space)}{f' of {shortened(str(self.arrow), 60)}' if self.arrow else ''}>"

    def __getitem__(self, place: object) -> Element:
        raise InterpretationError(
            f"wanted no entry of a value of {show(self.space)}, nor to go through them; each(N, f)(x) does the same "
            "with each, entry(x, i) gives that of a vector at an index, and take and split give some"
        )

    def __setitem__(self, place: object, value: object) -> NoReturn:
        raise InterpretationError(
            f"wanted no assignment to entries of a value of {show(self.space)}, which stays as it is; write "
            "where(mask, x, y), or scatter"
        )

    def __getattr__(self, name: str) -> Any:  # Any: whatever an array would have
        """Whatever arrays have and elements do not. Raises `InterpretationError`."""
        if name.startswith("__"):
            raise AttributeError(name)
        raise _unknown(name)


@dataclass(frozen=True, eq=False)
class Drawn:
    """A parametrised arrow that was applied to an element, and variables for its parameters."""

    layer: Any  # Any: a parametrised arrow, of which elements know nothing
    whole: Elements = field(init=False)

    def __post_init__(self) -> None:
        """Make the variables."""
        object.__setattr__(self, "whole", self._variables(self.layer.parameters))

    def _variables(self, space: type) -> Elements:
        return Weight(space, drawn=self) if is_array(space) else tuple(map(self._variables, factors(space)))


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Weight(Element):
    """A variable that stands for a parameter."""

    drawn: Drawn


def _numbers(x: Element, y: object) -> tuple[Element, Any]:  # Any: what y is
    """Truth values as the numbers 1 and 0, as NumPy computes with them; but two of them as they are."""
    both = [kind(part.space) == "Bool" for part in (x, y) if isinstance(part, Element)] == [True, True]
    return (x, y) if both else (_number(x, y), _number(y, x) if isinstance(y, Element) else y)


def _number(x: Element, near: object) -> Element:
    """Truth values as numbers, of the dtype of an element of numbers that has their dimensions; others as they are."""
    if kind(x.space) != "Bool":
        return x
    alike = isinstance(near, Element) and kind(near.space) == "Float" and dimensions(near.space) == dimensions(x.space)
    made: Element = WORDS["where"](x, *[WORDS["full_like"](near, number) if alike else number for number in (1.0, 0.0)])
    return made


def _rank(x: object) -> int:
    """How many axes an element or an array has."""
    return len(dimensions(x.space)) if isinstance(x, Element) else int(getattr(x, "ndim", 0))


class Operations:
    """The namespace of elements: those functions of the array API standard that are arrows."""

    def __getattr__(self, name: str) -> Callable[..., Element]:
        """The function of this name. Raises `InterpretationError` if no arrow does the same."""
        if name in OPERATORS:
            return OPERATORS[name]
        if name in WORDS:
            return WORDS[name]
        raise _unknown(name)


def variable(space: type, run: Run | None = None) -> Element:
    """A new variable, of which only the object is known."""
    return Element(space, run=run)


def variables(space: type, run: Run | None = None) -> Elements:
    """A value of an object whose arrays are all new variables."""
    return variable(space, run) if is_array(space) else tuple([variables(part, run) for part in factors(space)])


def number_of(x: object) -> float | None:
    """The number that it is, of Python or an array of no axes; or None."""
    x = _number_of_python(x)
    return x if isinstance(x, int | float) and not isinstance(x, bool) else None


def _number_of_python(x: object) -> object:
    """A number of NumPy as one of Python, whose operators leave it to elements what to do."""
    return x.item() if isinstance(x, np.generic | np.ndarray) and x.ndim == 0 else x


def leaves(x: Elements) -> list[Element]:
    """The elements of a value of a product, from left to right."""
    return [x] if isinstance(x, Element) else [leaf for part in x for leaf in leaves(part)]


def is_general(x: object) -> bool:
    """Is it, or is any part of it, a generalised element?"""
    return isinstance(x, Element) or (isinstance(x, tuple) and any(map(is_general, x)))


def variables_in(x: Elements) -> set[Element]:
    """The variables that x depends on."""
    return {element for element in _in_order(x) if element.arrow is None}


def object_of(x: Elements) -> type:
    """The object of which x is a value."""
    return x.space if isinstance(x, Element) else products(*map(object_of, x))


def image(f: SomeArrow, x: Elements) -> Elements:
    """f of an element: an element, or of a product, its parts."""
    return _parts(Element(f.cod, f, x))


def _parts(x: Element) -> Elements:
    """An element, or of a product, its parts."""
    if is_array(x.space):
        return x
    parts = factors(x.space)
    if len(parts) == 2:
        left: SomeArrow = exl(*parts)
        right: SomeArrow = exr(*parts)
        return _parts(Element(left.cod, left, x)), _parts(Element(right.cod, right, x))
    if not parts:
        return ()
    there: SomeArrow = nest(x.space)
    pairs, flat = image(there, x), list[Elements]()
    for _ in parts[1:]:
        assert isinstance(pairs, tuple)
        first, pairs = pairs
        flat.append(first)
    return (*flat, pairs)


def apply(f: SomeArrow, value: object) -> Elements:
    """f of a value that has elements in it, beside which numbers and arrays are constants.

    Raises `SpaceError` unless it is in the domain of f.
    """
    return image(f, fitted(str(f), f.dom, value, first_in(value)))


def fitted(asked: str, space: type, value: object, near: Element) -> Elements:
    """The value as an element of an object: a number or an array is a constant, and what has fewer axes is spread.

    A number has the dtype that `near` has. Raises `SpaceError` if it is not in the object.
    """
    if isinstance(value, tuple) and not is_array(space):
        parts = factors(space)
        if len(parts) == len(value):
            return tuple(fitted(asked, part, x, near) for part, x in zip(parts, value, strict=True))
    elif isinstance(value, Element) and is_array(space):
        if value.space == space:
            return value
        if _may_be(value.space, space):
            return named_as(space, value)
        as_long = dimensions(near.space) == dimensions(space)
        if as_long and (missing := _missing(value.space, space)) is not None:
            return spread_like(near, value, missing)
    elif is_array(space) and (made := _constant(space, value, near)) is not None:
        return fitted(asked, space, made, near)
    elif is_array(space) and hasattr(value, "shape"):
        return constant(space, value)
    raise SpaceError(f"{asked}: wanted {brief(space)}, got {told_of(value)}{_advice(space, value)}")


def constant(space: type, value: Given) -> Elements:
    """An array of numbers, or a tuple of them, as a constant; of integers or truth values, as floats where it must be.

    Raises `SpaceError` if it is not in the object.
    """
    made: Elements = image(WORDS["constant"](space, _as_numbers(space, value)), ())
    return made


def _as_numbers(space: type, x: Given) -> Given:
    """The arrays that are of integers or of truth values, in floats where the object has these, as NumPy computes."""
    if isinstance(x, tuple) and len(x) == len(factors(space)):
        return tuple(map(_as_numbers, factors(space), x))
    whole = is_array(space) and kind(space) == "Float" and hasattr(x, "shape") and not has_kind(space, x)
    return as_dtype(x, namespace(x).float64) if whole and (has_kind(Index, x) or has_kind(Truth, x)) else x


def named_as(space: type, x: Elements) -> Elements:
    """The same elements, with the dimensions that the object has where theirs have no names."""
    if isinstance(x, tuple):
        parts = factors(space)
        return tuple(map(named_as, parts, x)) if len(parts) == len(x) else x
    renames = is_array(space) and x.space != space and _may_be(x.space, space)
    return Element(space, renaming(x.space, space), x) if renames else x


def _may_be(a: type, b: type) -> bool:
    """Are they of one kind, and of dimensions that may be the same, since some have no name?"""
    ours, theirs = dimensions(a), dimensions(b)
    return kind(a) == kind(b) and len(ours) == len(theirs) and all(map(may_be, ours, theirs))


def _constant(space: type, value: object, near: Element) -> Element | None:
    """A number as an element of the kind of an object: of its own shape and dtype where one of that kind is near."""
    number = number_of(value)
    if number is None or kind(space) == "Bool" or (kind(space) == "Int" and not isinstance(number, int)):
        return None
    made: Element
    if near.space == space:
        made = WORDS["full_like"](near, number)
    elif kind(near.space) == kind(space) == "Float":
        made = WORDS["number"](near, number)
    else:
        form = float if kind(space) == "Float" else int
        made = Element(of_kind(space), WORDS["constant"](of_kind(space), np.asarray(number, form)))
    return made


def _advice(space: type, value: object) -> str:
    if value is None:
        return "; the N.size of a dimension without a size is None, but mean(x) needs none"
    if isinstance(value, Element) and is_array(space):
        advice = (
            "; .astype(float) of the array makes numbers of it" if kind(space) == "Float" != kind(value.space) else ""
        )
        return f"; {first_difference(value.space, space)}{advice}"
    if is_array(value) or factors(value):
        return "; the arrow is made of objects alone, and applied to values alone"
    return ""


def told_of(value: object) -> str:
    """A value with elements in it, as errors tell it: by its object."""
    if isinstance(value, Element):
        return brief(value.space)
    return f"tuple[{', '.join(map(told_of, value))}]" if isinstance(value, tuple) else told(value)


def _missing(small: type, large: type) -> int | None:
    """How many axes in front the large object has more than the small one, if all others are the same."""
    if not is_array(small) or kind(small) != kind(large):
        return None
    ours, theirs = dimensions(small), dimensions(large)
    many = len(theirs) - len(ours)
    return many if many > 0 and theirs[many:] == ours else None


def spread_like(long: Element, x: Element, many: int) -> Element:
    """Copies of x over the first `many` axes of another element, which has the axes of x after those."""
    dims = dimensions(long.space)
    for at in reversed(range(many)):
        larger = leading(dims[at], x.space)
        x = Element(
            larger, copies(dims[at], at - len(dims), len(dims) - at - 1, long.space, x.space, larger), (long, x)
        )
    return x


def first_in(value: object) -> Element:
    """The first element in a value that has one."""
    if isinstance(value, tuple):
        return next(first_in(part) for part in value if is_general(part))
    assert isinstance(value, Element)
    return value


def arrow_of(x: Elements, context: Elements, as_written: bool = False) -> SomeArrow:
    """The arrow that computes x from the context, a value of different elements; each element once.

    If `as_written`, in the order in which they were made. Raises `InterpretationError` if x depends on a variable that
    is not in the context.
    """
    machine, space = Machine[SomeArrow](), object_of(context)
    on = dict[Element, Wires]()
    ins = machine.fresh(space)
    _bind(context, ins, on)
    needed = _in_order(x, on)
    for element in sorted(needed, key=_when) if as_written else needed:
        if element.arrow is not None:
            step, argument = _fused(element, on) if as_written else (element.arrow, element.argument)
            on[element] = machine.apply(step.trace, _wires(argument, on))
        else:
            raise InterpretationError(
                f"wanted a variable of {show(element.space)} out of {show(space)}, found one of another function; "
                "give it as an argument"
            )
    return Wired(space, object_of(x), *machine.between(ins, _wires(x, on)))


def _fused(x: Element, on: dict[Element, Wires]) -> tuple[SomeArrow, Elements]:
    """The arrow that an element is of an argument, and that; where one box does what two would, the one.

    Not where one of the two is outside, as a value that a local function uses: what that was made of is not here.
    """
    assert x.arrow
    fusion = FUSIONS.of(x.arrow) if isinstance(x.arrow, Primitive) else None
    fused = fusion and fusion(x.argument)
    return fused if fused and all(part in on for part in leaves(fused[1])) else (x.arrow, x.argument)


def free_in(x: Elements, since: int) -> list[Element]:
    """The parameters, and the nearest of those elements that x is made of that had been made before; by age."""
    found, seen, todo = list[Element](), set[Element](), leaves(x)
    while todo:
        element = todo.pop()
        if element in seen:
            continue
        seen.add(element)
        if element.made < since or isinstance(element, Weight):
            found.append(element)
        else:
            todo += leaves(element.argument)
    return sorted(found, key=_when)


def weights_in(x: Elements) -> list[Weight]:
    """The parameters that x depends on, by age."""
    return [element for element in free_in(x, 0) if isinstance(element, Weight)]


def _in_order(x: Elements, known: Iterable[Element] = ()) -> list[Element]:
    """All elements that x is made of, each after those that it is made of itself; without the known ones.

    Of several, the one with the longest way to a variable comes first: so few are alive at once (Sethi & Ullman 1970),
    and a tangent does not wait until all values are there.
    """
    found, todo = dict.fromkeys(known), sorted(leaves(x), key=_height)
    many = len(found)
    while todo:
        element = todo[-1]
        before = [other for other in leaves(element.argument) if other not in found]
        if element in found or not before:
            found.setdefault(todo.pop())
        else:
            todo += sorted(before, key=_height)
    return list(found)[many:]


def _height(x: Element) -> int:
    return x.height


def _when(x: Element) -> int:
    return x.made


def _bind(context: Elements, wires: Wires, on: dict[Element, Wires]) -> None:
    """The wires of the elements of a context."""
    if isinstance(context, Element):
        on[context] = wires
    else:
        for part, inside in zip(context, wires, strict=True):  # type: ignore[arg-type]  # the wires of a product
            _bind(part, inside, on)


def _wires(x: Elements, on: dict[Element, Wires]) -> Wires:
    """The wires that x is on."""
    return on[x] if isinstance(x, Element) else tuple([_wires(part, on) for part in x])
