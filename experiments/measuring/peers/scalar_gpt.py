"""The step in plain Python: a graph of single numbers, as in the original."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from operator import add
from typing import TypeAlias

import numpy as np

from experiments.measuring.peers import Floats, Symbols
from experiments.measuring.peers.gpt import (
    ADAM,
    EPSILON,
    Adam,
    GptLayer,
    GptParameters,
    GptStep,
    constant,
    map_matrices,
    matrices,
)


class Value:
    """A number that remembers what it was computed from."""

    __slots__ = ("data", "inputs", "slope")

    def __init__(self, data: float, *inputs: tuple[Value, float]) -> None:
        """A number, and the numbers it was computed from, each with the derivative with respect to it."""
        self.data, self.inputs, self.slope = data, inputs, 0.0

    def __add__(self, other: Value | float) -> Value:
        if isinstance(other, Value):
            return Value(self.data + other.data, (self, 1.0), (other, 1.0))
        return Value(self.data + other, (self, 1.0))

    def __mul__(self, other: Value | float) -> Value:
        if isinstance(other, Value):
            return Value(self.data * other.data, (self, other.data), (other, self.data))
        return Value(self.data * other, (self, other))

    def __pow__(self, power: float) -> Value:
        return Value(self.data**power, (self, power * self.data ** (power - 1)))

    def exp(self) -> Value:
        """The exponential."""
        result = math.exp(self.data)
        return Value(result, (self, result))

    def log(self) -> Value:
        """The natural logarithm."""
        return Value(math.log(self.data), (self, 1 / self.data))

    def relu(self) -> Value:
        """The number, or 0 if that is greater."""
        return Value(max(self.data, 0.0), (self, float(self.data > 0)))

    def backward(self) -> None:
        """Add to the slope of each number behind this one the derivative of this one with respect to it."""
        self.slope = 1.0
        for value in reversed(_in_order(self)):
            for made_of, derivative in value.inputs:
                made_of.slope += derivative * value.slope


def _in_order(last: Value) -> list[Value]:
    """All numbers behind the last, and itself, each after those it was computed from: in topological order."""
    order: list[Value] = []
    seen: set[Value] = set()
    stack = [(last, False)]
    while stack:
        value, complete = stack.pop()
        if complete:
            order.append(value)
        elif value not in seen:
            seen.add(value)
            stack.append((value, True))
            stack.extend((made_of, False) for made_of, _ in value.inputs)
    return order


Row: TypeAlias = list[Value]
Matrix: TypeAlias = list[Row]


def make_step(
    parameters: GptParameters, heads: int, adam: Adam = ADAM, decay: Callable[[int], float] = constant
) -> GptStep:
    """A step of Adam, in place on numbers that begin as those of the parameters; for one name, in float64."""
    if any(p.dtype != np.float64 for p in matrices(parameters)):
        raise ValueError(f"scalar_gpt: Python's numbers are float64; found {parameters.wte.dtype}; give float64")
    current = map_matrices(_values, parameters)
    flat = [value for matrix in matrices(current) for row in matrix for value in row]
    means, squares = [0.0] * len(flat), [0.0] * len(flat)
    step = 0

    def run(inputs: Symbols, targets: Symbols) -> float:
        nonlocal step
        if inputs.ndim != 1:
            raise ValueError(f"scalar_gpt: takes one name at a time; found shape {inputs.shape}; give shape (T,)")
        loss = _loss(current, heads, inputs.tolist(), targets.tolist())
        for p in flat:
            p.slope = 0.0
        loss.backward()
        rate = adam.rate * decay(step)
        step += 1
        for i, p in enumerate(flat):
            means[i] = adam.b1 * means[i] + (1 - adam.b1) * p.slope
            squares[i] = adam.b2 * squares[i] + (1 - adam.b2) * p.slope**2
            mean, square = means[i] / (1 - adam.b1**step), squares[i] / (1 - adam.b2**step)
            p.data -= rate * mean / (math.sqrt(square) + adam.eps)
        return loss.data

    return GptStep(run, lambda: map_matrices(_numbers, current))


def _loss(parameters: GptParameters[Matrix], heads: int, inputs: list[int], targets: list[int]) -> Value:
    wte, wpe, layers, lm_head = parameters
    xs = [_norm(_plus(wte[symbol], position)) for symbol, position in zip(inputs, wpe, strict=False)]
    for layer in layers:
        xs = [_plus(x, y) for x, y in zip(xs, _attention(layer, heads, [_norm(x) for x in xs]), strict=True)]
        hidden = [[h.relu() for h in _times(layer.fc1, _norm(x))] for x in xs]
        xs = [_plus(x, _times(layer.fc2, h)) for x, h in zip(xs, hidden, strict=True)]
    wanted = [_softmax(_times(lm_head, x))[target] for x, target in zip(xs, targets, strict=True) if target >= 0]
    return _sum(p.log() for p in wanted) * (-1 / len(wanted))


def _attention(layer: GptLayer[Matrix], heads: int, xs: Matrix) -> Matrix:
    q, k, v = ([_times(w, x) for x in xs] for w in (layer.wq, layer.wk, layer.wv))
    size = len(layer.wq) // heads
    parts = [slice(start, start + size) for start in range(0, size * heads, size)]
    ys: Matrix = []
    for here in range(len(xs)):
        merged: Row = []
        for part in parts:
            scores = [_dot(q[here][part], k[there][part]) * size**-0.5 for there in range(here + 1)]
            p = _softmax(scores)
            merged += [_dot(p, column) for column in zip(*(row[part] for row in v[: here + 1]), strict=True)]
        ys.append(_times(layer.wo, merged))
    return ys


def _norm(x: Row) -> Row:
    scale = (_dot(x, x) * (1 / len(x)) + EPSILON) ** -0.5
    return [value * scale for value in x]


def _softmax(z: Row) -> Row:
    greatest = max(value.data for value in z)
    exponentials = [(value + -greatest).exp() for value in z]
    scale = _sum(exponentials) ** -1
    return [e * scale for e in exponentials]


def _times(matrix: Matrix, x: Row) -> Row:
    return [_dot(row, x) for row in matrix]


def _plus(x: Row, y: Row) -> Row:
    return [a + b for a, b in zip(x, y, strict=True)]


def _dot(x: Sequence[Value], y: Sequence[Value]) -> Value:
    return _sum(a * b for a, b in zip(x, y, strict=True))


def _sum(values: Iterable[Value]) -> Value:
    return reduce(add, values)


def _values(matrix: Floats) -> Matrix:
    return [[Value(number) for number in row] for row in matrix.tolist()]


def _numbers(matrix: Matrix) -> Floats:
    return np.array([[value.data for value in row] for row in matrix])
