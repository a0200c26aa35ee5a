"""Work that other people measure automatic differentiation by, as typed programs to copy from.

    python -m experiments.workloads              runs them all, beside the same in JAX, autograd and PyTorch

Each is a function of arrays that `arrow` or `model` makes differentiable, and beside it the same formula in NumPy, on
whose arrays the other libraries run it too.
"""
