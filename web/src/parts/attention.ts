/** Where each head looks, from each place of a word to those before it. */

import { BEGINNING, percent } from "../bars.ts";
import { eachFrame, element, field, heading, write } from "../dom.ts";
import { drawHeat, type Place } from "../heat.ts";
import { live } from "../live.ts";
import { normalised } from "../names.ts";
import type { Page } from "../page.ts";

const EVERY = 200; // milliseconds, while it trains
const HINT = "Rows look at columns: the stronger the colour, the more. Point at a box, or choose one with the arrow keys.";
const NONE = "This model has no attention: it reads the last letters, each at its place. A GPT has.";

interface Map {
  title: string;
  rows: number[][];
  canvas: HTMLCanvasElement;
  marked: Place | undefined;
}

const MOVES: Record<string, [number, number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

export function attention(root: HTMLElement, page: Page): () => void {
  const text = element("input", { type: "text", value: "isabella", maxlength: 15, autocomplete: "off", spellcheck: "false", autocapitalize: "none" });
  const grid = element("div", { class: "maps" });
  const said = element("output", { class: "soft told" }, HINT);
  root.append(heading(root, "Attention"), field("Of the word", text), grid, said);

  let maps: Map[] = [];
  let letters: string[] = [];
  const draw = eachFrame(() => {
    for (const map of maps) {
      const find = drawHeat(map.canvas, { ...map, names: { rows: letters, columns: letters } });
      map.canvas.onpointermove = ({ offsetX, offsetY }) => mark(map, find(offsetX, offsetY));
      map.canvas.onpointerleave = () => mark(map, undefined);
    }
  });
  const mark = (map: Map, place: Map["marked"]) => {
    map.marked = place;
    write(said, place ? sentence(map, place) : HINT);
    draw();
  };
  const sentence = ({ title, rows }: Map, [row, column]: Place) =>
    `${title}: ${spoken(row)} looks at ${row === column ? "itself" : spoken(column)} with ${percent(rows[row]?.[column] ?? 0)}`;
  const spoken = (place: number) => (place ? `${letters[place]} (letter ${place})` : "the beginning");
  const summary = ({ title, rows }: Map) => {
    const most = rows.slice(1).map((row, i) => {
      const peak = row.indexOf(row.reduce((a, b) => Math.max(a, b), 0));
      return `${letters[i + 1]} at ${peak === i + 1 ? "itself" : spoken(peak)}`;
    });
    return `${title}. Each letter looks most: ${most.join("; ")}`;
  };
  const made = (title: string): Map => {
    const canvas = element("canvas", { role: "img", tabindex: 0 });
    const map: Map = { title, rows: [], canvas, marked: undefined };
    canvas.onkeydown = (event) => {
      const move = MOVES[event.key];
      if (!move) return;
      event.preventDefault();
      const [row, column] = map.marked ?? [map.rows.length - 1 - move[0], 0 - move[1]];
      const next: Place = [row + move[0], column + move[1]];
      if (map.rows[next[0]]?.[next[1]] !== undefined) mark(map, next);
    };
    canvas.onblur = () => mark(map, undefined);
    return map;
  };

  const show = live(root, page, EVERY, async () => {
    const word = text.value;
    const layers = await page.ask("attention", { text: word });
    letters = [BEGINNING, ...normalised(word)];
    const titles = layers.flatMap((heads, layer) =>
      heads.map((_, head) => (layers.length > 1 ? `layer ${layer + 1}, head ${head + 1}` : `head ${head + 1}`)),
    );
    if (titles.join() !== maps.map(({ title }) => title).join()) {
      maps = titles.map(made);
      grid.replaceChildren(
        ...maps.map(({ title, canvas }) => element("figure", {}, canvas, element("figcaption", {}, title))),
        ...(maps.length ? [] : [element("p", { class: "soft" }, NONE)]),
      );
      write(said, maps.length ? HINT : "");
    }
    for (const [at, rows] of layers.flat().entries()) {
      const map = maps[at]!;
      map.rows = rows;
      if (map.marked && rows[map.marked[0]]?.[map.marked[1]] === undefined) map.marked = undefined;
      if (map.marked) write(said, sentence(map, map.marked));
      map.canvas.setAttribute("aria-label", summary(map));
    }
    draw();
  });
  text.oninput = show;
  new ResizeObserver(draw).observe(grid);
  return draw;
}
