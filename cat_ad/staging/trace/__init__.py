"""Tracing: a function is run once on symbols, and what it did is a program of array operations."""

from cat_ad.staging.trace import numpy_functions as numpy_functions
from cat_ad.staging.trace import opaque as opaque
