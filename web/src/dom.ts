/** Elements of the page, made in one expression. */

type Attributes = Record<string, string | number | boolean | undefined>;
type Child = Node | string;

export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    if (value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : String(value));
  made.append(...children);
  return made;
}

/** The heading of a part, which its section is named by, and what stands beside it. */
export function heading(root: HTMLElement, title: string, ...beside: Child[]): HTMLElement {
  return element("div", { class: "head" }, element("h2", { id: `${root.id}-title` }, title), ...beside);
}

let fields = 0;

/** A field and its label; `shown` is what a slider stands at. */
export function field(label: string, input: HTMLElement, shown?: HTMLElement): HTMLLabelElement {
  input.id ||= `field-${fields++}`; // else what is shown would be what is labelled
  return element("label", { class: "field", for: input.id }, element("span", {}, label, ...(shown ? [shown] : [])), input);
}

/** Write a text where it is another one. */
export function write(node: HTMLElement, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** Call at most once a frame, and not where nobody sees it. */
export function eachFrame(draw: () => void): () => void {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      draw();
    });
  };
}

export const whole = (count: number) => count.toLocaleString("en");
