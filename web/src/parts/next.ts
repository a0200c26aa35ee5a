/** What the model expects after some letters. */

import { element, field, heading, write } from "../dom.ts";
import type { Page } from "../page.ts";

const EVERY = 150; // milliseconds, while it trains

export function next(root: HTMLElement, page: Page): void {
  const text = element("input", { type: "text", value: "em", maxlength: 15, autocomplete: "off", spellcheck: "false", autocapitalize: "none" });
  const said = element("output", { class: "soft" });
  const bars = element("ul", { class: "bars" });
  root.append(heading(root, "What comes next", said), field("After the letters", text), bars);

  let rows: { item: HTMLElement; bar: HTMLElement }[] = [];
  let last = 0;
  const show = async () => {
    const { training } = page;
    if (!training) return;
    last = performance.now();
    const ask = { text: text.value, temperature: 1, topK: undefined };
    const found = await page.attempt(() => page.ask("next", ask));
    if (!found || found.length !== rows.length) return;
    const most = found.reduce((a, b) => Math.max(a, b), 0);
    const name = (code: number) => (code ? training.symbols[code]! : "the end");
    for (const [code, { item, bar }] of rows.entries()) {
      bar.style.setProperty("--of", String(found[code]! / most));
      item.className = found[code] === most ? "likeliest" : "";
      item.title = `${name(code)}: ${(100 * found[code]!).toFixed(1)} %`;
      item.setAttribute("aria-label", item.title);
    }
    write(said, `${name(found.indexOf(most))}, with ${(100 * most).toFixed(0)} %`);
  };
  text.onchange = () => void show();
  page.on("opened", ({ symbols }) => {
    rows = symbols.map((symbol, code) => {
      const bar = element("i");
      return { bar, item: element("li", {}, bar, element("span", { "aria-hidden": "true" }, code ? symbol : "∎")) };
    });
    bars.replaceChildren(...rows.map(({ item }) => item));
    void show();
  });
  page.on("progress", ({ state }) => {
    if (state !== "training" || performance.now() - last > EVERY) void show();
  });
}
