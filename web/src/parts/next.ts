/** What the model expects after some letters. */

import { Bars, percent } from "../bars.ts";
import { element, field, heading, write } from "../dom.ts";
import { live } from "../live.ts";
import type { Page } from "../page.ts";

const EVERY = 150; // milliseconds, while it trains

export function next(root: HTMLElement, page: Page): void {
  const text = element("input", { type: "text", value: "em", maxlength: 15, autocomplete: "off", spellcheck: "false", autocapitalize: "none" });
  const said = element("output", { class: "soft" });
  const bars = new Bars();
  root.append(heading(root, "What comes next", said), field("After the letters", text), bars.list);

  page.on("opened", ({ symbols }) => bars.of(symbols));
  text.oninput = live(root, page, EVERY, async () => {
    const found = await page.ask("next", { text: text.value, temperature: 1, topK: undefined });
    const likeliest = bars.show(found);
    write(said, `${bars.name(likeliest)}, with ${percent(found[likeliest] ?? 0)}`);
  });
}
