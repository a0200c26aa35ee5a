"""All workloads, by what they are called on the command line; the smallest first."""

from experiments.workloads.autoencoder import AUTOENCODER
from experiments.workloads.bundle_adjustment import BUNDLE_ADJUSTMENT
from experiments.workloads.convolutional import CONVOLUTIONAL
from experiments.workloads.diagonal_lstm import DIAGONAL_LSTM
from experiments.workloads.gated import GATED
from experiments.workloads.gaussian_mixture import GAUSSIAN_MIXTURE
from experiments.workloads.logistic import LOGISTIC
from experiments.workloads.pendulum import PENDULUM
from experiments.workloads.rosenbrock import ROSENBROCK
from experiments.workloads.workload import SomeWorkload

WORKLOADS: dict[str, SomeWorkload] = {
    "rosenbrock": ROSENBROCK,
    "pendulum": PENDULUM,
    "logistic": LOGISTIC,
    "gaussian-mixture": GAUSSIAN_MIXTURE,
    "bundle-adjustment": BUNDLE_ADJUSTMENT,
    "d-lstm": DIAGONAL_LSTM,
    "autoencoder": AUTOENCODER,
    "gru": GATED,
    "cnn": CONVOLUTIONAL,
}
