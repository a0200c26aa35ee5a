"""The step by this library: the pipeline of `experiments/gpt_names.py`, on any backend."""

from collections.abc import Callable

import numpy as np

from cat_ad import adam, check, pack, unpack
from cat_ad.objects.trees import leaves
from cat_ad.objects.values import Boundary
from experiments.gpt_names import Flags, gpt
from experiments.measuring.peers import Symbols
from experiments.measuring.peers.cat_ad_mlp import step_of
from experiments.measuring.peers.gpt import ADAM, Adam, GptLayer, GptParameters, GptStep, constant
from experiments.models.transformer import Weights
from experiments.training.backends import Backend, NumPy


def make_step(
    parameters: GptParameters,
    heads: int,
    constants: Adam = ADAM,
    decay: Callable[[int], float] = constant,
    backend: Backend | None = None,
) -> GptStep:
    """A step of Adam on the vector of all parameters, on NumPy as it is unless another backend is given."""
    backend = backend or NumPy()
    context, width = parameters.wpe.shape
    model = gpt(Flags(context=context, width=width, heads=heads, layers=len(parameters.layers)))
    unpacked = unpack(Weights, model.parameters)
    optimizer = adam(lambda step: constants.rate * decay(step), constants.b1, constants.b2, constants.eps)
    of_name = backend.compiled(step_of(model.loss_of_one, optimizer))
    of_batch = backend.compiled(step_of(model.loss, optimizer))
    a_name, a_batch = Boundary(lambda: "run", model.loss_of_one.dom), Boundary(lambda: "run", model.loss.dom)
    inside = [(np.concatenate(layer[:3]), layer.wo, layer.fc1, layer.fc2) for layer in parameters.layers]
    blocks = np.stack([np.concatenate([matrix.ravel() for matrix in layer]) for layer in inside])
    tree = ((parameters.wte, parameters.wpe), blocks), parameters.lm_head
    start = check(model.loss.parameters, pack(model.parameters, check(model.parameters, tree)))
    now = backend.put((optimizer.init(start), start))

    def run(inputs: Symbols, targets: Symbols) -> float:
        nonlocal now
        if inputs.ndim == 1:
            value, now = of_name(now, a_name((inputs, targets)), constants.rate)
        else:
            value, now = of_batch(now, a_batch((inputs, targets)), constants.rate)
        return value

    def read() -> GptParameters:
        wte, wpe, blocks, lm_head = leaves(unpacked(backend.get(now)[1]))
        ends = np.cumsum([matrix.size for matrix in inside[0]])[:-1]
        layers = list[GptLayer]()
        for row in blocks:
            parts = zip(np.split(row, ends), inside[0], strict=True)
            three, wo, fc1, fc2 = (part.reshape(like.shape) for part, like in parts)
            layers.append(GptLayer._make([*np.split(three, 3), wo, fc1, fc2]))
        return GptParameters(wte, wpe, tuple(layers), lm_head)

    return GptStep(run, read)
