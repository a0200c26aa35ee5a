"""The step by this library: the pipeline of `experiments/gpt_names.py`."""

from collections.abc import Callable
from typing import Any

import numpy as np

from cat_ad import adam, check, pack, unpack, value_and_gradient
from experiments.gpt_names import Flags, gpt
from experiments.peers import Symbols
from experiments.peers.gpt import ADAM, Adam, GptLayer, GptParameters, GptStep, constant
from experiments.sequence_model import Weights


def make_step(
    parameters: GptParameters, heads: int, constants: Adam = ADAM, decay: Callable[[int], float] = constant
) -> GptStep:
    """A step of Adam on the vector of all parameters, which gives a new vector for the old one."""
    context, width = parameters.wpe.shape
    model = gpt(Flags(context=context, width=width, heads=heads, layers=len(parameters.layers)))
    of_one, of_batch = value_and_gradient(model.loss_of_one.arrow), value_and_gradient(model.loss.arrow)
    unpacked = unpack(Weights, model.parameters)
    optimizer = adam(lambda step: constants.rate * decay(step), constants.b1, constants.b2, constants.eps)
    blocks = tuple(((np.concatenate(layer[:3]), layer.wo), (layer.fc1, layer.fc2)) for layer in parameters.layers)
    tree = ((parameters.wte, parameters.wpe), blocks), parameters.lm_head
    current = check(model.loss.parameters, pack(model.parameters, check(model.parameters, tree)))
    state = optimizer.init(current)

    def run(inputs: Symbols, targets: Symbols) -> float:
        nonlocal state, current
        names: Any = inputs, targets  # Any: NumPy's arrays, which the boundary of the arrow checks at every step
        loss, (gradient, _) = of_one((current, names)) if inputs.ndim == 1 else of_batch((current, names))
        state, current = optimizer.step(state, current, gradient)
        return float(loss)

    def read() -> GptParameters:
        ((wte, wpe), blocks), lm_head = unpacked(current)
        layers = (GptLayer._make([*np.split(three, 3), wo, fc1, fc2]) for (three, wo), (fc1, fc2) in blocks)
        return GptParameters(wte, wpe, tuple(layers), lm_head)

    return GptStep(run, read)
