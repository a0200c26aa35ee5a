"""Logistic regression on the breast-cancer data of scikit-learn, by SciPy's L-BFGS."""

from types import ModuleType

import numpy as np

from cat_ad import Dim, Float, Scalar, arrow, check, dot, each, mean, softplus, value_and_gradient
from experiments.workloads.workload import Numbers, Workload


class Patients(Dim):
    """Of whom there are 569."""


class Features(Dim, size=30):
    """What was measured of each."""


@arrow
def loss(w: Float[Features], b: Scalar, xs: Float[Patients, Features], signs: Float[Patients]) -> Scalar:
    """How surprising the diagnoses are, which are 1 and -1; and large weights are punished."""
    surprises = each(Patients, lambda x, sign: softplus(-sign * (dot(w, x) + b)), xs, signs)
    return mean(surprises) + 0.001 * dot(w, w)


def patients() -> tuple[Float[Patients, Features], Float[Patients]]:
    """Measurements, of mean 0 and variance 1, and diagnoses."""
    from sklearn.datasets import load_breast_cancer

    xs, malign = load_breast_cancer(return_X_y=True)
    scaled = (xs - xs.mean(axis=0)) / xs.std(axis=0)
    return check(Float[Patients, Features], scaled), check(Float[Patients], 2.0 * malign - 1.0)


def fitted() -> tuple[float, float]:
    """The least loss, and the part of all diagnoses that the sign of w x + b tells."""
    from scipy.optimize import minimize

    xs, signs = patients()

    def loss_at(v: Numbers) -> tuple[float, Numbers]:
        value, (w, b, _, _) = value_and_gradient(loss)(
            (check(Float[Features], v[:-1]), check(Scalar, v[-1]), xs, signs)
        )
        return float(value), np.append(w, b)

    found = minimize(loss_at, np.zeros(31), jac=True, method="L-BFGS-B")
    return float(found.fun), float(np.mean(np.sign(xs @ found.x[:-1] + found.x[-1]) == signs))


def by_numpy(xp: ModuleType, w: Numbers, b: Numbers, xs: Numbers, signs: Numbers) -> object:
    """The same."""
    surprises = xp.log1p(xp.exp(-signs * (xs @ w + b)))
    return xp.mean(surprises) + 0.001 * w @ w


def arguments(rng: np.random.Generator) -> tuple[Float[Features], Scalar, Float[Patients, Features], Float[Patients]]:
    """The data, and weights that are drawn."""
    return check(Float[Features], rng.normal(size=30)), check(Scalar, rng.normal()), *patients()


LOGISTIC = Workload("logistic regression", loss, by_numpy, arguments)
