"""Primitive arrows, one kind a file. To add one, copy a file."""
