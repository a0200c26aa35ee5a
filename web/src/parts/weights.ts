/** How the weights of each layer and their gradients are distributed. */

import { eachFrame, element, heading, whole } from "../dom.ts";
import { type Histogram, histogram, rootMeanSquare } from "../histogram.ts";
import { live } from "../live.ts";
import type { Page } from "../page.ts";
import type { Parameters } from "../protocol.ts";
import { cleared, colour } from "../theme.ts";

const EVERY = 300; // milliseconds, while it trains
const RANGES = 41; // so that one is around 0

interface Row {
  pictures: { canvas: HTMLCanvasElement; said: HTMLElement; of: "first" | "second"; now: Histogram }[];
}

export function weights(root: HTMLElement, page: Page): () => void {
  const legend = element("div", { class: "legend" });
  for (const [name, of] of [["weights", "first"], ["running mean of the gradient", "second"]] as const)
    legend.append(element("span", { style: `--of: var(--${of})` }, name));
  const list = element("div", { class: "distributions" });
  root.append(heading(root, "Weights and gradients", legend), list);

  let rows: Row[] = [];
  let titles = "";
  const draw = eachFrame(() => {
    for (const { canvas, of, now } of rows.flatMap(({ pictures }) => pictures)) drawHistogram(canvas, now, colour(of));
  });
  const made = ({ name, values }: Layer): Row => {
    const pictures = (["first", "second"] as const).map((of) => ({
      ...{ of, now: { reach: 1, counts: [] } },
      canvas: element("canvas", { role: "img" }),
      said: element("span", { class: "soft" }),
    }));
    const title = element("h3", {}, name, " ", element("span", { class: "soft" }, whole(values.length)));
    list.append(element("div", {}, title, ...pictures.map(({ canvas, said }) => element("figure", {}, said, canvas))));
    return { pictures };
  };
  live(root, page, EVERY, async () => {
    const layers = (await page.ask("parameters")).flatMap(byLayer);
    const now = layers.map(({ name, values }) => `${name} ${values.length}`).join();
    if (now !== titles) {
      titles = now;
      list.replaceChildren();
      rows = layers.map(made);
    }
    for (const [at, { name, values, slopes }] of layers.entries())
      for (const [place, numbers] of [values, slopes].entries()) {
        const picture = rows[at]!.pictures[place]!;
        picture.now = histogram(numbers, RANGES);
        const [what, size] = [place ? "gradient" : "weights", short(rootMeanSquare(numbers))];
        picture.said.textContent = `± ${size}`;
        const { reach } = picture.now;
        picture.canvas.setAttribute("aria-label", `${name}, ${what}: from ${-reach} to ${reach}, root mean square ${size}`);
      }
    draw();
  });
  new ResizeObserver(draw).observe(list);
  return draw;
}

type Layer = Pick<Parameters, "name" | "values" | "slopes">;

/** The parameters of one name; if that is of several layers, of each of them. */
function byLayer({ name, shape, values, slopes }: Parameters): Layer[] {
  if (name !== "layers") return [{ name, values, slopes }];
  const [count = 1, size = 0] = shape;
  return Array.from({ length: count }, (_, layer) => {
    const [start, end] = [layer * size, (layer + 1) * size];
    return { name: `layer ${layer + 1}`, values: values.subarray(start, end), slopes: slopes.subarray(start, end) };
  });
}

function drawHistogram(canvas: HTMLCanvasElement, { reach, counts }: Histogram, fill: string): void {
  const { pen, width, height } = cleared(canvas);
  const [most, base] = [Math.max(1, ...counts), height - 14];
  const bar = width / counts.length;
  pen.fillStyle = fill;
  for (const [at, count] of counts.entries()) {
    const tall = count && Math.max(1, (count / most) * (base - 2));
    pen.fillRect(at * bar, base - tall, Math.max(1, bar - 1), tall);
  }
  pen.fillStyle = colour("line");
  pen.fillRect(0, base, width, 1);
  pen.fillStyle = colour("soft");
  pen.font = "11px system-ui, sans-serif";
  for (const [text, align, x] of [[-reach, "left", 0], [0, "center", width / 2], [reach, "right", width]] as const) {
    pen.textAlign = align;
    pen.fillText(String(text).replace("-", "−"), x, height - 2);
  }
}

function short(size: number): string {
  return size && size < 0.001 ? size.toExponential(0).replace("e-", "e−") : size.toPrecision(2);
}
