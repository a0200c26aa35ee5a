"""What a type checker takes staged derivatives to be; no module of this name runs.

Their arguments are given as those of the derivatives are, which `ParamSpec` cannot say of what has overloads.
"""

# mypy: disable-error-code="misc"
# pyright: reportIncompatibleMethodOverride=false

from cat_ad.objects.array_types import Function, OfParameters
from cat_ad.staging import Staged

class StagedFunction[A, B](Function[A, B], Staged[..., B]):
    """A staged function of A."""

class StagedOfParameters[P, A, B](OfParameters[P, A, B], Staged[..., B]):
    """A staged function of parameters and of A."""
