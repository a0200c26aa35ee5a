"""All workloads, the smallest first."""

from experiments.workloads.autoencoder import AUTOENCODER
from experiments.workloads.diagonal_lstm import DIAGONAL_LSTM
from experiments.workloads.gaussian_mixture import GAUSSIAN_MIXTURE
from experiments.workloads.logistic import LOGISTIC
from experiments.workloads.pendulum import PENDULUM
from experiments.workloads.rosenbrock import ROSENBROCK
from experiments.workloads.workload import SomeWorkload

WORKLOADS: tuple[SomeWorkload, ...] = (ROSENBROCK, PENDULUM, LOGISTIC, GAUSSIAN_MIXTURE, AUTOENCODER, DIAGONAL_LSTM)
