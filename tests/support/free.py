"""The free cartesian category: its arrows are terms."""

from typing import Any

import cat_ad
from cat_ad import Primitive
from cat_ad.categories.category import Cartesian


class Terms(Cartesian[Any]):
    """Arrows themselves: the free cartesian category."""

    def id(self, a: type) -> Any:
        """id"""
        return cat_ad.identity(a)

    def compose(self, f: Any, g: Any) -> Any:
        """>>"""
        return f >> g

    def cross(self, f: Any, g: Any) -> Any:
        """*"""
        return f * g

    def exl(self, a: type, b: type) -> Any:
        """exl"""
        return cat_ad.exl(a, b)

    def exr(self, a: type, b: type) -> Any:
        """exr"""
        return cat_ad.exr(a, b)

    def fork(self, f: Any, g: Any) -> Any:
        """&"""
        return f & g

    def it(self, a: type) -> Any:
        """it"""
        return cat_ad.it(a)

    def dup(self, a: type) -> Any:
        """dup"""
        return cat_ad.dup(a)

    def swap(self, a: type, b: type) -> Any:
        """swap"""
        return cat_ad.swap(a, b)

    def assoc_l(self, a: type, b: type, c: type) -> Any:
        """assoc_l"""
        return cat_ad.assoc_l(a, b, c)

    def assoc_r(self, a: type, b: type, c: type) -> Any:
        """assoc_r"""
        return cat_ad.assoc_r(a, b, c)

    def primitive(self, arrow: Primitive[Any, Any]) -> Any:
        """Itself."""
        return arrow
