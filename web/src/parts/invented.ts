/** Names that the model invents, each new or known, while it trains. */

import { element, field, heading } from "../dom.ts";
import type { Page } from "../page.ts";

const COUNT = 14;
const EVERY = 700; // milliseconds, while it trains

export function invented(root: HTMLElement, page: Page): void {
  const temperature = element("input", { type: "range", min: 0.1, max: 2, step: 0.05, value: 1 });
  const shown = element("output", {}, "1.00");
  const prefix = element("input", { type: "text", maxlength: 50, autocomplete: "off", spellcheck: "false", autocapitalize: "none" });
  const top = element("input", { type: "number", min: 1, max: 27, placeholder: "all" });
  const again = element("button", { type: "button" }, "Draw others");
  const list = element("ol", { class: "invented", "aria-label": "Invented names" });
  root.append(
    heading(root, "Invented names", again),
    field("Temperature", temperature, shown),
    element("div", { class: "fields" }, field("Begins with", prefix), field("Of the likeliest letters", top)),
    list,
  );

  let seed = 0;
  let last = 0;
  let asking = false;
  const ask = async () => {
    if (!page.training || asking) return;
    asking = true;
    last = performance.now();
    const topK = top.value ? Math.max(1, Math.round(Number(top.value))) : undefined;
    const request = { count: COUNT, prefix: prefix.value, temperature: Number(temperature.value), topK, seed };
    const found = await page.attempt(() => page.ask("invent", request));
    asking = false;
    if (!found) return;
    list.replaceChildren(
      ...found.map(({ name, known }) =>
        element(
          "li",
          {},
          element("b", {}, name),
          element("span", { class: known ? "tag known" : "tag" }, known ? "known" : "new"),
        ),
      ),
    );
  };
  again.onclick = () => {
    seed++;
    void ask();
  };
  temperature.oninput = () => {
    shown.textContent = Number(temperature.value).toFixed(2);
    void ask();
  };
  prefix.onchange = top.onchange = () => void ask();
  page.on("opened", () => void ask());
  page.on("progress", ({ state }) => {
    if (state !== "training" || performance.now() - last > EVERY) void ask();
  });
}
