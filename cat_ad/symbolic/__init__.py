"""Derivatives that are arrows again, to be differentiated, drawn, bounded and compiled like any other."""
