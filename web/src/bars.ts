/** The probability of each symbol, as a row of bars with the symbols below. */

import { element } from "./dom.ts";

const END = "■"; // of a name: a sign that every font has, as that of the beginning

export class Bars {
  readonly list = element("ul", { class: "bars" });
  #symbols: readonly string[] = [];
  #rows: { item: HTMLElement; bar: HTMLElement; symbol: HTMLElement }[] = [];

  /** Of these symbols, the boundary first. */
  of(symbols: readonly string[]): void {
    this.#symbols = symbols;
    this.#rows = symbols.map((_, code) => {
      const [bar, symbol] = [element("i"), element("span", { "aria-hidden": "true" }, this.mark(code))];
      return { bar, symbol, item: element("li", {}, bar, symbol) };
    });
    this.list.replaceChildren(...this.#rows.map(({ item }) => item));
  }

  /** Show these probabilities, and mark one symbol: that which was drawn, or the likeliest. Returns what is marked. */
  show(probabilities: Float64Array, drawn?: number): number {
    const most = probabilities.reduce((a, b) => Math.max(a, b), 0);
    const marked = drawn ?? probabilities.indexOf(most);
    for (const [code, { item, bar }] of this.#rows.entries()) {
      const share = probabilities[code] ?? 0;
      bar.style.setProperty("--of", String(share / (most || 1)));
      item.classList.toggle("marked", code === marked);
      item.title = `${this.name(code)}: ${percent(share)}`;
      item.setAttribute("aria-label", item.title);
    }
    return marked;
  }

  /** What a symbol is called in a sentence. */
  name(code: number): string {
    return code ? (this.#symbols[code] ?? "?") : "the end";
  }

  /** What stands for it in a picture. */
  mark(code: number): string {
    return code ? (this.#symbols[code] ?? "?") : END;
  }
}

/** What stands for the symbol of the boundary, where a name begins and where it ends. */
export const BEGINNING = "►";

export function percent(share: number): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %` : "–";
}

