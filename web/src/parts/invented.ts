/** Names that the model invents, each new or known, while it trains. One of them is shown letter by letter (`why.ts`). */

import { element, field, heading, write } from "../dom.ts";
import { live } from "../live.ts";
import type { Page } from "../page.ts";
import type { Invented } from "../sampling.ts";

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
  let follow = true; // show the first of the names letter by letter, until someone chooses another
  const show = live(root, page, EVERY, async () => {
    const topK = top.value ? Math.max(1, Math.round(Number(top.value))) : undefined;
    const request = { count: COUNT, prefix: prefix.value, temperature: Number(temperature.value), topK, seed };
    const found = await page.ask("invent", request);
    const given = [...request.prefix].length;
    for (const [at, row] of rows.entries()) row.show(found[at]!, given);
    if (page.state !== "training") appear();
    if (follow && found[0]) page.show({ ...found[0], given, chosen: undefined });
  });
  /** The items stay while their names change, and so what is pressed or has the focus. */
  const rows = Array.from({ length: COUNT }, () => {
    const name = element("button", { type: "button", class: "name" });
    const tag = element("span");
    list.append(element("li", {}, name, " ", tag));
    const show = (one: Invented, given: number) => {
      const letters = [...one.name];
      while (name.children.length > letters.length) name.lastChild!.remove();
      while (name.children.length < letters.length) name.append(element("span", { style: `--at: ${name.children.length}` }));
      for (const [at, letter] of letters.entries()) write(name.children[at] as HTMLElement, letter);
      name.title = `${one.name}: why?`;
      tag.className = one.known ? "tag known" : "tag";
      write(tag, one.known ? "known" : "new");
      name.onclick = ({ target }) => {
        follow = false;
        page.show({ ...one, given, chosen: Math.max(0, [...name.children].indexOf(target as Element)) });
      };
    };
    return { show };
  });
  const appear = () => {
    list.classList.remove("appear");
    void list.offsetWidth; // so that the animation begins anew
    list.classList.add("appear");
  };
  again.onclick = () => {
    seed++;
    follow = true;
    show();
  };
  temperature.oninput = () => {
    shown.textContent = Number(temperature.value).toFixed(2);
    show();
  };
  prefix.onchange = top.onchange = () => {
    follow = true;
    show();
  };
  page.on("opened", () => (follow = true));
}
