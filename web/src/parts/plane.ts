/** The letters as the model has them: points of a plane, by the two principal axes of their embeddings. */

import type { Plane } from "../axes.ts";
import { BEGINNING, percent } from "../bars.ts";
import { eachFrame, element, heading, write } from "../dom.ts";
import { live } from "../live.ts";
import type { Page } from "../page.ts";
import { cleared, colour } from "../theme.ts";

const EVERY = 100; // milliseconds, while it trains
const VOWELS = "aeiouy";
const PAIRS = 3; // that are told
const EDGE = 18;

export function plane(root: HTMLElement, page: Page): () => void {
  const said = element("output", { class: "soft" });
  const canvas = element("canvas", { role: "img", "aria-label": "Letters in a plane" });
  const close = element("p", { class: "soft told" });
  root.append(heading(root, "Letters in a plane", said), element("div", { class: "plot square" }, canvas), close);

  let now: Plane | undefined;
  const draw = eachFrame(() => {
    if (now && page.training) drawPlane(canvas, now, page.training.symbols);
  });
  page.on("opened", () => (now = undefined));
  live(root, page, EVERY, async () => {
    now = await page.ask("plane", now?.axes);
    const symbols = page.training?.symbols ?? [];
    const pairs = nearestPairs(now.points.slice(1)).map(([a, b]) => `${symbols[a + 1]} and ${symbols[b + 1]}`);
    write(said, `${percent(now.shares[0] + now.shares[1])} of the variance`);
    write(close, `Nearest here: ${pairs.join(", ")}. Vowels are in circles.`);
    canvas.setAttribute("aria-label", `Embeddings of the letters by their two principal axes. ${close.textContent}`);
    draw();
  });
  new ResizeObserver(draw).observe(canvas);
  return draw;
}

function drawPlane(canvas: HTMLCanvasElement, { points, shares }: Plane, symbols: readonly string[]): void {
  const { pen, width, height } = cleared(canvas);
  const [across, down] = [points.map(([x]) => x), points.map(([, y]) => y)].map(range) as [Range, Range];
  const scale = Math.min((width - 2 * EDGE) / (across.size || 1), (height - 2 * EDGE) / (down.size || 1));
  const at = (x: number, y: number) =>
    [width / 2 + (x - across.middle) * scale, height / 2 - (y - down.middle) * scale] as const;
  const [first, second, soft, ink, card] = ["first", "second", "soft", "ink", "card"].map(colour) as [
    string,
    string,
    string,
    string,
    string,
  ];
  pen.strokeStyle = colour("line");
  const [left, top] = at(0, 0);
  pen.beginPath();
  pen.moveTo(0, top);
  pen.lineTo(width, top);
  pen.moveTo(left, 0);
  pen.lineTo(left, height);
  pen.stroke();
  pen.fillStyle = soft;
  pen.font = "12px system-ui, sans-serif";
  pen.textAlign = "right";
  pen.fillText(percent(shares[0]), width - 2, top - 5);
  pen.textAlign = "left";
  pen.fillText(percent(shares[1]), left + 5, 12);
  pen.font = "600 14px ui-monospace, monospace";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.lineWidth = 3;
  for (const [code, point] of points.entries()) {
    const [x, y] = at(...point);
    const vowel = code > 0 && VOWELS.includes(symbols[code]!);
    if (vowel) circle(pen, x, y, colour("second-soft"), second);
    pen.strokeStyle = vowel ? colour("second-soft") : card; // so that letters on one another can be read
    pen.strokeText(code ? symbols[code]! : BEGINNING, x, y + 1);
    pen.fillStyle = vowel ? ink : code ? first : soft;
    pen.fillText(code ? symbols[code]! : BEGINNING, x, y + 1);
  }
}

function circle(pen: CanvasRenderingContext2D, x: number, y: number, fill: string, line: string): void {
  pen.save();
  pen.beginPath();
  pen.arc(x, y, 10, 0, 2 * Math.PI);
  pen.fillStyle = fill;
  pen.strokeStyle = line;
  pen.lineWidth = 1;
  pen.fill();
  pen.stroke();
  pen.restore();
}

interface Range {
  middle: number;
  size: number;
}

function range(numbers: number[]): Range {
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  return { middle: (least + most) / 2, size: most - least };
}

/** The pairs of points that are nearest to each other. */
function nearestPairs(points: readonly [number, number][]): [number, number][] {
  const pairs: [distance: number, a: number, b: number][] = [];
  for (const [a, [x, y]] of points.entries())
    for (const [b, [u, v]] of points.slice(0, a).entries()) pairs.push([Math.hypot(x - u, y - v), b, a]);
  return pairs
    .sort(([one], [other]) => one - other)
    .slice(0, PAIRS)
    .map(([, a, b]) => [a, b]);
}
