/** What a model does inside, on one example. */

import { BOUNDARY, type Data } from "./data.ts";
import type { Model } from "./menu.ts";
import type { Module, Numbers } from "./runtime.ts";
import { encoded } from "./sampling.ts";
import { fill } from "./trainer.ts";

/** An array that an arrow has made, or the derivative of one. */
export interface Made {
  arrow: string;
  operation: string;
  shape: number[];
  values: Float64Array;
}

export interface Look {
  loss: number;
  /** In the order in which they ran, forward and then backward. */
  arrows: Made[];
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

export function inside(model: Model, module: Module, data: Data, text: string): Look {
  const symbols = [...encoded(model, data, text), BOUNDARY].slice(0, model.reads === "names" ? model.context : undefined);
  if (model.reads === "names") fill(module, "example", model.context, [Uint8Array.from(symbols)]);
  else {
    const window = module.integers("example.0").fill(BOUNDARY);
    const before = symbols.slice(0, -1).slice(-model.context);
    window.set(before, model.context - before.length);
    module.integers("example.1")[0] = symbols.at(-1)!;
  }
  module.run("inside");
  const [loss, ...slopes] = module.manifest.functions.inside!.results;
  const arrows = module.manifest.functions.inside!.inside.map(({ arrow, operation, buffer }) => ({
    arrow,
    operation,
    shape: module.shape(buffer),
    values: Float64Array.from(numbersOf(module, buffer)),
  }));
  return { loss: module.numbers(loss!)[0]!, arrows, slopes: Float64Array.from(slopes.flatMap((name) => [...module.numbers(name)])) };
}

function numbersOf(module: Module, name: string): Iterable<number> {
  const { dtype } = module.manifest.buffers[name]!;
  if (dtype === "float32" || dtype === "float64") return module.numbers(name) as Numbers;
  return dtype === "int32" ? module.integers(name) : [];
}
