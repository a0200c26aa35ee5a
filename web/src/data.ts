/** What a model reads of names: `experiments/data` and `experiments/training/batches.py` in TypeScript. */

import type { Model } from "./menu.ts";
import { DataError, symbolsOf } from "./names.ts";
import { Generator, Twister } from "./random.ts";
import { sha256, utf8 } from "./sha256.ts";

export const BOUNDARY = 0;
export const NONE = -1; // in place of a target
const TESTED = 0.1; // of the names
const SEED = 42; // of the recipe

export interface Windows {
  contexts: Uint8Array;
  targets: Uint8Array;
}

/** A list of names for a model and a seed. `twister` drew its order, and goes on to draw the first parameters. */
export interface Data {
  names: readonly string[];
  symbols: readonly string[];
  train: readonly string[];
  test: readonly string[];
  sha256: string;
  twister: Twister | undefined;
  encode(text: string): number[];
}

/** Split the names, or bring them into the order of the recipe. Throws `DataError` if there are too few. */
export function dataOf(model: Model, names: readonly string[], seed: number): Data {
  const symbols = symbolsOf(names);
  const codes = new Map(symbols.map((symbol, code) => [symbol, code]));
  const common = {
    names,
    symbols,
    sha256: sha256(utf8(names.join("\n"))),
    encode: (text: string) =>
      Array.from(text, (letter) => {
        const code = codes.get(letter);
        if (code === undefined) throw new DataError(`found the letter “${letter}”, which none of the names has`);
        return code;
      }),
  };
  if (model.recipe) {
    const twister = new Twister(SEED);
    return { ...common, train: twister.shuffled(names), test: [], twister };
  }
  const distinct = [...new Set(names)];
  const tests = Math.floor(distinct.length * TESTED);
  if (!tests) {
    const found = `found ${distinct.length} distinct; give at least ${Math.ceil(1 / TESTED)}`;
    throw new DataError(`asked to keep ${TESTED} of the names for tests; ${found}`);
  }
  const order = new Generator(seed, [model.purposes.split, 0]).permutation(distinct.length);
  const shuffled = Array.from(order, (place) => distinct[place]!);
  return { ...common, train: shuffled.slice(tests), test: shuffled.slice(0, tests), twister: undefined };
}

/** All windows of the names, one after the other. */
export function windowsOf(data: Data, names: readonly string[], context: number): Windows {
  const count = names.reduce((sum, name) => sum + [...name].length + 1, 0);
  const found = { contexts: new Uint8Array(count * context), targets: new Uint8Array(count) };
  let at = 0;
  for (const name of names) {
    const window = new Array<number>(context).fill(BOUNDARY);
    for (const code of [...data.encode(name), BOUNDARY]) {
      found.contexts.set(window, at * context);
      found.targets[at++] = code;
      window.shift();
      window.push(code);
    }
  }
  return found;
}

/** The symbols of each name and the boundary after them, cut off if they are more than the context. */
export function sequencesOf(data: Data, names: readonly string[], context: number): Uint8Array[] {
  return names.map((name) => Uint8Array.from([...data.encode(name), BOUNDARY].slice(0, context)));
}

/** From a step to the places of its examples: each epoch is a new shuffle, and what is left over is dropped. */
export function shuffledBatches(model: Model, examples: number, size: number, seed: number) {
  const steps = Math.floor(examples / size);
  let known = -1;
  let order: Uint32Array = new Uint32Array();
  return (step: number): Uint32Array => {
    const [epoch, place] = [Math.floor(step / steps), step % steps];
    if (epoch !== known) {
      known = epoch;
      order = new Generator(seed, [model.purposes.batches, epoch]).permutation(examples);
    }
    return order.subarray(place * size, (place + 1) * size);
  };
}
