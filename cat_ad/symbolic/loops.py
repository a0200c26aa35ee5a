"""The derivative of a loop is a loop: tangents go along it, and cotangents back.

The first loop keeps the state before each step, in outputs of its own. In the second, each of these is an entry, beside
what the step took, and the body is the derivative of the body, or the transpose of that:

    push    from state ds and entries (s, x, dx) to ds' and output dy
    pull    backwards, from state (dp, ds') and entries (s, x, dy) to (dp, ds) and output dx; dp adds up

>>> from cat_ad import Scalar, iterate, reverse_derivative, sin, tangent
>>> waves = iterate(3, sin(Scalar))
>>> print(tangent(waves))
((a, b) -> (c, d) = iterate(3, sin)(a); (c, push iterate(3, sin)(b, d)))
>>> print(reverse_derivative(waves))
((a, b) -> (c, d) = iterate(3, sin)(a); pull iterate(3, sin)(b, d))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from cat_ad.arrows.elements import Elements, Given, image
from cat_ad.arrows.generators import Residual, SomeLinear
from cat_ad.arrows.terms import SomeArrow
from cat_ad.categories.category import AnyHom
from cat_ad.derivatives.loops import Loop, loop_on_elements
from cat_ad.derivatives.loops.course import axes
from cat_ad.objects.spaces import products
from cat_ad.objects.tangents import Tangent, plus
from cat_ad.symbolic.bulk import floating, whole

Derived: TypeAlias = Callable[
    [SomeArrow, bool], SomeArrow
]  # the derivative of an arrow, or the transpose of that, as an arrow


def of_loop(f: Loop, of: Derived) -> Residual[Given, Given, Given]:
    """The derivative of a loop on elements."""
    body, course = f.body, f.course
    p, s, x, y = course.objects(body)
    pushed, pulled = (True, course.reads, course.reads), (True, course.reads, course.writes)  # what entries there are
    keeping = replace(course, writes=True, output=(course.output, course.state) if course.writes else course.state)

    def keep(p: Given, s: Given, x: Given) -> tuple[Given, Given]:
        after, y = course.parted(image(body, course.argument(p, s, x)))
        return after, (y, s) if course.writes else s

    first = loop_on_elements(f.name, keeping, keep, p, s, x)

    def run(a: Elements) -> tuple[Elements, Given]:
        found: Given = image(first, a)
        after, written = found
        y, states = written if course.writes else ((), written)
        b = course.result(after, y)
        return b, (b, states)

    def rule(a: Given, known: tuple[Given, Given], k: SomeLinear) -> AnyHom:
        b, states = known
        return k.linear(lambda u: push(a, states, whole(a, u)), lambda v: pull(a, states, whole(b, v)))

    def push(a: Given, states: Given, u: Given) -> Tangent:
        (p_at, _, x_at), (dp, ds, dx) = course.opened(a), course.opened(u)
        derivative = of(body, False)

        def step(shared: Given, ds: Given, at: Given) -> tuple[Given, Given]:
            (p, dp), (s, x, dx) = shared if course.shares else ((), ()), opened(at, pushed)
            return course.parted(image(derivative, (course.argument(p, s, x), course.argument(dp, ds, dx))))

        way = replace(course, reads=True, entry=closed((course.state, course.entry, course.entry), pushed))
        along = loop_on_elements(f"push {f.name}", way, step, products(p, p), s, together((s, x, x), pushed))
        return floating(f.cod, image(along, way.argument((p_at, dp), ds, closed((states, x_at, dx), pushed))))

    def pull(a: Given, states: Given, v: Given) -> Tangent:
        (p_at, _, x_at), (ds, dy) = course.opened(a), course.parted(v)
        transposed = of(body, True)

        def step(shared: Given, d: Given, at: Given) -> tuple[Given, Given]:
            (dp, ds), (s, x, dy) = d if course.shares else ((), d), opened(at, pulled)
            found: Given = image(transposed, (course.argument(shared, s, x), course.result(ds, dy)))
            more, ds, dx = course.opened(found)
            if course.shares:
                ds = whole(shared, plus(floating(p, dp), floating(p, more))), ds
            return ds, dx

        way = replace(
            course,
            reads=True,
            writes=course.reads,
            backwards=not course.backwards,
            state=(axes(p), course.state) if course.shares else course.state,
            entry=closed((course.state, course.entry, course.output), pulled),
            output=course.entry,
        )
        state = products(p, s) if course.shares else s
        back = loop_on_elements(f"pull {f.name}", way, step, p, state, together((s, x, y), pulled))
        start = (whole(p_at, None), ds) if course.shares else ds
        found, dx = way.parted(image(back, way.argument(p_at, start, closed((states, x_at, dy), pulled))))
        dp, ds = found if course.shares else ((), found)
        return floating(f.dom, course.argument(dp, ds, dx))

    return Residual(run, rule)


def closed(parts: tuple[Given, ...], there: tuple[bool, ...]) -> Given:
    """Those parts that are there, as a product; one alone as it is."""
    found = tuple([part for part, is_there in zip(parts, there, strict=True) if is_there])
    (alone, *more) = found
    return (alone, *more) if more else alone


def together(spaces: tuple[type, ...], there: tuple[bool, ...]) -> type:
    """The object of that."""
    found: type | tuple[type, ...] = closed(spaces, there)
    return products(*found) if isinstance(found, tuple) else found


def opened(x: Given, there: tuple[bool, ...]) -> list[Given]:
    """The inverse, with () for what is not there."""
    found = iter(x if sum(there) > 1 else (x,))
    return [next(found) if is_there else () for is_there in there]
