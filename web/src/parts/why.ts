/** A name letter by letter: the probabilities that each was drawn from, where the model looked, and what names are near. */

import { BEGINNING, Bars, percent } from "../bars.ts";
import { eachFrame, element, heading, write } from "../dom.ts";
import { drawHeat } from "../heat.ts";
import type { Page, Shown } from "../page.ts";

const BEAT = 420; // milliseconds from one letter to the next
const NEAR = 5; // names
const NONE = "This model has no attention: it reads the last letters, each at its place.";

export function why(root: HTMLElement, page: Page): () => void {
  const said = element("output", { class: "soft" });
  const word = element("div", { class: "word", role: "group", "aria-label": "Letters of the name" });
  const bars = new Bars();
  const looks = element("canvas", { role: "img", "aria-label": "Attention of each head" });
  const looked = element("p", { class: "soft" });
  const near = element("ol", { class: "near", "aria-label": "Nearest names of the list" });
  root.append(
    heading(root, "Letter by letter", said),
    word,
    bars.list,
    element(
      "div",
      { class: "because" },
      element("div", {}, element("h3", {}, "Where each head looks"), looked, element("div", { class: "looks" }, looks)),
      element("div", {}, element("h3", {}, "Nearest names of the list"), near),
    ),
  );

  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let shown: Shown | undefined;
  let at = 0;
  let heads: { title: string; weights: number[] }[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  const tiles = () => {
    if (!shown) return;
    const codes = [...[...shown.name].slice(0, shown.given).map(() => undefined), ...shown.drawn];
    word.replaceChildren(
      ...codes.map((draw, place) => {
        const letter = draw ? bars.mark(draw.symbol) : [...shown!.name][place]!;
        const share = draw ? percent(draw.probabilities[draw.symbol] ?? 0) : "given";
        const ends = draw && !draw.symbol;
        const tile = element("button", { type: "button" }, element("b", { "aria-hidden": ends && "true" }, letter));
        tile.append(ends ? element("span", { class: "unseen" }, "the end") : "", " ", element("small", {}, share));
        tile.onclick = () => {
          clearTimeout(timer);
          go(place);
          because();
        };
        return tile;
      }),
    );
  };
  /** Come to a letter: those after it are not there yet if the name is being written. */
  const go = (place: number, writing = false) => {
    at = place;
    const tile = word.children[place] as HTMLElement | undefined;
    if (tile) word.scrollLeft = tile.offsetLeft + tile.offsetWidth / 2 - word.clientWidth / 2;
    for (const [other, one] of [...word.children].entries()) {
      one.classList.toggle("coming", writing && other > place);
      one.setAttribute("aria-pressed", String(other === place));
    }
    const draw = shown?.drawn[place - (shown?.given ?? 0)];
    if (!draw) {
      write(said, "this letter was given");
      return;
    }
    const share = draw.probabilities[draw.symbol] ?? 0;
    const likelier = draw.probabilities.filter((other) => other > share).length;
    bars.show(draw.probabilities, draw.symbol);
    write(said, `${bars.name(draw.symbol)} was drawn with ${percent(share)}: ${rank(likelier)}`);
  };
  const explain = async () => {
    if (!shown) return;
    const [{ name }, place] = [shown, at];
    const letters = [...name];
    const before = letters.slice(0, place).join("");
    const [attention, found] = await Promise.all([
      page.ask("attention", { text: before }),
      page.ask("nearest", { text: name, count: NEAR }),
    ]);
    if (shown?.name !== name || at !== place) return; // another letter was chosen meanwhile
    heads = attention.flatMap((layer, number) =>
      layer.map((rows, head) => ({
        title: attention.length > 1 ? `${number + 1}.${head + 1}` : `${head + 1}`,
        weights: rows.at(-1) ?? [],
      })),
    );
    const read = [BEGINNING, ...letters.slice(0, place)];
    const most = heads.map(({ title, weights }) => {
      const peak = weights.indexOf(weights.reduce((a, b) => Math.max(a, b), 0));
      return `head ${title} at ${peak ? read[peak] : "the beginning"} (${percent(weights[peak] ?? 0)})`;
    });
    const drawn = shown.drawn[place - shown.given];
    const of = drawn ? bars.name(drawn.symbol) : letters[place];
    write(looked, heads.length ? `At which letters, before ${of}, in percent` : NONE);
    looks.setAttribute("aria-label", heads.length ? `Before ${of}, most: ${most.join(", ")}` : NONE);
    near.replaceChildren(
      ...found.map(({ name: other, distance }) =>
        element("li", {}, element("b", {}, other), " ", element("span", { class: "soft" }, distance === 0 ? "the same" : distance === 1 ? "1 change" : `${distance} changes`)),
      ),
    );
    draw();
  };
  const because = () => void page.attempt(explain);
  const draw = eachFrame(() => {
    if (!shown) return;
    const columns = heads.length ? [BEGINNING, ...[...shown.name].slice(0, at)] : [];
    const names = { rows: heads.map(({ title }) => title), columns };
    drawHeat(looks, { rows: heads.map(({ weights }) => weights), names, numbers: true });
  });
  const play = (place: number) => {
    go(place, true);
    if (place + 1 < word.children.length) timer = setTimeout(() => play(place + 1), BEAT);
    else {
      timer = undefined;
      because();
    }
  };

  page.on("opened", ({ symbols }) => {
    clearTimeout(timer);
    timer = shown = undefined;
    word.replaceChildren();
    bars.of(symbols);
  });
  page.on("shown", (next) => {
    const chosen = next.chosen;
    const busy = timer !== undefined || word.contains(document.activeElement);
    if (chosen === undefined && busy) return; // one name after the other, and none while someone reads one
    clearTimeout(timer);
    timer = undefined;
    shown = next;
    tiles();
    if (chosen === undefined && !calm.matches) play(Math.min(next.given, word.children.length - 1));
    else {
      go(chosen ?? word.children.length - 1);
      because();
    }
  });
  new ResizeObserver(draw).observe(looks);
  return draw;
}

function rank(likelier: number): string {
  if (!likelier) return "the likeliest";
  return likelier === 1 ? "one was likelier" : `${likelier} were likelier`;
}
