/** The page: its parts, each a function of its root and of what all of them share. */

import { element } from "./dom.ts";
import type { Model } from "./menu.ts";
import { Page } from "./page.ts";
import { attention } from "./parts/attention.ts";
import { backward } from "./parts/backward.ts";
import { checkpoints } from "./parts/checkpoints.ts";
import { controls } from "./parts/controls.ts";
import { invented } from "./parts/invented.ts";
import { loss } from "./parts/loss.ts";
import { messages } from "./parts/messages.ts";
import { names } from "./parts/names.ts";
import { next } from "./parts/next.ts";
import { plane } from "./parts/plane.ts";
import { python } from "./parts/python.ts";
import { readings } from "./parts/readings.ts";
import { settings } from "./parts/settings.ts";
import { weights } from "./parts/weights.ts";
import { why } from "./parts/why.ts";
import { theme } from "./theme.ts";

const PARTS = {
  ...{ messages, train: controls, loss, why, invented, plane, next, settings, attention, weights },
  ...{ backward, readings, names, checkpoints, python },
};

async function start(): Promise<void> {
  const redraw: (() => void)[] = [];
  theme(root("theme"), () => redraw.forEach((draw) => draw()));
  const menu = (await (await fetch(new URL("menu.json", import.meta.url))).json()) as Model[];
  const page = new Page(menu, new Worker(new URL("worker.js", import.meta.url), { type: "module" }));
  for (const [id, part] of Object.entries(PARTS)) {
    const draw = part(root(id), page);
    if (draw) redraw.push(draw);
  }
  await page.attempt(() => page.open());
  document.querySelector("main")!.hidden = false; // all at once, so that nothing moves
  document.documentElement.dataset.ready = "";
}

function root(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no ${id} in the page`);
  return found;
}

start().catch((error: unknown) => {
  const said = `the page could not begin: ${error instanceof Error ? error.message : String(error)}`;
  root("messages").replaceChildren(element("p", { class: "message error", role: "alert" }, said));
});
