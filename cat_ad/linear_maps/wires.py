"""Tangents on the wires of a diagram: pushed on through its boxes, or pulled back, and added where a wire was copied.

To pull back is backpropagation. Each box is called once at most, and not at all if what comes to it is zero.

>>> from cat_ad import Scalar
>>> doubled_then_added = WiringDiagram((Scalar,) * 3, 0, 2, ((0, 1), ((1, 1), 2)))
>>> double, add = lambda u: 2 * u, lambda u: u[0] + u[1]
>>> pushed(doubled_then_added, [double, add], 3.0)
12.0
>>> copy = lambda v: (v, v)
>>> pulled(doubled_then_added, [double, copy], 3.0)
12.0
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import TypeAlias

from cat_ad.categories.wiring import Frame, Put, Take, Wires, WiringDiagram, each_wire
from cat_ad.objects.tangents import Tangent, plus
from cat_ad.objects.trees import joined

Step: TypeAlias = tuple[Take, Put, tuple[int, ...]]  # what comes to a box, where it leads, and wires that it ends


def pushed(diagram: WiringDiagram, calls: Sequence[Callable[[Tangent], Tangent]], u: Tangent) -> Tangent:
    """What comes out, if u goes in and each box is called in order; for each box its derivative."""
    frame: Frame = [None] * len(diagram.spaces)
    start, steps, end = _forth(diagram)
    start(frame, u)
    for call, (take, put, dead) in zip(calls, steps, strict=True):
        v = take(frame)
        if v is not None:
            put(frame, call(v))
        for wire in dead:
            frame[wire] = None
    return end(frame)


def pulled(diagram: WiringDiagram, calls: Sequence[Callable[[Tangent], Tangent]], v: Tangent) -> Tangent:
    """What comes back to where the diagram begins; for each box the transpose of its derivative."""
    frame: Frame = [None] * len(diagram.spaces)
    start, steps, end = _back(diagram)
    start(frame, v)
    for call, (take, put, dead) in zip(reversed(calls), steps, strict=True):
        w = take(frame)
        for wire in dead:
            frame[wire] = None
        if w is not None:
            put(frame, call(w))
    return end(frame)


@lru_cache(maxsize=256)
def _forth(diagram: WiringDiagram) -> tuple[Put, Sequence[Step], Take]:
    steps = [
        (_tangent_on(ins), _adding(outs), dead)
        for (ins, outs), (_, _, dead) in zip(diagram.boxes, diagram.steps, strict=True)
    ]
    return _adding(diagram.ins), steps, _tangent_on(diagram.outs)


@lru_cache(maxsize=256)
def _back(diagram: WiringDiagram) -> tuple[Put, Sequence[Step], Take]:
    steps = [(_tangent_on(outs), _adding(ins), tuple(each_wire(outs))) for ins, outs in reversed(diagram.boxes)]
    return _adding(diagram.outs), steps, _tangent_on(diagram.ins)


def _tangent_on(wires: Wires) -> Take:
    """How the tangent on a bundle of wires is taken from a frame."""
    if isinstance(wires, int):
        return itemgetter(wires)
    if not wires:
        return lambda frame: None
    parts = [_tangent_on(part) for part in wires]
    if len(parts) == 2:
        first, second = parts
        return lambda frame: joined(first(frame), second(frame))
    return lambda frame: joined(*[part(frame) for part in parts])


def _adding(wires: Wires) -> Put:
    """How a tangent is added to what is on a bundle of wires."""
    if isinstance(wires, int):
        return lambda frame, u: frame.__setitem__(wires, u if frame[wires] is None else plus(frame[wires], u))
    parts = [_adding(part) for part in wires]

    def add(frame: Frame, u: Tangent) -> None:
        if u is not None:
            for part, v in zip(parts, u, strict=True):
                part(frame, v)

    return add
