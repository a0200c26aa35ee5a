"""Lenses, parametric ones, optimisers: what goes there and what comes back is inferred, ports too."""

from typing import reveal_type

import numpy as np

from cat_ad import Dim, Float, Scalar, check, dot, dup, linear, sub, swap, tanh
from cat_ad.learning.steps import ParametricLens, learning_rate, scheduled_training_step, training_step
from cat_ad.learning.lenses import first, lens
from cat_ad.learning.optimizers import nesterov


class Inputs(Dim, size=3): ...


class Outputs(Dim, size=2): ...


rng = np.random.default_rng(0)
x, y = check(Float[Inputs], np.ones(3)), check(Float[Outputs], np.zeros(2))

reveal_type(lens(swap(Scalar, Float[Inputs])))
# R: Lens[tuple[Scalar, Float[Inputs]], tuple[Scalar, Float[Inputs]], tuple[Float[Inputs], Scalar],
# R: tuple[Float[Inputs], Scalar]]
reveal_type(first(Float[Inputs], Scalar) >> lens(tanh(Float[Inputs])))
# R: Lens[tuple[Float[Inputs], Scalar], tuple[Float[Inputs], Scalar], Float[Inputs], Float[Inputs]]
reveal_type(lens(tanh(Float[Inputs])).put(x, x))  # R: Float[Inputs]
reveal_type(lens(dot(Inputs)).run((x, x)))
# R: tuple[Scalar, (Scalar) -> tuple[Float[Inputs], Float[Inputs]]]

model = linear(Inputs, Outputs) >> tanh(Float[Outputs])
optimizer = nesterov(lr=0.1, momentum=0.9)
learner = ParametricLens(lens(model.arrow)).along(optimizer.lens(model.parameters))
error = swap(Float[Outputs], Float[Outputs]) >> sub(Float[Outputs]) >> dup(Float[Outputs]) >> dot(Outputs)
learn = learner >> ParametricLens(lens(error)) >> learning_rate(0.1)
reveal_type(learn.port[0])
# R: type[tuple[tuple[State[tuple[Float[Outputs, Inputs], Float[Outputs]]],
# R: tuple[Float[Outputs, Inputs], Float[Outputs]]], Float[Outputs]]]
params = model.init(rng)
state = optimizer.init(params)
loss, (((state, params), to_target), to_input) = learn.lens.get_and_put((((state, params), y), x), ())
reveal_type(params)  # R: tuple[Float[Outputs, Inputs], Float[Outputs]]
reveal_type(to_input)  # R: Float[Inputs]

size = model >> dup(Float[Outputs]) >> dot(Outputs)
step = training_step(size, optimizer)
reveal_type(step.get(((state, params), x)))  # R: Scalar
(state, params), _ = step.put(((state, params), x), ())
at_a_rate = scheduled_training_step(size, lambda lr: nesterov(lr, momentum=0.9))
(state, params), _ = at_a_rate.put(((0.1, (state, params)), x), ())
reveal_type(at_a_rate.put(((0.1, (state, params)), x), ()))
# R: tuple[tuple[State[tuple[Float[Outputs, Inputs], Float[Outputs]]], tuple[Float[Outputs, Inputs], Float[Outputs]]],
# R: Float[Inputs]]
