"""Derivatives that are arrows again: `tangent(f)` and `reverse_derivative(f)`."""
