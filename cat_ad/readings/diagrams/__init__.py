"""String diagrams: an arrow as a picture.

`f.to(Diagrams())` is a diagram of DisCoPy, in which primitives are boxes and arrays are wires; `draw(f, "f.svg")` draws
it, from its domain at the top to its codomain below, and a notebook shows an arrow so by itself. A dot copies a wire,
or ends it.

>>> from cat_ad import Scalar, add, dup, mul
>>> square = dup(Scalar) >> mul(Scalar)
>>> magnitude_squared = diagram((square * square >> add(Scalar)).to(Diagrams()))
>>> [box.name for box in magnitude_squared.boxes if box.data]
['mul', 'mul', 'add']
>>> print(magnitude_squared.dom, "to", magnitude_squared.cod)
Scalar @ Scalar to Scalar

All this needs DisCoPy: `pip install -e '.[diagrams]'`. The layout and the drawing are our own: DisCoPy's lets the
wires of a swap touch instead of cross, and writes the label of a wire over the next one, so that the weights of a model
cannot be followed to their layer.
"""

from cat_ad.readings.diagrams.category import Diagram, Diagrams, Wiring, diagram, hom
from cat_ad.readings.diagrams.drawing import draw
from cat_ad.readings.diagrams.tidying import tidy

__all__ = ["Diagram", "Diagrams", "Wiring", "diagram", "draw", "hom", "tidy"]
