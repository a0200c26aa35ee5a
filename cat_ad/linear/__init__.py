"""Representations of linear maps: the categories that a derivative can be read in, one a file."""
