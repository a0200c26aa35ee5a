"""Primitive arrows: each has a value and a derivative, and acts on the last axes of arrays."""
