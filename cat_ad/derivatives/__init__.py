"""Derivatives as functions: the chain rule, its modes, Jacobians, and the check that a derivative is one."""
