"""Lenses put together that do not fit, and given what does not belong to them."""

import numpy as np

from cat_ad import Dim, Float, Scalar, adam, check, exl, linear, tanh, total
from cat_ad.learning.steps import ParametricLens, learning_rate, scheduled_training_step, training_step
from cat_ad.learning.lenses import identity, lens


class Inputs(Dim, size=3): ...


class Outputs(Dim, size=2): ...


x, y = check(Float[Inputs], np.ones(3)), check(Float[Outputs], np.zeros(2))
model = linear(Inputs, Outputs)
learner = ParametricLens(lens(model.arrow))

there = lens(tanh(Float[Inputs])) >> lens(tanh(Float[Outputs]))
# E: [arg-type] "Elementwise" has incompatible type "type[Float[Outputs]]"; expected "type[Float[Inputs]]"
back = identity(Scalar, Float[Inputs]) >> identity(Scalar, Float[Outputs])
# E: [arg-type] Argument 2 to "identity" has incompatible type "type[Float[Outputs]]"; expected "type[Float[Inputs]]"
rate_after_a_vector = learner >> learning_rate(0.1)  # E: [operator] Unsupported operand types for >>
optimiser_of_another_model = learner.along(adam(0.1).lens(Float[Inputs]))
# E: [arg-type] "lens" of "Optimizer" has incompatible type "type[Float[Inputs]]"; expected "type[tuple[Float[Outputs,
ParametricLens(lens(tanh(Float[Inputs])))  # E: [arg-type] expected "Lens[tuple[Never, Never], tuple[Never, Never],
training_step(model, adam(0.1))
# E: [arg-type] expected "Para[tuple[Float[Outputs, Inputs], Float[Outputs]], Float[Inputs], Scalar]"
scheduled_training_step(model >> total(Float[Outputs]), adam(0.1))
# E: [arg-type] has incompatible type "Optimizer"; expected
lens(total(Float[Inputs])).put(x, y)  # E: [arg-type] "put" of "Lens" has incompatible type "Float[Outputs]"
what_comes_back: Float[Outputs] = lens(exl(Float[Inputs], Scalar)).get((x, check(Scalar, 1.0)))
# E: [assignment] (expression has type "Float[Inputs]", variable has type "Float[Outputs]")
