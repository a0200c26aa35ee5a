"""Tidy diagrams: without what is not used.

By two laws of cartesian categories: `f ; it = it`, a box none of whose results is used can be left out; and
`dup ; exl = id`, so can a copy that is not used.

>>> from cat_ad import Scalar, dup, exl, sin
>>> from cat_ad.readings.diagrams import Diagrams, diagram
>>> print(tidy(diagram((dup(Scalar) >> sin(Scalar) * sin(Scalar) >> exl(Scalar, Scalar)).to(Diagrams()))))
sin
"""

from __future__ import annotations

from collections.abc import Sequence

from cat_ad.readings.diagrams.category import Wiring, discopy


def tidy(wiring: Wiring) -> Wiring:
    """The same arrow, with no box and no copy whose results are not used.

    Raises `InterpretationError` unless DisCoPy is installed.
    """
    markov = discopy("tidy")
    steps, wires = list[tuple[Wiring, int, list[int], list[int]]](), list(range(len(wiring.dom)))
    count = len(wires)
    for box, at in zip(wiring.boxes, wiring.offsets, strict=True):
        outs = list(range(count, count + len(box.cod)))
        count += len(outs)
        steps.append((box, at, wires[at : at + len(box.dom)], outs))
        wires[at : at + len(box.dom)] = outs
    used = set(wires)
    for box, _, ins, outs in reversed(steps):
        if box.data is None and len(ins) == 2:  # a swap
            used.update(wire for wire, other in zip(ins, reversed(outs), strict=True) if other in used)
        elif used.intersection(outs):
            used.update(ins)

    def end_the_rest(wires: Wiring, ids: Sequence[int]) -> Wiring:
        parts = (
            markov.Diagram.id(wire) if i in used else markov.Diagram.copy(wire, 0)
            for wire, i in zip(wires, ids, strict=True)
        )
        return markov.Diagram.id().tensor(*parts)

    wires = list(range(len(wiring.dom)))
    tidied = [end_the_rest(wiring.dom, wires)]
    for box, at, ins, outs in steps:
        before = len(used.intersection(wires[:at]))
        wires[at : at + len(ins)] = outs
        stays = used.intersection(outs) if box.data is not None else outs and used.issuperset([*ins, *outs])
        if stays:
            cod, after = tidied[-1].cod, before + len(ins)
            tidied.append(cod[:before] @ (box >> end_the_rest(box.cod, outs)) @ cod[after:])
    return tidied[0].then(*tidied[1:])
