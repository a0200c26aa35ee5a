"""Every workload has the value and the slopes that JAX has, and what is fitted by them is found."""

import subprocess
import sys

import pytest

from cat_ad import Scalar, check
from experiments.workloads.comparing import error
from experiments.workloads.logistic import fitted
from experiments.workloads.pendulum import end, length_of
from experiments.workloads.rosenbrock import newton
from experiments.workloads.workload import SomeWorkload
from experiments.workloads.workloads import WORKLOADS
from tests.experiments.programs import ROOT


@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.name)
def test_the_slopes_are_those_of_jax(workload: SomeWorkload) -> None:
    """To twelve digits."""
    assert error(workload) < 1e-12


def test_what_is_fitted_is_found() -> None:
    """The floor of the valley, the length of the pendulum, and the diagnoses."""
    assert newton((-1.2, 1.0)) == pytest.approx((1.0, 1.0))
    assert length_of(end(check(Scalar, 0.8), (check(Scalar, 0.5), check(Scalar, 0.0)))[0]) == pytest.approx(0.8)
    least, right = fitted()
    assert least < 0.07
    assert right > 0.98


def test_the_command_answers_for_help() -> None:
    """Shortly."""
    asked = [sys.executable, "-m", "experiments.workloads", "--help"]
    told = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "--rounds" in told.stdout
