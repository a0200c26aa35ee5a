"""Optimisers given what belongs to another model."""

import numpy as np

from cat_ad import Dim, Float, State, adam, check, dense, gradient, linear, sgd, total


class Hidden(Dim, size=4): ...


class Digits(Dim, size=2): ...


rng = np.random.default_rng(0)
ones = check(Float[Hidden], np.ones(4))
model, other = linear(Hidden, Digits), dense(Hidden, Digits)
weights, other_weights = model.init(rng), other.init(rng)
slope, slope_of_input = gradient((model >> total(Float[Digits])).arrow)((weights, ones))
other_slope = gradient((other >> total(Float[Digits])).arrow)((other_weights, ones))[0]
optimizer = adam(0.1)
state, other_state = optimizer.init(weights), optimizer.init(other_weights)

parameters_of_another_model = optimizer.step(state, other_weights, slope)
# E: [misc] Cannot infer value of type parameter "P" of "step"
state_of_another_model = optimizer.step(other_state, weights, slope)
# E: [misc] Cannot infer value of type parameter "P" of "step"
gradient_of_another_model = optimizer.step(state, weights, other_slope)
# E: [misc] Cannot infer value of type parameter "P" of "step"
gradient_of_the_input = optimizer.step(state, weights, slope_of_input)
# E: [misc] Cannot infer value of type parameter "P" of "step"
gradient_with_the_input = optimizer.step(state, weights, (slope, slope_of_input))
# E: [misc] Cannot infer value of type parameter "P" of "step"
parameters_first = optimizer.step(weights, state, slope)
# E: [arg-type] has incompatible type "tuple[Float[Digits, Hidden], Float[Digits]]"; expected "State[
state_and_parameters: State[Float[Digits, Hidden]] = optimizer.step(other_state, other_weights, other_slope)
# E: [assignment] (expression has type "tuple[State[Float[Digits, Hidden]], Float[Digits, Hidden]]", variable has type
used_by_another_model = model(optimizer.step(other_state, other_weights, other_slope)[1], ones)
# E: [call-overload] "Para" matches argument types "Float[Digits, Hidden]", "Float[Hidden]"
rate_as_text = sgd(lr="0.1")  # E: [arg-type] has incompatible type "str"; expected "float | Callable[[int], float]"
