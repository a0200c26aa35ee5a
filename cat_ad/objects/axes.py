"""Names of axes, by which jaxtyping knows what has one size: each dimension and each type variable has its own.

It is the name of its class, as far as jaxtyping takes that for a name, and as long as nothing else that lives has it:

>>> class Elbow: ...
>>> axis_name(Elbow), axis_name(type("Elbow", (), {})), axis_name(type("17", (), {}))
('Elbow', 'Elbow_2', 'Dim_17')
"""

from __future__ import annotations

from itertools import count
from keyword import iskeyword
from threading import RLock
from weakref import WeakKeyDictionary, WeakValueDictionary

_axes: WeakKeyDictionary[object, str] = WeakKeyDictionary()
_owners: WeakValueDictionary[str, object] = WeakValueDictionary()
_naming = RLock()


def axis_name(owner: object) -> str:
    """The name of the axis of a class or a type variable."""
    with _naming:
        if owner not in _axes:
            name = _as_name(str(getattr(owner, "__name__", owner)))
            free = (name if i == 1 else f"{name}_{i}" for i in count(1))
            _axes[owner] = axis = next(axis for axis in free if axis not in _owners)
            _owners[axis] = owner
        return _axes[owner]


def _as_name(text: str) -> str:
    """What jaxtyping does not take for a size, a sign or a formula."""
    name = "".join(c if f"a{c}".isidentifier() else "_" for c in text).strip("_")
    return name if name.isidentifier() and not iskeyword(name) else f"Dim_{name}".strip("_")
