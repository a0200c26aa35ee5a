/** Cells of Python with the library itself: nothing of them is loaded before they are nearly in sight. */

import { element, heading } from "../dom.ts";

const EXAMPLES = [
  `from cat_ad import Scalar, dup, gradient, mul

square = dup(Scalar) >> mul(Scalar)    # copy a number, then multiply the copies
print(square, "has at 3 the gradient", gradient(square)(3.0))
square`,
  `import numpy as np
from cat_ad import Float, Scalar, Three, arrow, dot, gradient, sub

@arrow
def error(x: Float[Three], goal: Float[Three]) -> Scalar:
    d = sub(x, goal)
    return dot(d, d)

print(error)
gradient(error)((np.array([1.0, 2.0, 3.0]), np.ones(3)))`,
];

export function python(root: HTMLElement): void {
  root.append(
    heading(root, "A cell of Python"),
    element(
      "p",
      { class: "soft" },
      "The library itself, in this page. The first Run loads Python (12 MB) and takes some seconds; the cells share their names. Ctrl-Enter or Shift-Enter runs a cell; Escape and then Tab leaves it.",
    ),
    ...EXAMPLES.map((text) =>
      element("div", { class: "cell tag_run" }, element("div", { class: "cell_input" }, element("pre", { tabindex: 0 }, text))),
    ),
  );
  const sight = new IntersectionObserver(
    ([entry]) => {
      if (!entry?.isIntersecting) return;
      sight.disconnect();
      void import(new URL("cells.js", import.meta.url).href);
    },
    { rootMargin: "300px" },
  );
  sight.observe(root);
}
