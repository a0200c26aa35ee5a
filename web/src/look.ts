/** What a model does inside, on one example. */

import { BOUNDARY, type Data } from "./data.ts";
import type { Box, Model } from "./menu.ts";
import type { Module } from "./runtime.ts";
import { encoded } from "./sampling.ts";
import { fill } from "./trainer.ts";

export interface Numbered {
  shape: number[];
  values: Float64Array;
}

/** A box of the model: what it makes; and backward, the cotangent of that, and those that it passes on to its wires. */
export interface Passed extends Box {
  value: Numbered[];
  cotangent: Numbered[];
  slope: (Numbered | undefined)[]; // integers have none
}

export interface Look {
  loss: number;
  /** What boxes are given from outside: the parameters, and the example. */
  given: { from: string; array: Numbered }[];
  boxes: Passed[];
  /** The gradient, part by part. */
  slopes: Float64Array;
}

/** How much each place of a text looks at each other, by layer and head. */
export function attention(model: Model, module: Module, data: Data, text: string): number[][][][] {
  if (model.reads === "windows") return [];
  const symbols = [BOUNDARY, ...encoded(model, data, text)];
  module.integers("word").fill(BOUNDARY).set(symbols);
  module.run("attention");
  return module.below("attention()").map((name) => {
    const [heads = 0, places = 0] = module.shape(name);
    const weights = module.numbers(name);
    const row = (head: number, from: number) =>
      Array.from(weights.subarray((head * places + from) * places, (head * places + from) * places + from + 1));
    return Array.from({ length: heads }, (_, head) => symbols.map((_, from) => row(head, from)));
  });
}

/** Of a model that reads windows, at a place of the name: the window before it, and what follows; its end, if none is given. */
export function inside(model: Model, module: Module, data: Data, text: string, place?: number): Look {
  const whole = [...encoded(model, data, text), BOUNDARY];
  const symbols = whole.slice(0, model.reads === "names" ? model.context : (place ?? whole.length - 1) + 1);
  if (model.reads === "names") fill(module, "example", model.context, [Uint8Array.from(symbols)]);
  else {
    const window = module.integers("example.0").fill(BOUNDARY);
    const before = symbols.slice(0, -1).slice(-model.context);
    window.set(before, model.context - before.length);
    module.integers("example.1")[0] = symbols.at(-1)!;
  }
  module.run("inside");
  const array = (name: string): Numbered => ({
    shape: module.shape(name),
    values: Float64Array.from<number | bigint>(module.any(name), Number),
  });
  const all = (name: string) => module.below(name).map(array);
  const boxes = model.boxes.map((box, at) => {
    const [value, slope] = [`inside().boxes.${at}.value`, `inside().boxes.${at}.slope`];
    return {
      ...box,
      value: all(value),
      cotangent: all(`inside().boxes.${at}.cotangent`),
      slope: box.wires.map((_, place) => (module.has(`${slope}.${place}`) ? array(`${slope}.${place}`) : undefined)),
    };
  });
  const given = [["params", "the parameters"], ["example", "the example"]].flatMap(([name, from]) => all(name!).map((one) => ({ from: from!, array: one })));
  const slopes = Float64Array.from(all("inside().slope").flatMap(({ values }) => [...values]));
  return { loss: array("inside().loss").values[0]!, given, boxes, slopes };
}
