"""The target C: a program as loops."""
