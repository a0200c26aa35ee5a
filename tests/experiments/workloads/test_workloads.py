"""Every workload has the value and the slopes that JAX has, is as short as in NumPy, and learns what it is to learn."""

import ast
import inspect
import signal
import subprocess
import sys
from contextlib import suppress
from types import ModuleType
from typing import Any, get_args

import numpy as np
import pytest

from cat_ad import Float, Scalar, arrow, check, jacobian
from experiments.measuring.turns import Turns
from experiments.workloads import (
    autoencoder,
    bundle_adjustment,
    convolutional,
    diagonal_lstm,
    digits,
    gated,
    gaussian_mixture,
    logistic,
    pendulum,
    rosenbrock,
)
from experiments.workloads.__main__ import Name, main
from experiments.workloads.comparing import Compared, error
from experiments.workloads.workload import SomeWorkload
from experiments.workloads.workloads import WORKLOADS
from tests.experiments.programs import ROOT


@pytest.mark.parametrize("name", WORKLOADS)
def test_the_slopes_are_those_of_jax(name: str) -> None:
    """To twelve digits."""
    assert error(WORKLOADS[name]) < 1e-12


LOSS_OF_SCORES, SURPRISE = (digits, "loss_of"), (digits, "surprise")
FORMS = {  # what is written for the loss, and what NumPy takes; and the most lines, if that is said
    "rosenbrock": ([(rosenbrock, "valley")], [(rosenbrock, "by_numpy")], None),
    "pendulum": ([(pendulum, x) for x in ("slope", "further", "step", "end", "miss")], [(pendulum, "by_numpy")], None),
    "logistic": ([(logistic, "loss")], [(logistic, "by_numpy")], None),
    "gaussian-mixture": ([(gaussian_mixture, "likelihood")], [(gaussian_mixture, "by_numpy")], 16),
    "bundle-adjustment": (
        [(bundle_adjustment, x) for x in ("turned", "error", "loss")],
        [(bundle_adjustment, "by_numpy")],
        20,
    ),
    "d-lstm": ([(diagonal_lstm, "through"), (diagonal_lstm, "loss")], [(diagonal_lstm, "by_numpy")], 25),
    "autoencoder": ([(autoencoder, "loss")], [(autoencoder, "by_numpy")], None),
    "gru": ([(gated, "scores"), LOSS_OF_SCORES], [(gated, "by_numpy"), SURPRISE], None),
    "cnn": (
        [(convolutional, "patches"), (convolutional, "scores"), LOSS_OF_SCORES],
        [(convolutional, "by_numpy"), SURPRISE],
        None,
    ),
}


class Bare(ast.NodeTransformer):
    """Functions without types, decorators and docstrings."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """One function, and those inside."""
        self.generic_visit(node)
        node.returns, node.decorator_list = None, []
        for argument in node.args.args:
            argument.annotation = None
        node.body = node.body[ast.get_docstring(node) is not None :]
        return node


def lines(functions: list[tuple[ModuleType, str]]) -> int:
    """How many there are, a statement a line."""
    trees = [ast.parse(inspect.getsource(module)) for module, _ in functions]
    found = [
        node
        for tree, (_, name) in zip(trees, functions, strict=True)
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name == name
    ]
    assert len(found) == len(functions)
    return sum(len([line for line in ast.unparse(Bare().visit(node)).splitlines() if line.strip()]) for node in found)


@pytest.mark.parametrize("name", FORMS)
def test_a_loss_is_as_short_as_in_numpy(name: str) -> None:
    """Or as short as was asked for."""
    ours, theirs, most = FORMS[name]
    assert lines(ours) <= (most or 1.3 * lines(theirs))


def test_each_observation_has_a_jacobian_of_its_own() -> None:
    """Where a camera is not turned, too."""
    cameras, points, weights, seen, by, of = bundle_adjustment.arguments(np.random.default_rng(0))
    observed: Any = cameras[by], points[of], weights, seen  # Any: rows, to which NumPy gives no type
    of_camera, of_point, of_weight, _ = bundle_adjustment.jacobians(observed)
    assert not cameras[by[0], :3].any()
    for at in 0, 1:
        here: Any = cameras[by[at]], points[of[at]], weights[at], seen[at]  # Any: likewise
        wanted = jacobian(arrow(bundle_adjustment.error))(here)
        for found, block in zip((of_camera, of_point, of_weight), wanted, strict=False):
            np.testing.assert_allclose(found[at], block, rtol=1e-12, atol=1e-14)
    Space = Float[bundle_adjustment.Space]
    still = check(Space, np.zeros(3))
    turning = jacobian(arrow(bundle_adjustment.turned))(still, check(Space, np.array([1.0, 2.0, 3.0])))[0]
    np.testing.assert_array_equal(turning, [[0.0, 3.0, -2.0], [-3.0, 0.0, 1.0], [2.0, -1.0, 0.0]])


def test_what_is_fitted_is_found() -> None:
    """The floor of the valley, the length of the pendulum, the diagnoses, and the digits."""
    assert rosenbrock.newton((-1.2, 1.0)) == pytest.approx((1.0, 1.0))
    seen = pendulum.end(check(Scalar, 0.8), (check(Scalar, 0.5), check(Scalar, 0.0)))[0]
    assert pendulum.length_of(seen) == pytest.approx(0.8)
    least, right = logistic.fitted()
    assert least < 0.07
    assert right > 0.98
    assert digits.accuracy(convolutional.scores, steps=30) > 0.95
    assert digits.accuracy(gated.scores, steps=60) > 0.9


def test_the_command_answers_for_help() -> None:
    """And names what there is."""
    assert list(get_args(Name)) == list(WORKLOADS)
    asked = [sys.executable, "-m", "experiments.workloads", "--help"]
    told = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "gaussian-mixture" in told.stdout


def test_the_command_prints_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    """Of what was chosen; a name that is none is told."""
    assert main(["rosenbrock", "--rounds", "1", "--seconds", "0.001"]) == 0
    told = capsys.readouterr().out
    assert "Rosenbrock" in told
    assert "JAX" in told
    assert main(["--rounds", "0"]) == 2
    with pytest.raises(SystemExit, match="2"):
        main(["nothing"])


@pytest.mark.parametrize("lost", [False, True], ids=["raised", "lost by a library"])
def test_ctrl_c_prints_what_was_measured(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, lost: bool
) -> None:
    """In whole names, where there is no terminal; also if a library loses the exception."""

    def measured(workload: SomeWorkload, turns: Turns) -> Compared:
        if workload is WORKLOADS["pendulum"]:
            with suppress(*[KeyboardInterrupt] * lost):
                signal.raise_signal(signal.SIGINT)
        ways = [f"way {i}" for i in range(8)]
        return Compared(workload.name, 1.0, 0.0, dict.fromkeys(ways, 123.4))

    monkeypatch.setattr("experiments.workloads.comparing.compared", measured)
    assert main(["gaussian-mixture", "pendulum", "gru"]) == 130
    told = capsys.readouterr().out
    assert "Gaussian mixture" in told
    assert ("pendulum" in told) == lost
    assert WORKLOADS["gru"].name not in told
