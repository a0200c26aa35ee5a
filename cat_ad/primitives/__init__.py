"""Primitive arrows, one kind a file: copy from any of them to add another."""
