/** The loss: of each batch, smoothed, and of all names to learn from and to test with. */

import { eachFrame, element, heading, whole } from "../dom.ts";
import { roundedUp } from "../histogram.ts";
import type { Page } from "../page.ts";
import { cleared, colour } from "../theme.ts";
import type { Point } from "../trainer.ts";

const EDGE = { left: 40, right: 12, top: 10, bottom: 26 };
const TICKS = 5; // at most, of the steps
const SMOOTH = 1 / 30; // of the steps so far
const SHARES = [1 / 16, 1 / 8, 1 / 4, 1 / 2, 1]; // of the run that the picture may show

export function loss(root: HTMLElement, page: Page): () => void {
  const canvas = element("canvas", { role: "img", "aria-label": "Loss" });
  const legend = element("div", { class: "legend" });
  const test = element("span", { style: "--of: var(--second)" }, "test names");
  for (const [name, of] of [
    ["each batch", "var(--faint)"],
    ["its mean", "var(--first)"],
  ] as const)
    legend.append(element("span", { style: `--of: ${of}` }, name));
  legend.append(test);
  root.append(heading(root, "Loss, in nats a letter", legend), element("div", { class: "plot" }, canvas));

  const show = eachFrame(() => {
    const { training, steps, curve } = page;
    if (!training) return;
    test.hidden = training.model.recipe;
    draw(canvas, page);
    const at = curve.at(-1);
    const said = at ? `; of the test names ${at.test_loss.toFixed(2)} after ${whole(at.steps)}` : "";
    const mean = page.losses.mean(steps - 100, steps);
    canvas.setAttribute(
      "aria-label",
      steps ? `Loss after ${whole(steps)} steps: ${mean.toFixed(2)}${said}` : "Loss: no step was made yet",
    );
  });
  page.on("opened", show);
  page.on("settings", show);
  page.on("progress", show);
  new ResizeObserver(show).observe(canvas);
  return show;
}

function draw(canvas: HTMLCanvasElement, { training, losses, steps, curve }: Page): void {
  const { pen, width, height } = cleared(canvas);
  pen.font = "12px system-ui, sans-serif";
  const run = training!.settings.steps;
  const end = Math.max(steps, run * (SHARES.find((share) => share * run >= steps) ?? 1));
  const [low, high] = range(losses.count ? losses.mean(losses.start, losses.start + 1) : NaN, curve);
  const x = (step: number) => EDGE.left + (step / end) * (width - EDGE.left - EDGE.right);
  const y = (value: number) =>
    EDGE.top + ((high - Math.min(value, high)) / (high - low)) * (height - EDGE.top - EDGE.bottom);

  const soft = colour("soft");
  pen.strokeStyle = colour("line");
  pen.fillStyle = soft;
  pen.lineWidth = 1;
  for (let value = Math.ceil(low * 2) / 2; value <= high; value += 0.5) {
    pen.beginPath();
    pen.moveTo(EDGE.left, Math.round(y(value)) + 0.5);
    pen.lineTo(width - EDGE.right, Math.round(y(value)) + 0.5);
    pen.stroke();
    pen.textAlign = "right";
    pen.fillText(value.toFixed(1), EDGE.left - 8, y(value) + 4);
  }
  const between = roundedUp(end / TICKS);
  for (let step = 0; step <= end; step += between) {
    pen.textAlign = step ? (x(step) > width - 30 ? "right" : "center") : "left";
    pen.fillText(whole(step), Math.min(x(step), width - 2), height - 6);
  }

  const columns = Math.max(1, Math.floor(x(end) - x(0)));
  const perColumn = Math.max(1, end / columns);
  const line = (window: number, style: string, thickness: number) => {
    pen.strokeStyle = style;
    pen.lineWidth = thickness;
    pen.lineJoin = "round";
    pen.beginPath();
    for (let step = losses.start; step < steps; step += perColumn) {
      const to = Math.min(steps, step + perColumn);
      const mean = losses.mean(Math.min(step, Math.max(losses.start, to - window)), to);
      if (!Number.isNaN(mean)) pen.lineTo(x(to), y(mean));
    }
    pen.stroke();
  };
  pen.save();
  pen.beginPath();
  pen.rect(EDGE.left, EDGE.top, width - EDGE.left - EDGE.right, height - EDGE.top - EDGE.bottom);
  pen.clip();
  line(0, colour("faint"), 1);
  line(Math.max(20, steps * SMOOTH), colour("first"), 2.25);
  pen.restore();
  if (training!.model.recipe) return;
  pen.strokeStyle = pen.fillStyle = colour("second");
  pen.lineWidth = 2;
  pen.beginPath();
  for (const point of curve) pen.lineTo(x(point.steps), y(point.test_loss));
  pen.stroke();
  for (const point of curve) {
    pen.beginPath();
    pen.arc(x(point.steps), y(point.test_loss), 2.5, 0, 2 * Math.PI);
    pen.fill();
  }
}

/** What the picture shows: from below the best loss to above that of a fair guess. */
function range(first: number, curve: readonly Point[]): [number, number] {
  const best = curve.reduce((least, { test_loss: loss }) => Math.min(least, loss), 2.2);
  const high = Math.min(4, Math.max(3.5, Number.isNaN(first) ? 0 : first + 0.1));
  return [Math.max(0, Math.floor(best * 5 - 1) / 5), high];
}
