"""Learning as one composite of lenses: the same steps as by hand, and the same composition as that of models."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cat_ad import (
    CompositionError,
    Dim,
    Float,
    Para,
    Scalar,
    SpaceError,
    adam,
    check,
    constant,
    dot,
    dup,
    gradient,
    identity,
    it,
    linear,
    mean,
    para,
    stage,
    sub,
    swap,
    tanh,
)
from cat_ad.learning.lenses import Lens, lens
from cat_ad.learning.lenses import identity as identity_lens
from cat_ad.learning.optimizers import LearningRate, Optimizer, State, adagrad, nesterov, scheduled, sgd
from cat_ad.learning.steps import ParametricLens, learning_rate, scheduled_training_step, training_step
from cat_ad.objects.spaces import factors, product
from tests.support.trees import Tree, assert_close, coordinates, numbers, point

Some: TypeAlias = Any  # Any: lenses between objects of many kinds, and what a type checker refuses

STEPS = 20


class In(Dim, size=3):
    """What is known."""


class Middle(Dim, size=4):
    """In between."""


class Out(Dim, size=2):
    """What is to be found."""


FIRST = linear(In, Middle) >> tanh(Float[Middle])
SECOND = linear(Middle, Out)
MODEL = FIRST >> SECOND
ERROR = sub(Float[Out]) >> dup(Float[Out]) >> dot(Out)  # of prediction and target
LOSS: Para[Some, Some, Scalar] = MODEL * identity(Float[Out]) >> ERROR

OPTIMIZERS: dict[str, Optimizer] = {
    "descent": sgd(0.03),
    "descent, falling": sgd(lambda step: 0.1 / (1 + step)),
    "momentum": sgd(0.01, momentum=0.9),
    "nesterov": nesterov(0.01, momentum=0.9),
    "adagrad": adagrad(0.1),
    "adam": adam(0.01),
}
OF_A_RATE: dict[str, Callable[[LearningRate], Optimizer]] = {
    "descent": sgd,
    "momentum": lambda lr: sgd(lr, momentum=0.9),
    "nesterov": lambda lr: nesterov(lr, momentum=0.9),
    "adagrad": adagrad,
    "adam": adam,
}
EVERY = pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)


def parametric(f: Para[Some, Some, Some]) -> ParametricLens[Some, Some, Some, Some, Some, Some]:
    """A model as a lens, with its parameters at the port."""
    return ParametricLens(lens(f.arrow))


def drawn(space: type, seed: int = 0) -> Tree:
    """A value of an object."""
    return point(space, np.random.default_rng(seed))


def assert_same(f: Lens[Some, Some, Some, Some], g: Lens[Some, Some, Some, Some]) -> None:
    """Two lenses go between the same objects, and do the same."""
    assert (f.dom, f.cod) == (g.dom, g.cod)
    s, b = drawn(f.dom[0]), drawn(f.cod[1], 1)
    (one, back), (other, same_back) = f.get_and_put(s, b), g.get_and_put(s, b)
    assert_close(numbers(one), numbers(other), 1e-12, "get")
    assert_close(coordinates(s, back), coordinates(s, same_back), 1e-12, "put")


# A step --------------------------------------------------------------------------------------------------------------


@EVERY
def test_a_step_of_training_is_gradient_and_update(optimizer: Optimizer) -> None:
    """To the last bit: the gradient where the optimiser wants it, and then its step."""
    step, slope = training_step(LOSS, optimizer), gradient(LOSS.arrow)
    params = expected = drawn(LOSS.parameters)
    state = expected_state = optimizer.init(params)
    for n in range(STEPS):
        data = drawn(LOSS.dom, n)
        looked_at = optimizer.get(expected_state, expected)
        loss, ((state, params), dx) = step.get_and_put(((state, params), data), ())
        along, expected_dx = slope((looked_at, data))
        expected_state, expected = optimizer.step(expected_state, expected, along)
        pairs = (loss, LOSS(looked_at, data)), (params, expected), (state.moments, expected_state.moments)
        for found, wanted in (*pairs, (dx, expected_dx)):
            assert numbers(found).tobytes() == numbers(wanted).tobytes()
        assert state.steps == expected_state.steps == n + 1


@EVERY
def test_model_optimiser_loss_and_rate_compose(optimizer: Optimizer) -> None:
    """The paper's picture: an optimiser at the port of the model, the target at that of the loss, a rate at the end.

    It is the step of the loss of the whole, whose data are input and target.
    """
    model = parametric(MODEL).along(optimizer.lens(MODEL.parameters))
    loss: Some = ParametricLens(lens(swap(Float[Out], Float[Out]) >> ERROR))
    by_parts = (model >> loss >> learning_rate(1.0)).lens
    whole = training_step(LOSS, optimizer)
    params = same_params = drawn(MODEL.parameters)
    state = same_state = optimizer.init(params)
    for n in range(STEPS):
        x, y = drawn(LOSS.dom, n)
        error, (((state, params), _), _) = by_parts.get_and_put((((state, params), y), x), ())
        same_error, ((same_state, same_params), _) = whole.get_and_put(((same_state, same_params), (x, y)), ())
        assert float(error) == pytest.approx(float(same_error), rel=1e-12)
        assert_close(numbers(params), numbers(same_params), 1e-9)


def test_two_optimisers_for_two_layers() -> None:
    """Each on its own port: the layers learn as each would by its own."""
    slow, fast = sgd(0.01), adam(0.1)
    both = parametric(FIRST).along(slow.lens(FIRST.parameters)) >> parametric(SECOND).along(
        fast.lens(SECOND.parameters)
    )
    loss: Some = ParametricLens(lens(swap(Float[Out], Float[Out]) >> ERROR))
    p, q = drawn(MODEL.parameters)
    x, y = drawn(LOSS.dom)
    start = (((slow.init(p), p), (fast.init(q), q)), y), x
    ((((_, new_p), (_, new_q)), _), _) = (both >> loss >> learning_rate(1.0)).lens.put(start, ())
    (dp, dq), _ = gradient(LOSS.arrow)(((p, q), (x, y)))
    assert_close(numbers(new_p), numbers(slow.step(slow.init(p), p, dp)[1]), 1e-12)
    assert_close(numbers(new_q), numbers(fast.step(fast.init(q), q, dq)[1]), 1e-12)


def test_an_optimiser_may_learn_the_input() -> None:
    """The gradient at the data is put back too: an input is found for which the model says what is wanted (4.2)."""
    params, wanted = drawn(MODEL.parameters), check(Float[Out], np.array([0.1, -0.2]))
    optimizer = sgd(0.2, momentum=0.5)
    dream = training_step(of_input(params), optimizer)
    x = check(Float[In], np.zeros(3))
    state = optimizer.init(x)
    for _ in range(300):
        (state, x), _ = dream.put(((state, x), wanted), ())
    assert np.allclose(MODEL(params, x), wanted, atol=1e-3)


def of_input(params: Tree) -> Para[Some, Some, Scalar]:
    """The loss, parametrised by the input for fixed parameters."""
    inputs: Some = product(Float[In], Float[Out])
    fixed: Some = it(inputs) >> constant(MODEL.parameters, params)
    return para("dream", Float[In], (fixed & identity(inputs)) >> LOSS.arrow, lambda rng: rng.normal(size=3))


# Rates ---------------------------------------------------------------------------------------------------------------


def stepped(optimizer: Optimizer, rate: float) -> Tree:
    """Parameters after some steps that end in this rate."""
    learn = (parametric(LOSS).along(optimizer.lens(LOSS.parameters)) >> learning_rate(rate)).lens
    params = drawn(LOSS.parameters)
    state = optimizer.init(params)
    for n in range(STEPS):
        (state, params), _ = learn.put(((state, params), drawn(LOSS.dom, n)), ())
    return params


@pytest.mark.parametrize("lr", [0.03, 0.001])
@pytest.mark.parametrize("momentum", [0.0, 0.5])
def test_the_rate_of_descent_may_be_at_the_loss(lr: float, momentum: float) -> None:
    """Descent is linear in the gradients that it sees, with momentum too."""
    at_the_loss, in_the_optimiser = stepped(sgd(1.0, momentum), lr), stepped(sgd(lr, momentum), 1.0)
    assert_close(numbers(at_the_loss), numbers(in_the_optimiser), 1e-12)


def test_the_rate_of_nesterov_may_be_at_the_loss() -> None:
    """It looks ahead by the velocity times the rate, wherever that is."""
    at_the_loss, in_the_optimiser = stepped(nesterov(1.0, 0.5), 0.03), stepped(nesterov(0.03, 0.5), 1.0)
    assert_close(numbers(at_the_loss), numbers(in_the_optimiser), 1e-12)


@pytest.mark.parametrize("optimizer", [adagrad(0.1), adam(0.1)], ids=["adagrad", "adam"])
def test_a_rate_at_the_loss_says_nothing_to_those_who_divide_by_it(optimizer: Optimizer) -> None:
    """They rescale the gradients, so that the rate cannot come from there."""
    assert_close(numbers(stepped(optimizer, 1e-3)), numbers(stepped(optimizer, 1.0)), 1e-3)


def test_the_rate_keeps_the_kind_of_numbers() -> None:
    """What goes back has the dtype of the loss."""
    loss, rate = learning_rate(0.1).get_and_put(np.asarray(2.0, np.float32), ())  # type: ignore[arg-type]  # no shapes
    assert loss == 2.0
    assert rate.dtype == np.float32


@pytest.mark.parametrize("optimizer", OF_A_RATE.values(), ids=OF_A_RATE)
@settings(max_examples=25)  # of each optimizer
@given(st.lists(st.floats(0, 0.1), min_size=1, max_size=5))
def test_a_scheduled_step_is_the_step_at_its_rate(
    optimizer: Callable[[LearningRate], Optimizer], rates: list[float]
) -> None:
    """To the last bit: a rate that comes in with the state, one that is fixed, and one that depends on the step."""
    step, falling = scheduled_training_step(LOSS, optimizer), training_step(LOSS, optimizer(rates.__getitem__))
    now = same_now = optimizer(1.0).init(drawn(LOSS.parameters)), drawn(LOSS.parameters)
    for n, rate in enumerate(rates):
        data = drawn(LOSS.dom, n)
        fixed = training_step(LOSS, optimizer(rate)).get_and_put((now, data), ())
        loss, (now, dx) = step.get_and_put(((rate, now), data), ())
        same_loss, (same_now, same_dx) = falling.get_and_put((same_now, data), ())
        found = bits((loss, now, dx))
        assert found == bits((same_loss, same_now, same_dx)) == bits((fixed[0], *fixed[1]))


def bits(tree: Some) -> list[bytes]:
    """All numbers of a tree, states included."""
    if isinstance(tree, State):
        return bits((tree.steps, tree.moments))
    if isinstance(tree, tuple):
        return [part for branch in tree for part in bits(branch)]
    return [np.asarray(tree).tobytes()]


def test_a_scheduled_step_is_compiled_once_for_all_rates() -> None:
    """Its rate is an argument: what is staged for the first has the others' losses too."""
    step, traced = scheduled_training_step(LOSS, adam), []

    def of_rate(rate: float, now: Some, data: Some) -> Some:
        traced.append(rate)
        return step.get_and_put(((rate, now), data), ())

    staged = stage(of_rate)
    now = adam(1.0).init(drawn(LOSS.parameters)), drawn(LOSS.parameters)
    for n, rate in enumerate([0.1, 0.03, 0.0]):
        expected = step.get_and_put(((rate, now), drawn(LOSS.dom, n)), ())
        found = staged(rate, now, drawn(LOSS.dom, n))
        assert bits(found) == bits(expected)
        _, (now, _) = found
    assert len(traced) == 1


# Parametric lenses ---------------------------------------------------------------------------------------------------


def test_reverse_mode_takes_the_composition_of_models_to_that_of_parametric_lenses() -> None:
    """`>>`, also with what has no parameters on either side, and `*`."""
    wave, square = tanh(Float[In]), tanh(Float[Out])
    assert_same(parametric(FIRST >> SECOND).lens, (parametric(FIRST) >> parametric(SECOND)).lens)
    assert_same(parametric(SECOND >> square).lens, (parametric(SECOND) >> lens(square)).lens)
    assert_same(parametric(wave >> FIRST).lens, (lens(wave) >> parametric(FIRST)).lens)
    assert_same(parametric(FIRST * SECOND).lens, (parametric(FIRST) * parametric(SECOND)).lens)
    three = linear(Out, In)
    assert_same(
        parametric(FIRST >> SECOND >> three).lens,
        (parametric(FIRST) >> parametric(SECOND) >> parametric(three)).lens,
    )


def test_along_is_a_lens_beside_the_identity() -> None:
    """As its docstring says; and to reparametrise along two is to do so along their composition."""
    model = parametric(SECOND)
    w: Some
    b: Some
    w, b = factors(linear(Middle, Out).parameters)
    there, again = lens(swap(b, w)), lens(swap(w, b))
    assert_same(model.along(there).lens, there * identity_lens(*model.dom) >> model.lens)
    assert_same(model.along(there).along(again).lens, model.along(again >> there).lens)
    assert_same(model.along(identity_lens(*model.port)).lens, model.lens)


def test_a_parametric_lens_knows_its_objects() -> None:
    """The port, and where it begins."""
    model = parametric(MODEL)
    assert model.port == (MODEL.parameters, MODEL.parameters)
    assert model.dom == (Float[In], Float[In])
    state_and_params, _ = model.along(adam(0.1).lens(MODEL.parameters)).port
    assert factors(state_and_params)[1] == MODEL.parameters


# Errors --------------------------------------------------------------------------------------------------------------

MEAN: Some = linear(In, Out) >> mean(Float[Out])
ANY: dict[str, Some] = {"text": "0.1", "number": 2.5, "schedule": lambda step: 0.1}

WRONG: dict[str, tuple[Callable[[], object], type[Exception], str]] = {
    "two models that do not fit": (
        lambda: parametric(FIRST) >> parametric(FIRST),
        CompositionError,
        r"there, the first ends in Float\[Middle\], the second begins at Float\[In\]; dimension 1: Middle=4",
    ),
    "a lens after that does not fit": (
        lambda: parametric(FIRST) >> learning_rate(0.1),
        CompositionError,
        r"there, the first ends in Float\[Middle\], the second begins at Scalar",
    ),
    "a lens before that does not fit": (
        lambda: learning_rate(0.1) >> parametric(FIRST),
        CompositionError,
        r"there, the first ends in Scalar, the second begins at Float\[In\]",
    ),
    "the optimiser of another model": (
        lambda: parametric(FIRST).along(adam(0.1).lens(SECOND.parameters)),
        CompositionError,
        r"there, the first ends in .* the second begins at .*; factor 1, dimension 1: Out=2 is not Middle=4$",
    ),
    "an optimiser that is no lens yet": (
        lambda: parametric(FIRST).along(ANY["number"]),
        SpaceError,
        r"along: wanted a lens to the parameters of .*, got 2\.5$",
    ),
    "no parameters": (
        lambda: ParametricLens(ANY_LENS),
        SpaceError,
        r"^ParametricLens: wanted a lens from parameters and input, got one from Float\[In\]$",
    ),
    "no lens": (lambda: ParametricLens(ANY["number"]), SpaceError, r"^ParametricLens: wanted a lens, got 2\.5; lens\("),
    "a loss that is no number": (
        lambda: training_step(ANY_MODEL, adam(0.1)),
        CompositionError,
        r"there, the first ends in Float\[Out\], the second begins at Scalar",
    ),
    "an arrow for a loss": (
        lambda: training_step(ANY_ARROW, adam(0.1)),
        SpaceError,
        "^training_step: wanted a Para and an Optimizer, got dot and ",
    ),
    "a rate for an optimiser": (
        lambda: training_step(LOSS, ANY["number"]),
        SpaceError,
        r"^training_step: wanted a Para and an Optimizer, got .* and 2\.5$",
    ),
    "an optimiser for what makes one": (
        lambda: scheduled_training_step(LOSS, ANY_OPTIMIZER),
        SpaceError,
        r"^scheduled: wanted what makes an optimizer of a rate, such as adam, got adam\(",
    ),
    "what makes a rate of a rate": (
        lambda: scheduled(ANY["schedule"], MODEL.parameters).get((0.1, (ANY_STATE, drawn(MODEL.parameters)))),
        SpaceError,
        r"^scheduled: wanted what makes an optimizer of a rate, got one that makes 0\.1$",
    ),
    "a scheduled step without a rate": (
        lambda: scheduled(adam, MODEL.parameters).get(ANY["number"]),
        SpaceError,
        r"^scheduled: wanted a pair, got float$",
    ),
    "no parameters for what makes an optimiser": (
        lambda: scheduled(adam, ANY["number"]),
        SpaceError,
        "^scheduled: wanted an object",
    ),
    "an arrow for a scheduled loss": (
        lambda: scheduled_training_step(ANY_ARROW, adam),
        SpaceError,
        "^scheduled_training_step: wanted a Para, got dot$",
    ),
    "text for a rate": (
        lambda: learning_rate(ANY["text"]),
        SpaceError,
        "^learning_rate: wanted a .*, got '0.1'$",
    ),
    "a schedule for a rate": (
        lambda: learning_rate(ANY["schedule"]),
        SpaceError,
        "^learning_rate: wanted a finite",
    ),
    "no finite rate": (
        lambda: learning_rate(float("nan")),
        SpaceError,
        "^learning_rate: wanted .* got nan$",
    ),
    "no parameters for an optimiser": (lambda: adam(0.1).lens(ANY["number"]), SpaceError, "^lens: wanted an object"),
    "a step of no pair": (
        lambda: training_step(MEAN, adam(0.1)).get(ANY["number"]),
        SpaceError,
        "along.*: wanted a pair, got float$",
    ),
    "a step without a state": (
        lambda: training_step(MEAN, adam(0.1)).get((ANY["number"], np.ones(3))),
        SpaceError,
        "wanted a pair, got float$",
    ),
    "a step of what is no state": (
        lambda: training_step(MEAN, adam(0.1)).put((ANY_STATE, np.ones(3)), ()),
        SpaceError,
        "^adam: wanted a state of 2 moments, got float; make it by init$",
    ),
}
ANY_OPTIMIZER: Some = adam(0.1)
ANY_LENS: Some = lens(tanh(Float[In]))
ANY_ARROW: Some = dot(In)
ANY_MODEL: Some = MODEL
ANY_STATE: Some = (2.5, drawn(MEAN.parameters))


@pytest.mark.parametrize(("ask", "error", "words"), WRONG.values(), ids=WRONG)
def test_errors_say_what_is_wrong(ask: Callable[[], object], error: type[Exception], words: str) -> None:
    """Each is typed, and names what was asked and what was found."""
    with pytest.raises(error, match=words):
        ask()
