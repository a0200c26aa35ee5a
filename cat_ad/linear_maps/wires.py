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

from cat_ad.categories.wiring import Frame, Wires, WiringDiagram, each_wire
from cat_ad.objects.tangents import Tangent, plus
from cat_ad.objects.trees import joined


def pushed(diagram: WiringDiagram, calls: Sequence[Callable[[Tangent], Tangent]], u: Tangent) -> Tangent:
    """What comes out, if u goes in and each box is called in order; for each box its derivative."""
    frame: Frame = [None] * len(diagram.spaces)
    _add(frame, diagram.ins, u)
    for call, (ins, outs), (_, _, dead) in zip(calls, diagram.boxes, diagram.steps, strict=True):
        v = _tangent_on(frame, ins)
        if v is not None:
            _add(frame, outs, call(v))
        for wire in dead:
            frame[wire] = None
    return _tangent_on(frame, diagram.outs)


def pulled(diagram: WiringDiagram, calls: Sequence[Callable[[Tangent], Tangent]], v: Tangent) -> Tangent:
    """What comes back to where the diagram begins; for each box the transpose of its derivative."""
    frame: Frame = [None] * len(diagram.spaces)
    _add(frame, diagram.outs, v)
    for call, (ins, outs) in zip(reversed(calls), reversed(diagram.boxes), strict=True):
        w = _tangent_on(frame, outs)
        for wire in each_wire(outs):
            frame[wire] = None
        if w is not None:
            _add(frame, ins, call(w))
    return _tangent_on(frame, diagram.ins)


def _tangent_on(frame: Frame, wires: Wires) -> Tangent:
    """The tangent on a bundle of wires."""
    if isinstance(wires, int):
        return frame[wires]
    return joined(*[_tangent_on(frame, part) for part in wires]) if wires else None


def _add(frame: Frame, wires: Wires, u: Tangent) -> None:
    """Add a tangent to what is on a bundle of wires."""
    if isinstance(wires, int):
        frame[wires] = plus(frame[wires], u)
    elif u is not None:
        for part, v in zip(wires, u, strict=True):
            _add(frame, part, v)
