"""Generalised elements: arrays that depend on other arrays.

An arrow f: C -> A is called a generalised element of A over the context C: an x in A that varies with C. Elements
add, multiply and so on as arrays do, and each operation is recorded as an arrow. Hence a function written for arrays,
such as the derivative that a primitive states, can be run on elements; `completeness` reads off its result as an arrow.
An element is a variable, or an arrow applied to other elements.

>>> from cat_ad import Scalar
>>> x, y = variable(Scalar), variable(Scalar)
>>> x * y, 2.0 / (x + 1.0)
(<Scalar of mul>, <Scalar of div>)
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from inspect import signature
from itertools import count
from types import GeneratorType
from typing import Any, ClassVar, NoReturn, TypeAlias, get_overloads

import numpy as np

from cat_ad.arrows.products import nest
from cat_ad.arrows.structure import exl, exr
from cat_ad.arrows.terms import SomeArrow
from cat_ad.errors import InterpretationError, SpaceError, shortened, told
from cat_ad.objects.spaces import brief, dimensions, factors, is_array, kind, products, show

Elements: TypeAlias = "Element | tuple[Elements, ...]"  # a tuple: elements of a product
Given: TypeAlias = Any  # Any: what a word takes and gives: objects, arrows; elements, arrays, numbers; tuples of these
OfGiven: TypeAlias = Callable[..., Given]

# What elements know, by the names of the array API standard; `polymorphic` adds each word.
WORDS: dict[str, OfGiven] = {}


def _either(plain: OfGiven, reflected: str) -> OfGiven:
    """An operator of which an array may stand on the left, whose own would ask NumPy, and NumPy elements again."""
    return lambda x, y: plain(x, y) if isinstance(x, Element) else getattr(y, reflected)(x)


OPERATORS: dict[str, OfGiven] = {
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

HOLDERS = list, dict, set, frozenset, GeneratorType  # of several arrays, where a tuple is wanted

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
    "copy": "a value stays as it is, and needs no copy",
    "cumsum": "write cumulative_sum(x)",
    "float": "instead of math.sin(x) and the like, write sin(x)",
    "square": "write x * x",
    "ones_like": "write full_like(x, 1.0)",
    "outer": "write contraction(Float[I], Float[J], Float[I, J])(x, y)",
    **dict.fromkeys(("einsum", "tensordot"), "write contraction(Float[I, J], Float[J, K], Float[I, K])(x, y)"),
    **{
        asked: f"write {word}(x), or {word}(x, Float[J]) where J is to be left"
        for asked, word in zip(
            ("sum", "mean", "max", "min", "prod"), ("total", "mean", "largest", "smallest", "product"), strict=True
        )
    },
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
            raise InterpretationError(
                f"wanted a vector or a matrix on either side of @, got {told_of(left)} and {told_of(right)}; "
                "contraction and each(N, f) know more axes"
            )
        turned: Given = right
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

    __rand__, __ror__ = __and__, __or__

    def __invert__(self) -> Element:
        return self._by("logical_not")

    def _by(self, name: str, *others: object) -> Element:
        if name not in WORDS:
            raise _unknown(name)
        made: Element = WORDS[name](self, *others)
        return made

    def applied(self, f: SomeArrow, value: object) -> Elements:
        """f of a value of which this is a part (`apply`)."""
        made: Elements = WORDS["apply"](f, value)
        return made

    def __array_namespace__(self) -> Operations:
        return Operations()

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: object, **options: object) -> Element:
        """NumPy's functions of elements."""
        if method != "__call__" or options:
            raise _unknown(f"{ufunc.__name__}({', '.join(f'{name}=...' for name in options)})" if options else method)
        made: Element = getattr(Operations(), ufunc.__name__)(*map(_number_of_python, inputs))
        return made

    def __array_function__(self, function: OfGiven, *_: object) -> NoReturn:
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
        self.__delitem__(place)

    def __delitem__(self, place: object) -> NoReturn:
        raise InterpretationError(
            f"wanted no assignment to entries of a value of {show(self.space)}, which stays as it is; write "
            "where(mask, x, y), or scatter"
        )

    def __copy__(self) -> Element:
        return self

    def __deepcopy__(self, memo: object) -> Element:
        return self

    def __reduce__(self) -> NoReturn:
        raise InterpretationError(f"wanted to pickle a value of {show(self.space)}, whose numbers are not there yet")

    def __getattr__(self, name: str) -> Given:
        """Whatever arrays have and elements do not. Raises `InterpretationError`."""
        if name.startswith("__"):
            raise AttributeError(name)
        raise _unknown(name)


@dataclass(frozen=True, eq=False)
class Drawn:
    """A parametrised arrow that was applied to an element, and variables for its parameters."""

    layer: Given  # a parametrised arrow, of which elements know nothing
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


def _stays(x: Element, name: str, *_: object) -> NoReturn:
    raise InterpretationError(
        f"wanted no assignment to {name} of a value of {show(x.space)}, which stays as it is; give a value another name"
    )


for _form in (Element, Weight):  # in place of what a frozen dataclass has
    setattr(_form, "__setattr__", _stays)  # noqa: B010
    setattr(_form, "__delattr__", _stays)  # noqa: B010


def _numbers(x: Element, y: object) -> tuple[Element, Given]:
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


def told_of(value: object) -> str:
    """A value with elements in it, as errors tell it: by its object; and a list of them as that."""
    if isinstance(value, Element):
        return brief(value.space)
    if isinstance(value, HOLDERS):
        return f"a {type(value).__name__}"
    return f"tuple[{', '.join(map(told_of, value))}]" if isinstance(value, tuple) else told(value)


def in_a_tuple(value: object) -> str:
    """What to write instead of a list and the like, as errors say it."""
    if isinstance(value, tuple):
        return next(filter(None, map(in_a_tuple, value)), "")
    if not isinstance(value, HOLDERS):
        return ""
    numbers = ", and numpy.asarray makes one of numbers" if isinstance(value, list) else ""
    return f"; a tuple holds several arrays, (x, y){numbers}"


def require_no_holder(asked: str, given: tuple[object, ...]) -> None:
    """Raise `SpaceError` for a list and the like that holds elements, or is beside some."""
    for value in given:
        if isinstance(value, HOLDERS) and _has_elements(given):
            raise SpaceError(f"{asked}: wanted arrays side by side, got {told_of(value)}{in_a_tuple(value)}")


def _has_elements(x: object) -> bool:
    """Also within lists and the like."""
    inside: Iterable[object] = x.values() if isinstance(x, dict) else x if isinstance(x, list | set | tuple) else ()
    return isinstance(x, Element) or any(map(_has_elements, inside))


def first_in(value: object) -> Element:
    """The first element in a value that has one."""
    if isinstance(value, tuple):
        return next(first_in(part) for part in value if is_general(part))
    assert isinstance(value, Element)
    return value
