/** Which model trains, and how far it is: train, pause, one step, begin anew. */

import { eachFrame, element, whole, write } from "../dom.ts";
import type { Page } from "../page.ts";

export function controls(root: HTMLElement, page: Page): void {
  const model = element("select", { "aria-label": "Model" });
  for (const { name, title, size } of page.menu)
    model.append(element("option", { value: name }, `${title}, ${whole(size)} parameters`));
  const train = element("button", { class: "main", type: "button" }, "Train");
  const step = element("button", { type: "button" }, "Step");
  const reset = element("button", { type: "button" }, "Reset");
  const figures = { steps: element("dd"), loss: element("dd"), test: element("dd"), pace: element("dd") };
  const done = element("progress", { class: "done", max: 1, value: 0, "aria-label": "Share of the run" });
  const list = element("dl", { class: "figures" });
  const titles = { steps: "step", loss: "loss", test: "test loss", pace: "steps / s" };
  for (const [key, figure] of Object.entries(figures))
    list.append(element("div", {}, element("dt", {}, titles[key as keyof typeof titles]), figure));
  root.append(model, element("div", { class: "row" }, train, step, reset), list, done);

  const busy = (work: () => Promise<unknown>) => () => void page.attempt(work);
  model.onchange = busy(() => page.open({ model: page.menu.find(({ name }) => name === model.value)! }));
  train.onclick = busy(() => page.ask(page.state === "training" ? "pause" : "train"));
  step.onclick = busy(() => page.ask("step"));
  reset.onclick = busy(() => page.open());

  const show = eachFrame(() => {
    const { training, state, steps, losses, curve, pace } = page;
    if (!training) return;
    model.value = training.model.name;
    write(train, state === "training" ? "Pause" : steps ? "Resume" : "Train");
    train.disabled = step.disabled = state === "finished";
    const recent = Math.min(100, Math.max(10, Math.floor(steps / 20)));
    write(figures.steps, `${whole(steps)} of ${whole(training.settings.steps)}`);
    write(figures.loss, number(losses.mean(steps - recent, steps)));
    write(figures.test, number(curve.at(-1)?.test_loss));
    write(figures.pace, state === "training" && pace ? whole(Math.round(pace)) : "–");
    done.value = Math.min(1, steps / training.settings.steps);
  });
  page.on("opened", show);
  page.on("settings", show);
  page.on("progress", show);
  page.on("progress", ({ state }) => {
    if (state === "finished" && !told) page.tell(`the run is finished: ${whole(page.steps)} steps`);
    told = state === "finished";
  });
  let told = false;
}

function number(loss: number | undefined): string {
  return loss === undefined || Number.isNaN(loss) ? "–" : loss.toFixed(3);
}
