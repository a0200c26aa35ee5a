"""Tracing: a function is run once on symbols, and what it did is a program of array operations."""
