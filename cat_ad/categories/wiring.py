"""Wiring diagrams: boxes joined by wires, in any cartesian category (Joyal & Street 1991; Elliott 2017, section 8).

A term repeats what it uses twice; in a diagram each box is there once, however many wires lead on from it:

    (f ; g) & (f ; h)          is three boxes               f ; (g & h)
    t = (t & t) ; add          twelve times over is twelve boxes, where the term has 4,095

Wires are numbered, and bundled as the values of products are: as many bundles as there are factors, or the number of
one wire, on which an array is. A diagram says how boxes are joined, and not which they are, so that the same diagram
joins functions, their derivatives, and those transposed:

    wired(k, d, boxes)         the arrow of k that joins these arrows of k as the diagram d says

By the laws of cartesian categories that equals the term. Every cartesian category can join boxes by its structure,
carrying beside each box what later ones need. A category may know a better way (`Wiring`): functions keep the value of
each wire in one frame, and go through the boxes in order.

>>> from cat_ad import Scalar
>>> from cat_ad.categories.functions import Functions, function, hom
>>> square_and_cube = WiringDiagram((Scalar,) * 3, 0, (1, 2), (((0, 0), 1), ((1, 0), 2)))
>>> times = hom(lambda x: x[0] * x[1])
>>> function(wired(Functions(), square_and_cube, [times, times]))(3)
(9, 27)
>>> function(by_structure(Functions(), square_and_cube, [times, times]))(3)
(9, 27)
"""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, reduce
from itertools import chain, count
from operator import itemgetter
from string import ascii_lowercase
from typing import Any, Generic, TypeAlias, TypeVar

from cat_ad.categories.category import Cartesian, K, SomeHom
from cat_ad.objects.spaces import UNIT, product, products

B = TypeVar("B")  # what is in a box
Wires: TypeAlias = "int | tuple[Wires, ...]"
Box: TypeAlias = tuple[Wires, Wires]  # what goes in, and what comes out
Value: TypeAlias = Any  # Any: what is on a wire, or a bundle of these
Frame: TypeAlias = list[Value]
Take: TypeAlias = Callable[[Frame], Value]
Put: TypeAlias = Callable[[Frame, Value], None]
Path: TypeAlias = list[SomeHom[K]]  # arrows to compose; none is the identity


@dataclass(frozen=True, eq=False)
class WiringDiagram:
    """The objects of its wires, those that come in and go out, and the boxes, each after those that it needs."""

    spaces: Sequence[type]
    ins: Wires
    outs: Wires
    boxes: Sequence[Box]

    def object_of(self, wires: Wires) -> type:
        """The object of a bundle."""
        if isinstance(wires, int):
            return self.spaces[wires]
        return products(*map(self.object_of, wires)) if wires else UNIT

    @cached_property
    def last(self) -> list[int]:
        """For each wire the last box that uses it: -1 where none does, and one more than there are at the end."""
        found = [-1] * len(self.spaces)
        for at, (ins, _) in enumerate(self.boxes):
            for wire in each_wire(ins):
                found[wire] = at
        for wire in each_wire(self.outs):
            found[wire] = len(self.boxes)
        return found

    @cached_property
    def steps(self) -> list[tuple[Take, Put, tuple[int, ...]]]:
        """For each box how its argument is taken and its result put, and the wires that nobody needs afterwards."""
        dead: list[set[int]] = [set() for _ in self.boxes]
        for at, (ins, outs) in enumerate(self.boxes):
            for wire in (*each_wire(ins), *each_wire(outs)):
                if self.last[wire] <= at:
                    dead[at].add(wire)
        return [(taking(ins), putting(outs), tuple(over)) for (ins, outs), over in zip(self.boxes, dead, strict=True)]

    @cached_property
    def start(self) -> Put:
        """How the argument is put onto the wires that come in."""
        return putting(self.ins)

    @cached_property
    def end(self) -> Take:
        """How the result is taken from the wires that go out."""
        return taking(self.outs)

    def frame(self, a: object) -> Frame:  # of a value of the wires that come in
        """A frame with the argument on its wires."""
        frame: Frame = [None] * len(self.spaces)
        self.start(frame, a)
        return frame

    def run(self, calls: Sequence[Callable[[Value], Value]], a: Value) -> Value:
        """Call each box on what is on its wires, in order, and forget what nobody needs any more."""
        frame = self.frame(a)
        for call, (take, put, dead) in zip(calls, self.steps, strict=True):
            put(frame, call(take(frame)))
            for wire in dead:
                frame[wire] = None
        return self.end(frame)

    def form(self, keys: Sequence[Hashable]) -> Hashable:
        """What equal diagrams have in common, given what equal boxes have: the boxes in the order of their first use.

        Wires are numbered anew, those that come in first. A box that nobody needs is left out.
        """
        maker = {wire: at for at, (_, outs) in enumerate(self.boxes) for wire in each_wire(outs)}
        number = {wire: at for at, wire in enumerate(each_wire(self.ins))}
        placed, todo = list[Hashable](), [*each_wire(self.outs)][::-1]
        while todo:
            if todo[-1] in number:
                todo.pop()
                continue
            ins, outs = self.boxes[maker[todo[-1]]]
            missing = [wire for wire in each_wire(ins) if wire not in number]
            if missing:
                todo.extend(reversed(missing))
                continue
            placed.append((keys[maker[todo[-1]]], _renamed(ins, number)))
            number.update({wire: len(number) + at for at, wire in enumerate(each_wire(outs))})
        return self.object_of(self.ins), _renamed(self.outs, number), tuple(placed)

    def on_pairs(
        self, boxes: Sequence[B], nest: Callable[[type], B], unnest: Callable[[type], B]
    ) -> tuple[WiringDiagram, Sequence[B]]:
        """The same diagram with products of two only: another is on one wire, between boxes that pair its factors."""
        return _Pairing(self, boxes, nest, unnest).run() if any(map(_is_long, self._bundles)) else (self, boxes)

    @property
    def _bundles(self) -> Iterator[Wires]:
        return chain((self.ins, self.outs), *self.boxes)

    def text(self, names: Sequence[str], arguments: Sequence[str] = ()) -> str:
        """The diagram as a function of its wires, given the names of its boxes; what is used twice has a name.

        `arguments` are the names of what comes in, if it has any.
        """
        if len(names) > 200:
            return f"(... {len(names):,} boxes ...)"
        uses = Counter(wire for ins in (*[ins for ins, _ in self.boxes], self.outs) for wire in each_wire(ins))
        letters = (letter for letter in map(_letters, count()) if letter not in arguments)
        parts = self.ins if isinstance(self.ins, tuple) and len(arguments) == len(self.ins) else (self.ins,)
        on = {part: name for part, name in zip(parts, arguments, strict=False) if isinstance(part, int)}
        on |= {wire: next(letters) for wire in each_wire(self.ins) if wire not in on}
        start, named = _written(self.ins, on), list[str]()
        for (ins, outs), name in zip(self.boxes, names, strict=True):
            called = f"{name}{_written(ins, on) if isinstance(ins, tuple) else f'({on[ins]})'}"
            if isinstance(outs, int) and uses[outs] == 1:
                on[outs] = called
            else:
                on |= {wire: next(letters) for wire in each_wire(outs)}
                named.append(f"{_written(outs, on)} = {called}")
        return f"({start} -> {'; '.join([*named, _written(self.outs, on)])})"


def _is_long(wires: Wires) -> bool:
    """Is there a product of more than two in the bundle, or of one?"""
    return isinstance(wires, tuple) and (len(wires) not in (0, 2) or any(map(_is_long, wires)))


class _Pairing(Generic[B]):
    """Puts the boxes of a diagram between boxes that nest products and unnest them."""

    def __init__(
        self, diagram: WiringDiagram, boxes: Sequence[B], nest: Callable[[type], B], unnest: Callable[[type], B]
    ) -> None:
        self.diagram, self.boxes, self.nest, self.unnest = diagram, boxes, nest, unnest
        self.spaces = [*diagram.spaces]
        self.made: list[tuple[B, Box]] = []
        self.known: dict[Wires, int] = {}  # the wires on which products are

    def run(self) -> tuple[WiringDiagram, Sequence[B]]:
        """The diagram and its boxes."""
        ins = self.open(self.diagram.ins)
        for box, (into, out) in zip(self.boxes, self.diagram.boxes, strict=True):
            taken, at = self.close(into), len(self.made)
            opened = self.open(out)
            self.made.insert(at, (box, (taken, opened)))
        outs = self.close(self.diagram.outs)
        return WiringDiagram(self.spaces, ins, outs, [at for _, at in self.made]), [box for box, _ in self.made]

    def open(self, wires: Wires) -> Wires:
        """The bundle that comes instead of one, and after it the boxes that take products in it apart."""
        if isinstance(wires, int):
            return wires
        if not _is_long(wires):
            return wires
        if len(wires) == 2:
            return self.open(wires[0]), self.open(wires[1])
        whole, at, space = self.on_one_wire(wires), len(self.made), self.diagram.object_of(wires)
        parts = [self.open(part) for part in wires]
        self.made.insert(at, (self.nest(space), (whole, _to_the_right(parts))))
        return whole

    def close(self, wires: Wires) -> Wires:
        """The bundle that is needed instead of one, after boxes that put products in it together."""
        if isinstance(wires, int) or not _is_long(wires):
            return wires
        if len(wires) == 2:
            return self.close(wires[0]), self.close(wires[1])
        if wires not in self.known:
            parts, space = [self.close(part) for part in wires], self.diagram.object_of(wires)
            self.made.append((self.unnest(space), (_to_the_right(parts), self.on_one_wire(wires))))
        return self.known[wires]

    def on_one_wire(self, wires: Wires) -> int:
        """A new wire for a product."""
        self.spaces.append(self.diagram.object_of(wires))
        return self.known.setdefault(wires, len(self.spaces) - 1)


def _to_the_right(parts: Sequence[Wires]) -> Wires:
    """Pairs, nested to the right."""
    *first, last = parts
    return reduce(lambda inner, part: (part, inner), reversed(first), last)


def _letters(n: int) -> str:
    """a, b, ..., z, a1, b1, ..."""
    return f"{ascii_lowercase[n % 26]}{n // 26 or ''}"


def _written(wires: Wires, on: Mapping[int, str]) -> str:
    return on[wires] if isinstance(wires, int) else f"({', '.join(_written(part, on) for part in wires)})"


def _renamed(wires: Wires, number: Mapping[int, int]) -> Wires:
    """The same bundle of wires that are numbered so."""
    if isinstance(wires, int):
        return number[wires]
    return tuple([_renamed(part, number) for part in wires])


def halves(pair: Wires) -> tuple[Wires, Wires]:
    """The two parts of a bundle that is a pair."""
    left, right = pair  # type: ignore[misc]  # it is one
    return left, right


def each_wire(wires: Wires) -> Iterator[int]:
    """The wires of a bundle, from left to right."""
    if isinstance(wires, int):
        yield wires
    else:
        for part in wires:
            yield from each_wire(part)


def taking(wires: Wires) -> Take:
    """How a value is taken from a frame."""
    if isinstance(wires, int):
        return itemgetter(wires)
    if not wires:
        return lambda frame: ()
    if len(wires) > 1 and all(isinstance(part, int) for part in wires):
        return itemgetter(*wires)
    parts = [taking(part) for part in wires]
    if len(parts) == 2:
        first, second = parts
        return lambda frame: (first(frame), second(frame))
    return lambda frame: tuple([part(frame) for part in parts])


def putting(wires: Wires) -> Put:
    """How a value is put into a frame."""
    if isinstance(wires, int):
        return lambda frame, x: frame.__setitem__(wires, x)
    parts = [putting(part) for part in wires]
    if len(parts) == 2:
        first, second = parts

        def put(frame: Frame, x: Value) -> None:
            first(frame, x[0])
            second(frame, x[1])

        return put

    def put_each(frame: Frame, x: Value) -> None:
        for part, value in zip(parts, x, strict=True):
            part(frame, value)

    return put_each


class Wiring(Cartesian[K]):
    """A category that joins arrows along wires in a way of its own, which equals `by_structure`."""

    @abstractmethod
    def wire(self, diagram: WiringDiagram, boxes: Sequence[SomeHom[K]]) -> SomeHom[K]:
        """The boxes, joined."""


class BackWiring(Wiring[K]):
    """A category that also joins along reversed wires in a way of its own, which equals `by_structure` in its dual."""

    @abstractmethod
    def wire_back(self, diagram: WiringDiagram, boxes: Sequence[SomeHom[K]]) -> SomeHom[K]:
        """From what goes out of the diagram to what comes in; each box is an arrow from its results to its argument."""


def wired(k: Cartesian[K], diagram: WiringDiagram, boxes: Sequence[SomeHom[K]]) -> SomeHom[K]:
    """The boxes, joined as the diagram says."""
    return k.wire(diagram, boxes) if isinstance(k, Wiring) else by_structure(k, diagram, boxes)


# By structure --------------------------------------------------------------------------------------------------------

FEW = 8  # boxes are put one after the other; more are halved first


def by_structure(k: Cartesian[K], diagram: WiringDiagram, boxes: Sequence[SomeHom[K]]) -> SomeHom[K]:
    """The boxes joined by composition, cross, fork and projections.

    Beside each box goes what later ones need. Many boxes are halved, and beside a half goes what it does not use: so n
    boxes take n log n steps, and what goes beside them is nested log n deep.
    """
    carrying = _Carrying(k, diagram, boxes)
    return carrying.whole(diagram.ins, carrying.past(0, len(boxes), diagram.ins, diagram.outs))


def balanced(wires: Sequence[int]) -> Wires:
    """A bundle of these wires, nested as little as can be."""
    if len(wires) < 2:
        return wires[0] if wires else ()
    return balanced(wires[: len(wires) // 2]), balanced(wires[len(wires) // 2 :])


@dataclass(frozen=True)
class _Carrying(Generic[K]):
    """Paths from one bundle of wires to another."""

    k: Cartesian[K]
    diagram: WiringDiagram
    boxes: Sequence[SomeHom[K]]
    objects: dict[int, tuple[Wires, type]] = field(default_factory=dict)  # of bundles, by identity

    def past(self, start: int, end: int, state: Wires, wanted: Wires) -> Path[K]:
        """Past the boxes from start to end, from a bundle to what is wanted of it and of their results."""
        path = list[SomeHom[K]]()
        if end - start <= FEW:
            for at in range(start, end):
                step, state = self.step(at, state)
                path += step
        else:
            middle = (start + end) // 2
            results = [wire for _, outs in self.diagram.boxes[start:middle] for wire in each_wire(outs)]
            between = [wire for wire in (*each_wire(state), *results) if self.diagram.last[wire] >= middle]
            for first, last, after in (start, middle, between), (middle, end, [*each_wire(wanted)]):
                step, state = self.half(first, last, state, after)
                path += step
        return path + self.route(state, wanted)

    def half(self, start: int, end: int, state: Wires, after: Sequence[int]) -> tuple[Path[K], Wires]:
        """Past these boxes, with what they do not use beside them: the path, and the bundle of what is wanted after."""
        used, wanted = {wire for ins, _ in self.diagram.boxes[start:end] for wire in each_wire(ins)}, set(after)
        beside = [wire for wire in each_wire(state) if wire in wanted and wire not in used]
        within = balanced([wire for wire in each_wire(state) if wire in used])
        rest = balanced([*(dict.fromkeys(after) - dict.fromkeys(beside).keys())])
        if not beside:
            return self.route(state, within) + self.past(start, end, within, rest), rest
        left = balanced(beside)
        aside = self.k.cross(self.whole(left, []), self.whole(within, self.past(start, end, within, rest)))
        return [*self.route(state, (left, within)), aside], (left, rest)

    def step(self, at: int, state: Wires) -> tuple[Path[K], Wires]:
        """Past one box: it goes beside the largest part of the bundle that it does not use."""
        ins, outs = self.diagram.boxes[at]
        wanted, kept = set(each_wire(ins)), self.still_needed(state, at)
        if isinstance(state, tuple) and state and wanted:
            left, right = state
            if wanted.isdisjoint(each_wire(right)):
                return self.beside(state, *self.step(at, left), *self.kept(right, at))
            if wanted.isdisjoint(each_wire(left)):
                return self.beside(state, *self.kept(left, at), *self.step(at, right))
        path = [*self.route(state, ins), self.boxes[at]]
        if kept == ():
            return path, outs
        return [self.k.fork(self.whole(state, self.route(state, kept)), self.k.chain(path))], (kept, outs)

    def kept(self, state: Wires, at: int) -> tuple[Path[K], Wires]:
        """The way to that part of a bundle which is needed after a box, and this part."""
        after = self.still_needed(state, at)
        return self.route(state, after), after

    def beside(self, state: Wires, left: Path[K], l: Wires, right: Path[K], r: Wires) -> tuple[Path[K], Wires]:
        """Two steps side by side; where one leaves nothing, the other alone."""
        first, second = halves(state)
        if l == ():
            return [self.k.exr(self.object(first), self.object(second)), *right], r
        if r == ():
            return [self.k.exl(self.object(first), self.object(second)), *left], l
        return [self.k.cross(self.whole(first, left), self.whole(second, right))] if left or right else [], (l, r)

    def still_needed(self, state: Wires, at: int) -> Wires:
        """The bundle without the wires that no later box uses."""
        if isinstance(state, int):
            return state if self.diagram.last[state] > at else ()
        if not state:
            return ()
        left, right = (self.still_needed(part, at) for part in state)
        return (left, right) if left != () and right != () else left if left != () else right

    def route(self, state: Wires, to: Wires) -> Path[K]:
        """The way from a bundle to another of the same wires."""
        return _Route(self, {wire: at for at, wire in enumerate(each_wire(state))}).between(state, 0, to)

    def whole(self, state: Wires, path: Path[K]) -> SomeHom[K]:
        """A path from a bundle as one arrow."""
        return self.k.chain(path) if path else self.k.id(self.object(state))

    def object(self, wires: Wires) -> type:
        """The object of a bundle."""
        if isinstance(wires, int):
            return self.diagram.spaces[wires]
        if id(wires) not in self.objects:
            self.objects[id(wires)] = wires, product(*map(self.object, wires)) if wires else UNIT
        return self.objects[id(wires)][1]


@dataclass(frozen=True)
class _Route(Generic[K]):
    """Ways from a bundle, in which each wire has a place."""

    carrying: _Carrying[K]
    places: dict[int, int]
    spans: dict[int, tuple[int, int, int]] = field(default_factory=dict)  # of bundles, by identity

    def span(self, wires: Wires) -> tuple[int, int, int]:
        """The first and the last place of a bundle, which are the wrong way round if it is empty; and how many."""
        if isinstance(wires, int):
            return self.places[wires], self.places[wires], 1
        if not wires:
            return len(self.places), -1, 0
        if id(wires) not in self.spans:
            (a, b, n), (c, d, m) = map(self.span, wires)
            self.spans[id(wires)] = min(a, c), max(b, d), n + m
        return self.spans[id(wires)]

    def between(self, state: Wires, start: int, to: Wires) -> Path[K]:
        """From a part of the bundle, whose places begin at `start`."""
        k, here, whole = self.carrying.k, self.carrying.object, self.carrying.whole
        if state == to:
            return []
        if to == ():
            return [k.it(here(state))]
        if isinstance(state, tuple) and state:
            left, right = state
            middle = start + self.span(left)[2]
            if self.span(to)[1] < middle:
                return [k.exl(here(left), here(right)), *self.between(left, start, to)]
            if self.span(to)[0] >= middle:
                return [k.exr(here(left), here(right)), *self.between(right, middle, to)]
            if isinstance(to, tuple):
                first, second = halves(to)
                if self.span(first)[1] < middle <= self.span(second)[0]:
                    sides = self.between(left, start, first), self.between(right, middle, second)
                    return [k.cross(whole(left, sides[0]), whole(right, sides[1]))]
                if self.span(second)[1] < middle <= self.span(first)[0]:
                    sides = self.between(right, middle, first), self.between(left, start, second)
                    path: Path[K] = [k.swap(here(left), here(right))]
                    return path if not any(sides) else [*path, k.cross(whole(right, sides[0]), whole(left, sides[1]))]
        first, second = halves(to)  # one wire of one wire would be the same
        if first == second:
            return [*self.between(state, start, first), k.dup(here(first))]
        ways = self.between(state, start, first), self.between(state, start, second)
        return [k.fork(whole(state, ways[0]), whole(state, ways[1]))]
