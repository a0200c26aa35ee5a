/** How it learns. Rate, schedule and steps hold from the next step on; batch and seed begin anew. */

import { element, field, heading, whole } from "../dom.ts";
import type { Schedule } from "../menu.ts";
import type { Page } from "../page.ts";

const MOST_STEPS = 1_000_000;
const SCHEDULES: Record<Schedule, string> = {
  linear: "falls in a line",
  cosine: "falls as a cosine",
  constant: "constant",
  recipe: "microgpt's",
};

export function settings(root: HTMLElement, page: Page): void {
  const rate = element("input", { type: "number", min: 0, step: "any", inputmode: "decimal" });
  const steps = element("input", { type: "number", min: 1, max: MOST_STEPS, step: 1 });
  const schedule = element("select");
  const batch = element("select");
  const seed = element("input", { type: "number", min: 0, step: 1 });
  const usual = element("button", { type: "button" }, "Usual");
  const same = element("p", { class: "soft" });
  root.append(
    heading(root, "How it learns", usual),
    element(
      "div",
      { class: "fields" },
      field("Learning rate", rate),
      field("Schedule", schedule),
      field("Steps of a run", steps),
      field("Examples in a step", batch),
      field("Seed", seed),
    ),
    same,
  );
  same.style.marginTop = "12px";

  const show = (opened: boolean) => {
    const { training } = page;
    if (!training) return;
    const { model, settings } = training;
    for (const [input, value] of [[rate, settings.rate], [steps, settings.steps], [seed, settings.seed]] as const)
      if (input !== document.activeElement || opened) input.value = String(value); // else someone is typing there
    const may = (Object.keys(SCHEDULES) as Schedule[]).filter((name) => (name === "recipe") === model.recipe);
    schedule.replaceChildren(...may.map((name) => element("option", { value: name }, SCHEDULES[name])));
    schedule.value = settings.schedule;
    batch.replaceChildren(...model.batches.map((size) => element("option", { value: size }, whole(size))));
    batch.value = String(settings.batch);
    for (const input of [rate, schedule, batch, seed]) input.disabled = model.recipe;
    same.replaceChildren("The same numbers in a terminal: ", element("code", {}, command(page)));
  };
  const number = (input: HTMLInputElement, most: number, whole: boolean, work: (value: number) => Promise<void>) => {
    input.onchange = () => {
      const value = input.value.trim() === "" ? NaN : Number(input.value);
      if (!(value >= Number(input.min)) || value > most || (whole && !Number.isInteger(value)) || (!whole && !value)) {
        const wanted = whole ? `a whole number from ${input.min} to ${most}` : `a number above 0, and at most ${most}`;
        page.tell(`${input.labels?.[0]?.textContent?.trim()}: found ${input.value || "no number"}; give ${wanted}`, "error");
        show(true);
      } else
        void page.attempt(async () => {
          await work(value);
          input.value = String(value); // which the model that was on its way had replaced by its own
        });
    };
  };
  number(rate, 1000, false, (value) => page.set({ rate: value }));
  number(steps, MOST_STEPS, true, (value) => page.set({ steps: value }));
  number(seed, 2 ** 31 - 1, true, (value) => page.open({ settings: { seed: value } }));
  schedule.onchange = () => void page.attempt(() => page.set({ schedule: schedule.value as Schedule }));
  batch.onchange = () => void page.attempt(() => page.open({ settings: { batch: Number(batch.value) } }));
  usual.onclick = () => void page.attempt(() => page.open({ model: page.training!.model }));
  page.on("opened", () => show(true));
  page.on("settings", () => show(false));
}

/** What trains the same model in the same way. */
function command({ training }: Page): string {
  const { model, settings, source } = training!;
  const given: string[] = [`--steps ${settings.steps}`];
  const flags = Object.entries(model.settings).filter(([key]) => ["width", "layers"].includes(key));
  if (model.recipe) given.push("--recipe microgpt");
  else {
    if (model.name.startsWith("gpt-")) given.push(...flags.map(([key, value]) => `--${key} ${value}`));
    given.push(`--rate ${settings.rate}`, `--batch ${settings.batch}`, `--seed ${settings.seed}`);
    if (settings.schedule !== "linear") given.push(`--schedule ${settings.schedule}`);
  }
  if (source !== "built-in") given.push(`--data '${source}'`);
  return `python experiments/${model.program}.py ${given.join(" ")}`;
}
