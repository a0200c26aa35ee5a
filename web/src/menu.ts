/** What is on the menu, as `web/menu.py` writes it. */

export type Schedule = "linear" | "cosine" | "constant" | "recipe";

export interface Part {
  name: string;
  shape: number[];
}

export interface Model {
  name: string;
  title: string;
  program: string;
  reads: "windows" | "names";
  recipe: boolean;
  context: number;
  lengths: number[];
  scored: number[];
  parameters: Part[];
  size: number;
  boxes: Box[];
  first: [draw: number, count: number, deviation: number][];
  dtype: "float32" | "float64";
  batches: number[];
  steps: number;
  rate: number;
  schedule: Schedule;
  seed: number;
  names: string;
  symbols: string;
  settings: Record<string, string>;
  drawer: string;
  warmUp: number;
  purposes: { split: number; parameters: number; batches: number; samples: number };
}

/** A primitive where it runs on an example, and where each array of its argument is from, as `web/boxes.py` says. */
export interface Box {
  arrow: string;
  wires: ([box: number, array: number] | null)[];
}

/** What a person chooses of a training. */
export interface Settings {
  batch: number;
  seed: number;
  rate: number;
  schedule: Schedule;
  steps: number;
}

export function usual(model: Model): Settings {
  const { batches, seed, rate, schedule, steps } = model;
  return { batch: batches[0] ?? 1, seed, rate, schedule, steps };
}

/** The folder of the module for such batches. */
export function folder(model: Model, batch: number): string {
  return `models/${model.name}-${batch}`;
}
