"""`scan`, `fold` and `iterate`: one step, again and again.

>>> import numpy as np
>>> from cat_ad import Dim, Float, arrow, gradient, matvec, tanh, total
>>> class Time(Dim): ...
>>> class H(Dim, size=3): ...
>>> class I(Dim, size=2): ...
>>> @arrow
... def recurrent(w: Float[H, H], u: Float[H, I], start: Float[H], xs: Float[Time, I]) -> Float[Time, H]:
...     def step(h: Float[H], x: Float[I]) -> tuple[Float[H], Float[H]]:
...         h = tanh(matvec(w, h) + matvec(u, x))
...         return h, h
...     return scan(Time, step, start, xs)[1]
>>> at = np.eye(3), np.ones((3, 2)), np.zeros(3), np.ones((5, 2))
>>> recurrent(*at).shape
(5, 3)
>>> [slope.shape for slope in gradient(recurrent >> total(Float[Time, H]))(at)]
[(3, 3), (3, 2), (3,), (5, 2)]
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from cat_ad.arrows.abstraction import closed, with_constants
from cat_ad.arrows.batching import along, length_of, row_of, rows_of
from cat_ad.arrows.composing import is_function
from cat_ad.arrows.elements import (
    WORDS,
    Element,
    Elements,
    Given,
    OfGiven,
    Run,
    first_in,
    image,
    is_general,
    number_of,
    object_of,
    told_of,
    variables,
)
from cat_ad.arrows.fitting import axes_missing, ends_alike, fitted, may_be_alike
from cat_ad.arrows.parametrised import Para
from cat_ad.arrows.polymorphism import constant_of
from cat_ad.arrows.printing import WHOLE, describe
from cat_ad.arrows.terms import Arrow, SomeArrow
from cat_ad.derivatives.loops import loop
from cat_ad.derivatives.loops.course import Course
from cat_ad.errors import SpaceError, shortened, told
from cat_ad.objects.ownership import own
from cat_ad.objects.spaces import (
    Dim,
    Scalar,
    brief,
    dimensions,
    factors,
    has_arrays,
    is_array,
    kind,
    nameless,
    products,
    require_dimension,
)
from cat_ad.objects.tangents import stacked
from cat_ad.objects.trees import leaves, tree_of
from cat_ad.objects.values import describe as describe_values

if TYPE_CHECKING:
    from cat_ad.derivatives.scan_types import Fold, Iterate, Scan


MOST_AXES = 8  # of a state: one that has more axes after each step never stays in an object


def _scanned(scan: OfGiven) -> Scan:
    return scan


def _folded(fold: OfGiven) -> Fold:
    return fold


def _iterated(iterate: OfGiven) -> Iterate:
    return iterate


@_scanned
def scan(n: type[Dim], f: Given, *values: Given, keep: int | None = None) -> Given:
    """f from state and entry to state and output, along all entries: from a state and entries to the last and outputs.

    (s0, xs) to (sN, ys), where (s1, y0) = f(s0, x0), (s2, y1) = f(s1, x1), ...

    of an arrow        tuple[S, Float[*X]] -> tuple[S, Float[*Y]]
    it is an arrow     tuple[S, Float[N, *X]] -> tuple[S, Float[N, *Y]]

    and of a Para a Para, whose parameters all steps share; entries and outputs may be products. Of a function it is a
    function, which may use values that are not among its arguments. Of a state alone, such a function goes along a
    dimension of a known size. Given the values too, it is called on them at once: `scan(N, f, s, xs)` is
    `scan(N, f)(s, xs)`, where checkers know what a lambda is of.

    Its derivative is a scan along, or back. To pull back, each step is kept; `keep=k` keeps the state of every k-th one
    only, and computes each step once more: of n steps, n / k states and k steps are alive at once. On arrays of JAX it
    is `jax.lax.scan`, whose derivative keeps the states, and so does that which is an arrow (`tangent`,
    `reverse_derivative`). Staged it is one loop, whose state has one dtype, before a step and after.

    Raises `SpaceError` if f is no such arrow, or leaves the state in another object.
    """
    require_dimension("scan", n)
    if values:
        return scan(n, f, keep=keep)(*values)
    return _looped("scan", n.__name__, f, Course(n, keep=_kept("scan", keep)))


@_folded
def fold(n: type[Dim], f: Given, *values: Given, keep: int | None = None) -> Given:
    """f from state and entry to state, along all entries: from a state and entries to the last state. See `scan`.

    of an arrow        tuple[S, Float[*X]] -> S
    it is an arrow     tuple[S, Float[N, *X]] -> S
    """
    require_dimension("fold", n)
    if values:
        return fold(n, f, keep=keep)(*values)
    return _looped("fold", n.__name__, f, Course(n, writes=False, keep=_kept("fold", keep)))


@_iterated
def iterate(n: int, f: Given, *values: Given, keep: int | None = None) -> Given:
    """f, n times: f >> f >> ... >> f. See `scan`.

    Of an arrow A -> A it is one, of a Para a Para, whose parameters all steps share, and of a function a function.
    Raises `SpaceError` unless n is a number of times, and f ends where it begins.
    """
    if type(n) is not int or n < 0:
        raise SpaceError(f"iterate: wanted a number of times, 0 or more, got {told(n)}")
    if values:
        return iterate(n, f, keep=keep)(*values)
    course = Course(nameless(n), reads=False, writes=False, times=n, keep=_kept("iterate", keep))
    return _looped("iterate", str(n), f, course)


def _kept(asked: str, keep: object) -> int | None:
    if keep is None or (type(keep) is int and keep > 0):
        return keep
    raise SpaceError(f"{asked}: wanted keep to be a number of steps, 1 or more, got {told(keep)}")


def _looped(word: str, along: str, f: Given, course: Course) -> Given:
    """The loop of an arrow, of a parametrised arrow, or of a function."""
    if isinstance(f, Arrow):
        return _of_arrow(f"{word}({along}, {_named(f)})", f, course)
    if isinstance(f, Para):
        name = f"{word}({along}, {_named(f)})"
        made = _of_arrow(name, f.arrow, replace(course, shares=True))
        dom = factors(made.dom)[1]
        return replace(f, name=name, dom=dom, cod=made.cod, weave=lambda: made, tightness=WHOLE, stages=())
    if is_function(f):
        return partial(
            _of_function, f"{word}({along}, {getattr(f, '__name__', 'f').replace('<lambda>', 'f')})", f, course
        )
    raise SpaceError(f"{word}({along}, ...): wanted an arrow, or a function, got {told(f)}")


def _named(f: object) -> str:
    return shortened(str(f), 60)


def _of_arrow(name: str, f: SomeArrow, course: Course) -> SomeArrow:
    """The loop of an arrow."""
    dom = factors(f.dom)[1] if course.shares else f.dom
    if course.reads and len(factors(dom)) != 2:
        raise SpaceError(f"{name}: wanted an arrow from a state and an entry, got {describe(f)}")
    if course.writes and len(factors(f.cod)) != 2:
        raise SpaceError(f"{name}: wanted an arrow to a state and an output, got {describe(f)}")
    _, _, x, _ = course.objects(f)
    if course.times is None and course.n.size is None and not has_arrays(x):
        raise SpaceError(f"{name}: wanted a size of {course.n.__name__}, since there are no entries, found none")
    return loop(name, f, course)


def _of_function(asked: str, f: OfGiven, course: Course, *given: Given) -> Given:
    """The loop of a function, of a state and entries, or of a state alone."""
    if len(given) not in ((1, 2) if course.reads else (1,)):
        raise SpaceError(f"{asked}: wanted a state{', and entries' * course.reads}, got {len(given)} values")
    course = replace(course, reads=len(given) == 2)
    if not is_general(given):
        many = length_of(asked, given[1]) if course.reads else course.n.size if course.times is None else course.times
        if many is None:
            raise SpaceError(f"{asked}: wanted entries, or a size of {course.n.__name__}, found neither")
        if not many or not is_general(f(given[0], *[row_of(x, 0) for x in given[1:]])):
            return _at_once(asked, f, course, many, given)
    entries = along(course.n, given[1]) if course.reads else ()
    rows = [rows_of(asked, course.n, entries)] if course.reads else []
    space = _first_object(asked, f, course, given[0], rows)
    body, free, space = _settled(asked, f, course, space, rows)
    state = _begun(asked, space, given[0], [x for x in leaves((given, entries, free)) if isinstance(x, Element)])
    made = _of_arrow(asked, body, replace(course, shares=is_general(free)))
    inside = (state, entries) if course.reads else state
    return image(made, (free, inside) if is_general(free) else inside)


def _at_once(asked: str, f: OfGiven, course: Course, many: int, given: tuple[Given, ...]) -> Given:
    """Of arrays, the loop itself."""
    state, ys = given[0], []
    for i in range(many):
        state, y = course.parted(f(state, *[row_of(x, i) for x in given[1:]]))
        ys.append(y)
    if course.writes and not ys:
        raise SpaceError(f"{asked}: wanted one entry or more, to tell what the outputs are, found none; scan an arrow")
    try:
        outputs = stacked(ys) if course.writes else ()
    except ValueError as error:
        raise SpaceError(
            f"{asked}: wanted outputs of one shape, got {describe_values(ys[0])}, then {describe_values(ys[-1])}; "
            "begin with a state of the shape that it has later"
        ) from error
    return own(course.result(state, outputs), given)


def _first_object(asked: str, f: OfGiven, course: Course, given: Given, rows: list[type]) -> type:
    """The object of a state to begin with; of one with numbers, after a step from these."""
    if all(isinstance(x, Element) for x in leaves(given)):
        return object_of(given)
    with Run(asked) as run:
        after, _ = _parted(asked, course, f(given, *[variables(row, run) for row in rows]))
    return _object_after(asked, given, after)


def _parted(asked: str, course: Course, result: Given) -> tuple[Given, Given]:
    """State and output that a step gave. Raises `SpaceError` unless it is both."""
    if course.writes and not (isinstance(result, tuple) and len(result) == 2):
        raise SpaceError(f"{asked}: wanted a step to a state and an output, (s, y), got {told_of(result)}")
    return course.parted(result)


def _object_after(asked: str, given: Given, after: Given) -> type:
    """The object of a state: that of an element, or else of what is there after a step, where a number is a Scalar."""
    if isinstance(after, tuple) and isinstance(given, tuple) and len(after) == len(given):
        return products(*map(partial(_object_after, asked), given, after))
    if isinstance(given, Element) and not isinstance(after, tuple):
        return given.space
    if isinstance(after, tuple) or isinstance(given, tuple):
        raise SpaceError(
            f"{asked}: wanted a state again after a step from {told_of(given)}, got {told_of(after)}; of one structure"
        )
    if isinstance(after, Element):
        return after.space
    return Scalar if number_of(after) is not None else constant_of(after).space


def _settled(asked: str, f: OfGiven, course: Course, space: type, rows: list[type]) -> tuple[SomeArrow, Elements, type]:
    """The step as an arrow, what it uses that is outside, and the object of a state in which it stays.

    This has the axes that any step gives to the state; as where a number to begin with is added to a vector.
    """
    while True:
        body, free = closed(asked, f, [space, *rows], partial(_after_step, asked, course, space))
        after: type = factors(body.cod)[0] if course.writes else body.cod
        larger = _with_axes_of(space, after)
        if larger == space:
            return body, free, space
        if max(map(_rank, leaves(tree_of(larger))), default=0) > MOST_AXES:
            raise SpaceError(
                f"{asked}: wanted a state that keeps its axes, got {brief(space)}, then {brief(larger)}, ..."
            )
        space = larger


def _after_step(asked: str, course: Course, space: type, result: Given, context: Elements) -> Given:
    """What a step gave, where the state has the axes that it had before."""
    after, output = _parted(asked, course, result)
    before = context[0] if isinstance(context, tuple) and course.reads else context
    return course.result(_kept_in(asked, space, after, before), with_constants(asked, output, context))


def _kept_in(asked: str, space: type, x: Given, before: Elements) -> Given:
    """A state after a step, in which a number or an array of numbers is in the object before it, if it can be."""
    parts = factors(space)
    if isinstance(x, tuple) and isinstance(before, tuple) and len(x) == len(parts):
        return tuple(map(partial(_kept_in, asked), parts, x, before))
    if isinstance(x, Element | tuple) or isinstance(before, tuple):
        return x
    fits = may_be_alike(_object_after(asked, x, x), space) or not dimensions(space)
    return fitted(asked, space, x, before) if fits else with_constants(asked, x, before)


def _with_axes_of(space: type, after: type) -> type:
    """The object, with the axes in front that each array has in another, and the names of those without one."""
    if is_array(space) and is_array(after):
        return after if axes_missing(space, after) is not None or may_be_alike(space, after) else space
    ours, theirs = factors(space), factors(after)
    return products(*map(_with_axes_of, ours, theirs)) if len(ours) == len(theirs) and ours else space


def _rank(space: type) -> int:
    return len(dimensions(space))


def _begun(asked: str, space: type, x: Given, near: list[Element]) -> Elements:
    """A state to begin with as elements of an object: spread over its axes, where it lacks them."""
    if isinstance(x, tuple) and not is_array(space):
        return tuple([_begun(asked, part, one, near) for part, one in zip(factors(space), x, strict=True)])
    if isinstance(x, Element) and (x.space == space or may_be_alike(x.space, space)):
        return fitted(asked, space, x, x)
    dims = dimensions(space)
    alike = [one for one in near if one.space == space] or [one for one in near if ends_alike(one.space, space)]
    like = next(iter(alike), None if dims else near[0])
    if like is None and kind(space) == "Float" and all(dim.size for dim in dims):
        like = Element(space, WORDS["constant"](space, np.zeros([dim.size or 0 for dim in dims])))
    if like is None:
        raise SpaceError(
            f"{asked}: wanted a state to begin with in {brief(space)}, as after a step, got {told_of(x)}; "
            "full_like(y, 0.0) makes one of a value y there"
        )
    if isinstance(x, Element):
        like = first_in(fitted(asked, space, 0.0, like))
    return fitted(asked, space, x, like)
