"""Optimisers against their papers' formulas, written out for one number at a time."""

from collections.abc import Callable, Iterator
from itertools import islice
from math import sqrt
from typing import Any, TypeAlias

import numpy as np
import pytest

from cat_ad import Dim, Float, Optimizer, Scalar, SpaceError, State, adam, sgd
from cat_ad.learning.optimizers import LearningRate, adagrad, nesterov
from cat_ad.objects.spaces import product
from tests.support.trees import Tree, leaves

Bad: TypeAlias = Any  # Any: what a type checker refuses is the point of some tests

STEPS = 300


def rate(lr: LearningRate, step: int) -> float:
    """The learning rate of a step, counted from 0."""
    return lr(step) if callable(lr) else lr


def by_sgd(x: float, slopes: list[float], lr: LearningRate, momentum: float = 0.0) -> Iterator[float]:
    """Polyak 1964, as Sutskever et al. 2013 write it with the rate outside: v = m v + g, x = x - lr v."""
    v = 0.0
    for step, g in enumerate(slopes):
        v = momentum * v + g
        x = x - rate(lr, step) * v
        yield x


def by_adam(
    x: float, slopes: list[float], lr: LearningRate, b1: float = 0.9, b2: float = 0.999, eps: float = 1e-8
) -> Iterator[float]:
    """Kingma & Ba 2015, algorithm 1."""
    m = v = 0.0
    for t, g in enumerate(slopes, start=1):
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g**2
        x = x - rate(lr, t - 1) * (m / (1 - b1**t)) / (sqrt(v / (1 - b2**t)) + eps)
        yield x


def by_nesterov(x: float, slopes: list[float], lr: LearningRate, momentum: float) -> Iterator[float]:
    """Sutskever et al. 2013, equations 3 and 4, with the rate outside; of gradients that were taken looking ahead."""
    return by_sgd(x, slopes, lr, momentum)


def by_adagrad(x: float, slopes: list[float], lr: LearningRate, eps: float = 1e-10) -> Iterator[float]:
    """Duchi, Hazan & Singer 2011, with the diagonal of their matrix, and eps as PyTorch has it."""
    s = 0.0
    for step, g in enumerate(slopes):
        s = s + g**2
        x = x - rate(lr, step) * g / (sqrt(s) + eps)
        yield x


def falling(step: int) -> float:
    """A learning rate that depends on the step."""
    return 0.1 / (1 + step)


RULES: dict[str, tuple[Optimizer, Any]] = {  # Any: a formula above with its numbers
    "sgd": (sgd(0.1), lambda x, g: by_sgd(x, g, 0.1)),
    "sgd, falling": (sgd(falling), lambda x, g: by_sgd(x, g, falling)),
    "momentum": (sgd(0.1, 0.9), lambda x, g: by_sgd(x, g, 0.1, 0.9)),
    "momentum, falling": (sgd(falling, momentum=0.5), lambda x, g: by_sgd(x, g, falling, 0.5)),
    "nesterov": (nesterov(0.1, 0.9), lambda x, g: by_nesterov(x, g, 0.1, 0.9)),
    "nesterov, falling": (nesterov(falling, momentum=0.5), lambda x, g: by_nesterov(x, g, falling, 0.5)),
    "adagrad": (adagrad(0.1), lambda x, g: by_adagrad(x, g, 0.1)),
    "adagrad, falling": (adagrad(falling), lambda x, g: by_adagrad(x, g, falling)),
    "adagrad, its floor as high as the slopes": (adagrad(0.1, eps=1.0), lambda x, g: by_adagrad(x, g, 0.1, 1.0)),
    "adam": (adam(0.1), lambda x, g: by_adam(x, g, 0.1)),
    "adam, falling": (adam(falling), lambda x, g: by_adam(x, g, falling)),
    "adam, all told": (adam(0.01, 0.5, 0.9, 1e-3), lambda x, g: by_adam(x, g, 0.01, 0.5, 0.9, 1e-3)),
    "adam, its floor as high as the slopes": (adam(0.01, eps=1.0), lambda x, g: by_adam(x, g, 0.01, eps=1.0)),
}
EVERY = pytest.mark.parametrize(("optimizer", "formula"), RULES.values(), ids=RULES)


def slopes() -> Tree:
    """The gradients of some steps, for parameters that are a product of products."""
    rng = np.random.default_rng(0)
    return [(rng.normal(size=3), (rng.normal(size=(2, 2)), np.asarray(rng.normal()))) for _ in range(STEPS)]


PARAMETERS: Tree = (np.arange(3.0), (np.ones((2, 2)), np.asarray(-1.0)))


@EVERY
def test_every_number_follows_the_formula(optimizer: Optimizer, formula: Bad) -> None:
    """Over many steps, whatever the shapes of the arrays and of the tree."""
    state, parameters = optimizer.init(PARAMETERS), PARAMETERS
    path = [parameters]
    for gradient in slopes():
        state, parameters = optimizer.step(state, parameters, gradient)
        path.append(parameters)
    assert state.steps == STEPS
    for leaf in range(len(list(leaves(PARAMETERS)))):
        numbers = np.array([np.ravel(list(leaves(tree))[leaf]) for tree in path])
        along = np.array([np.ravel(list(leaves(tree))[leaf]) for tree in slopes()])
        for x, g in zip(numbers.T, along.T, strict=True):
            np.testing.assert_allclose(x[1:], list(formula(x[0], g.tolist())), rtol=1e-12, atol=1e-12)


@EVERY
def test_a_step_is_a_function(optimizer: Optimizer, formula: Bad) -> None:
    """The same arguments give the same results, and keep their own values."""
    state = optimizer.init(PARAMETERS)
    for gradient in islice(slopes(), 2):
        state, _ = optimizer.step(state, PARAMETERS, gradient)
    before = [x.tobytes() for x in leaves((state.moments, PARAMETERS))]
    first, again = (optimizer.step(state, PARAMETERS, slopes()[0]) for _ in range(2))
    assert [x.tobytes() for x in leaves((state.moments, PARAMETERS))] == before
    assert first[0].steps == again[0].steps == state.steps + 1
    same = zip(leaves((first[0].moments, first[1])), leaves((again[0].moments, again[1])), strict=True)
    assert all(np.array_equal(x, y) for x, y in same)


@pytest.mark.parametrize("made", [sgd(0.1), sgd(0.1, 0.9), nesterov(0.1, 0.9), adagrad(0.1), adam(0.1, b2=0.5)])
def test_an_optimiser_prints_as_the_call_that_makes_it(made: Optimizer) -> None:
    assert eval(repr(made)) == made


def test_the_learning_rate_is_asked_for_each_step_once() -> None:
    """With the number of steps made so far, counted from 0."""
    asked: list[int] = []

    def lr(step: int) -> float:
        asked.append(step)
        return 0.1

    for optimizer in (sgd(lr), sgd(lr, momentum=0.9), nesterov(lr, momentum=0.9), adagrad(lr), adam(lr)):
        asked.clear()
        state, parameters = optimizer.init(PARAMETERS), PARAMETERS
        for gradient in slopes():
            state, parameters = optimizer.step(state, parameters, gradient)
        assert asked == list(range(STEPS))


def test_adam_first_steps_by_the_learning_rate() -> None:
    """Whatever the size of the gradient: the moments' bias is corrected (section 2.1 of its paper)."""
    optimizer = adam(0.1)
    for size in (1e-3, 1.0, 1e3):
        _, x = optimizer.step(optimizer.init(np.zeros(2)), np.zeros(2), np.array([size, -size]))
        np.testing.assert_allclose(x, [-0.1, 0.1], rtol=1e-4)


@EVERY
def test_a_bowl_is_descended(optimizer: Optimizer, formula: Bad) -> None:
    """Of x^2, from 1, the distance from the bottom falls."""
    state, x = optimizer.init(np.ones(1)), np.ones(1)
    for _ in range(20):
        state, x = optimizer.step(state, x, 2 * optimizer.get(state, x))
    assert abs(x[0]) < 1


# On a quadratic, a x^2 / 2, whose gradient is a x --------------------------------------------------------------------


def bowl(optimizer: Optimizer, a: Tree, steps: int) -> Tree:
    """The path from 1, with gradients taken where the optimiser wants them: by the lens."""
    at = optimizer.lens(Float[Directions])
    x: Tree = np.ones_like(a)
    state, path = optimizer.init(x), [x]
    for _ in range(steps):
        looked_at, update = at.run((state, x))
        state, x = update(a * looked_at)
        path.append(x)
    return np.stack(path)


class Directions(Dim):
    """Each with its own curvature."""


CURVATURES: Tree = np.array([0.1, 1.0, 3.0])


def powers(matrices: Tree, start: Tree) -> Tree:
    """Where a linear recurrence goes from (x, v), for each direction: the closed form, x after n steps."""
    return np.array([[(np.linalg.matrix_power(m, n) @ start)[0] for m in matrices] for n in range(STEPS + 1)])


def test_descent_shrinks_each_direction_by_its_own_factor() -> None:
    """x_n = (1 - lr a)^n"""
    n = np.arange(STEPS + 1)[:, None]
    np.testing.assert_allclose(bowl(sgd(0.1), CURVATURES, STEPS), (1 - 0.1 * CURVATURES) ** n, rtol=1e-10, atol=1e-12)


def test_momentum_is_a_power_of_a_matrix() -> None:
    """(x, v) goes to (x - lr (m v + a x), m v + a x)."""
    lr, m = 0.1, 0.8
    matrices = [np.array([[1 - lr * a, -lr * m], [a, m]]) for a in CURVATURES]
    np.testing.assert_allclose(
        bowl(sgd(lr, m), CURVATURES, STEPS), powers(matrices, np.array([1.0, 0.0])), rtol=1e-8, atol=1e-12
    )


def test_nesterov_is_a_power_of_a_matrix() -> None:
    """v' = m v + a (x - lr m v), and x' = x - lr v'."""
    lr, m = 0.1, 0.8
    matrices = []
    for a in CURVATURES:
        of_v = np.array([a, m - a * lr * m])
        matrices.append(np.array([np.array([1.0, 0.0]) - lr * of_v, of_v]))
    np.testing.assert_allclose(
        bowl(nesterov(lr, m), CURVATURES, STEPS), powers(matrices, np.array([1.0, 0.0])), rtol=1e-8, atol=1e-12
    )


def test_nesterov_converges_where_its_theory_says() -> None:
    """With lr 1 / L and m of the condition, the error falls as by (1 - sqrt(1 / condition)), which descent cannot."""
    a: Tree = np.array([1e-3, 1.0])
    root = sqrt(1e-3)
    ahead, plain = (bowl(o, a, STEPS)[-1] for o in (nesterov(1.0, (1 - root) / (1 + root)), sgd(1.0)))
    assert np.abs(ahead).max() < (STEPS + 1) * (1 - root) ** STEPS
    assert np.abs(plain).max() > 0.7


def test_nesterov_seen_from_the_point_looked_ahead_to_is_that_of_other_libraries() -> None:
    """PyTorch, with nesterov=True: v = m v + g, y = y - lr (g + m v), with g at y; y is our get."""
    lr, m, optimizer = 0.05, 0.9, nesterov(0.05, 0.9)
    x: Tree = np.ones(3)
    state, y, v = optimizer.init(x), x, 0 * x
    for _ in range(STEPS):
        np.testing.assert_allclose(optimizer.get(state, x), y, rtol=1e-9, atol=1e-12)
        state, x = optimizer.step(state, x, CURVATURES * optimizer.get(state, x))
        g = CURVATURES * y
        v = m * v + g
        y = y - lr * (g + m * v)


def test_only_nesterov_looks_ahead() -> None:
    """The others want the gradient at the parameters themselves; and so does Nesterov's at first."""
    for optimizer, _ in RULES.values():
        state, parameters = optimizer.init(PARAMETERS), PARAMETERS
        assert all(np.array_equal(x, y) for x, y in at_both(optimizer.get(state, parameters), parameters))
        state, parameters = optimizer.step(state, parameters, slopes()[0])
        looks_ahead = optimizer.get(state, parameters) is not parameters
        assert looks_ahead == (optimizer in (RULES["nesterov"][0], RULES["nesterov, falling"][0]))


def at_both(one: Tree, other: Tree) -> Iterator[tuple[Tree, Tree]]:
    """Arrays in the same places."""
    return zip(leaves(one), leaves(other), strict=True)


@pytest.mark.parametrize("optimizer", [sgd(0.1, momentum=0.0), nesterov(0.1, momentum=0.0)])
def test_without_momentum_it_is_descent(optimizer: Optimizer) -> None:
    """To the last bit."""
    assert bowl(optimizer, CURVATURES, STEPS).tobytes() == bowl(sgd(0.1), CURVATURES, STEPS).tobytes()


def test_adagrad_of_one_gradient_over_and_over_has_a_harmonic_rate() -> None:
    """Along g each time, the sum is n g^2, and the nth step lr / sqrt(n), whatever the size of g."""
    for size in (1e-3, 1.0, 1e3):
        optimizer, x = adagrad(0.1), np.zeros(2)
        state = optimizer.init(x)
        for n in range(1, 50):
            before, (state, x) = x, optimizer.step(state, x, np.array([size, -size]))
            np.testing.assert_allclose(before - x, [0.1 / sqrt(n), -0.1 / sqrt(n)], rtol=1e-5)


def test_the_lens_is_get_and_step() -> None:
    """`lens(P)`, from state and parameters to parameters."""
    for optimizer, _ in RULES.values():
        at: Bad = optimizer.lens(PLACE)
        assert at.cod == (PLACE, PLACE)
        state, parameters = optimizer.step(optimizer.init(PARAMETERS), PARAMETERS, slopes()[0])
        looked_at = at.get((state, parameters))
        assert all(np.array_equal(x, y) for x, y in at_both(looked_at, optimizer.get(state, parameters)))
        found, wanted = at.put((state, parameters), slopes()[1]), optimizer.step(state, parameters, slopes()[1])
        assert found[0].steps == wanted[0].steps == 2
        trees = (found[0].moments, found[1]), (wanted[0].moments, wanted[1])
        assert all(np.array_equal(x, y) for x, y in at_both(*trees))


class I(Dim, size=3):  # noqa: E742  (a dimension, as everywhere)
    """Three."""


class J(Dim, size=2):
    """Two."""


PLACE = product(Float[I], product(Float[J, J], Scalar))  # of PARAMETERS

# Errors --------------------------------------------------------------------------------------------------------------


VECTOR: Tree = np.full(3, 12345.678)  # contents that no error may print

TREES: dict[str, tuple[Tree, Tree, Tree]] = {
    "fewer gradients": ((VECTOR, VECTOR), (VECTOR, VECTOR), (VECTOR,)),
    "an array for a pair": ((VECTOR, VECTOR), (VECTOR, VECTOR), VECTOR),
    "a pair for an array": (VECTOR, VECTOR, (VECTOR, VECTOR)),
    "list": ((VECTOR, VECTOR), (VECTOR, VECTOR), [VECTOR, VECTOR]),
    "no gradient": ((VECTOR, VECTOR), (VECTOR, VECTOR), (VECTOR, None)),
    "state of other parameters": (VECTOR, (VECTOR, VECTOR), (VECTOR, VECTOR)),
    "shape": (VECTOR, VECTOR, np.full(4, 12345.678)),
    "shape that would spread": (VECTOR, VECTOR, np.full((3, 3), 12345.678)),
}


FIVE: dict[str, Optimizer] = {
    "sgd": sgd(0.1),
    "momentum": sgd(0.1, momentum=0.9),
    "nesterov": nesterov(0.1, momentum=0.9),
    "adagrad": adagrad(0.1),
    "adam": adam(0.1),
}


@pytest.mark.parametrize("optimizer", FIVE.values(), ids=FIVE)
@pytest.mark.parametrize(("of", "params", "towards"), TREES.values(), ids=TREES)
def test_an_optimiser_wants_trees_of_one_structure(optimizer: Bad, of: Tree, params: Tree, towards: Tree) -> None:
    """State, parameters and gradient have the same tuples, and in them arrays of the same shapes."""
    state = optimizer.init(of)
    if of is not params and not state.moments:
        return
    with pytest.raises(SpaceError, match=r"^wanted trees of one structure, got ") as caught:
        optimizer.step(state, params, towards)
    assert "12345" not in str(caught.value)


@pytest.mark.parametrize("optimizer", FIVE.values(), ids=FIVE)
@pytest.mark.parametrize("state", [None, 2.5, State(0, (VECTOR,) * 3)], ids=["none", "number", "of another optimiser"])
def test_an_optimiser_wants_a_state_of_its_own(optimizer: Bad, state: Bad) -> None:
    """One that its init made, when it looks ahead as when it steps."""
    with pytest.raises(SpaceError, match=r"wanted a state of \d moments, got .*; make it by init$") as caught:
        optimizer.step(state, VECTOR, VECTOR)
    assert "12345" not in str(caught.value)


@pytest.mark.parametrize("optimizer", FIVE.values(), ids=FIVE)
def test_an_optimiser_wants_arrays_of_no_operations_of_their_own(optimizer: Bad) -> None:
    """A matrix of NumPy multiplies by `*`, which would be another square."""
    plain, odd = np.full((2, 2), 12345.0), np.full((2, 2), 12345.0).view(np.matrix)
    state = optimizer.init(plain)
    for params, gradient in ((plain, odd), (odd, plain)):
        with pytest.raises(SpaceError, match=r"^wanted trees of one structure, got .*matrix float64\[2, 2\]"):
            optimizer.step(state, params, gradient)
    if optimizer.many:
        with pytest.raises(SpaceError, match=r"^init: wanted parameters as nested tuples of arrays, got matrix"):
            optimizer.init(odd)


def test_looking_ahead_wants_a_state_of_the_same_structure() -> None:
    """Where the others need none."""
    optimizer = nesterov(0.1, 0.9)
    with pytest.raises(SpaceError, match=r"^nesterov: wanted a state of 1 moments, got one of 0; make it by init$"):
        optimizer.get(sgd(0.1).init(VECTOR), VECTOR)
    with pytest.raises(SpaceError, match=r"^wanted trees of one structure"):
        optimizer.get(optimizer.init(VECTOR), (VECTOR, VECTOR))


NUMBERS: dict[str, tuple[Callable[[Bad], Optimizer], Bad, str]] = {
    "rate as text": (sgd, "0.1", "^sgd: wanted a learning rate that is .*, got '0.1'$"),
    "no rate": (adam, None, "^adam: wanted a learning rate"),
    "rate that is no number": (
        lambda lr: nesterov(lr, 0.9),
        float("nan"),
        "^nesterov: wanted a learning rate .*, got nan",
    ),
    "rate that is true": (adagrad, True, "^adagrad: wanted a learning rate .*, got True$"),
    "rate as an array": (sgd, VECTOR, r"^sgd: wanted a learning rate .*, got float64\[3\]$"),
    "momentum below 0": (lambda m: sgd(0.1, m), -0.5, "^sgd: wanted a momentum of 0 or more, got -0.5$"),
    "momentum as text": (lambda m: nesterov(0.1, m), "0.9", "^nesterov: wanted a momentum of 0 or more, got '0.9'$"),
    "b1 of 1": (lambda b: adam(0.1, b1=b), 1.0, r"^adam: wanted b1 in \[0, 1\), got 1.0$"),
    "b2 below 0": (lambda b: adam(0.1, b2=b), -0.1, r"^adam: wanted b2 in \[0, 1\), got -0.1$"),
    "eps below 0": (lambda eps: adam(0.1, eps=eps), -1e-8, "^adam: wanted an eps of 0 or more, got -1e-08$"),
    "eps that is infinite": (
        lambda eps: adagrad(0.1, eps),
        float("inf"),
        "^adagrad: wanted an eps of 0 or more, got inf",
    ),
}


@pytest.mark.parametrize(("make", "value", "words"), NUMBERS.values(), ids=NUMBERS)
def test_an_optimiser_wants_numbers_in_their_bounds(make: Callable[[Bad], Optimizer], value: Bad, words: str) -> None:
    """Said when it is made, and not by a training that goes wrong."""
    with pytest.raises(SpaceError, match=words):
        make(value)
