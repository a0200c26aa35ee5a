"""Where two objects differ, in words, since in a long product a reader would not find it.

>>> from cat_ad import Dim, Float, Scalar
>>> class Hidden(Dim, size=128): ...
>>> class Flat(Dim, size=30): ...
>>> first_difference(tuple[Scalar, Float[Hidden]], tuple[Scalar, Float[Flat]])
'factor 2, dimension 1: Hidden=128 is not Flat=30'
"""

from __future__ import annotations

from cat_ad.objects.dimensions import dim_name, names_of, show_dimension
from cat_ad.objects.spaces import brief, dimensions, factors, is_array, kind


def first_difference(left: object, right: object, where: str = "") -> str:
    """Say where two objects first differ, or return "" when they are equal."""
    if left == right:
        return ""
    if is_array(left) and is_array(right):
        if kind(left) != kind(right):
            return f"{where}kind: {kind(left)} is not {kind(right)}"
        ours, theirs = dimensions(left), dimensions(right)
        for at, (i, j) in enumerate(zip(ours, theirs, strict=False), 1):
            if i is not j:
                here, there = (show_dimension(dim, True, names_of((i, j))) for dim in (i, j))
                same = "; they are two classes of one name" if dim_name(i) == dim_name(j) else ""
                return f"{where}dimension {at}: {here} is not {there}{same}"
        return f"{where}number of dimensions: {len(ours)} is not {len(theirs)}"
    if not is_array(left) and not is_array(right):
        ours_, theirs_ = factors(left), factors(right)
        if len(ours_) != len(theirs_):
            return f"{where}number of factors: {len(ours_)} is not {len(theirs_)}"
        pairs = enumerate(zip(ours_, theirs_, strict=True), 1)
        found = (first_difference(a, b, f"{where}factor {at}, ") for at, (a, b) in pairs)
        return next(filter(None, found), f"{where}{brief(left)} is not {brief(right)}")
    return f"{where}{brief(left)} is not {brief(right)}"
