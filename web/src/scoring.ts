/** What a model expects next: the scores that its module finds, and the loss of names by them. */

import { BOUNDARY, type Data, sequencesOf, windowsOf } from "./data.ts";
import type { Model } from "./menu.ts";
import type { Module, Numbers } from "./runtime.ts";

const MEASURED = 4096; // names, for a model that reads them whole

/** Scores of the symbols that may follow each of some texts, which begin with the boundary. */
export type Scores = (texts: readonly (readonly number[])[]) => Float64Array[];

export function scoresOf(model: Model, module: Module): Scores {
  return model.reads === "windows" ? ofWindows(model, module) : ofNames(model, module);
}

function ofWindows({ context }: Model, module: Module): Scores {
  const [read, scores] = [module.integers("read"), module.numbers("scores()")];
  const rows = read.length / context;
  const symbols = scores.length / rows;
  return (texts) => {
    const found: Float64Array[] = [];
    for (let start = 0; start < texts.length; start += rows) {
      const some = texts.slice(start, start + rows);
      for (const [row, text] of some.entries())
        for (let i = 0; i < context; i++) read[row * context + i] = text[text.length - context + i] ?? BOUNDARY;
      module.run("scores");
      for (const row of some.keys()) found.push(Float64Array.from(rowOf(scores, row, symbols)));
    }
    return found;
  };
}

function ofNames({ scored, context }: Model, module: Module): Scores {
  const longest = scored.at(-1) ?? context;
  return (texts) => {
    const found: Float64Array[] = [];
    const rows = rowsOf(module, longest);
    for (let start = 0; start < texts.length; start += rows) {
      const some = texts.slice(start, start + rows);
      const length = scored.find((places) => some.every((text) => text.length <= places)) ?? longest;
      const scores = readNames(module, length, some);
      const symbols = scores.length / rows / length;
      for (const [row, text] of some.entries())
        found.push(Float64Array.from(rowOf(scores, row * length + Math.min(text.length, length) - 1, symbols)));
    }
    return found;
  };
}

function rowsOf(module: Module, length: number): number {
  return module.integers(`read.${length}`).length / length;
}

/** Scores at all places of texts, padded to this length. */
function readNames(module: Module, length: number, texts: readonly (readonly number[])[]): Numbers {
  const read = module.integers(`read.${length}`).fill(BOUNDARY);
  for (const [row, text] of texts.entries()) read.set(text.slice(0, length), row * length);
  module.run(`scores_${length}`);
  return module.numbers(`scores_${length}()`);
}

/** A function that finds the mean loss over all symbols of these names, as the programs measure it. */
export function lossOf(model: Model, module: Module, data: Data, names: readonly string[]): () => number {
  return model.reads === "windows"
    ? lossOfWindows(model, module, data, names)
    : lossOfNames(model, module, data, names.slice(0, MEASURED));
}

function lossOfWindows(model: Model, module: Module, data: Data, names: readonly string[]): () => number {
  const { context } = model;
  const { contexts, targets } = windowsOf(data, names, context);
  const [symbols, distinct] = [model.symbols.length, new Map<number, { context: number[]; counts: Int32Array }>()];
  for (const [at, target] of targets.entries()) {
    const window = contexts.subarray(at * context, (at + 1) * context);
    const key = window.reduce((sum, code) => sum * symbols + code, 0);
    let tally = distinct.get(key);
    if (!tally) distinct.set(key, (tally = { context: [...window], counts: new Int32Array(symbols) }));
    tally.counts[target]!++;
  }
  const tallies = [...distinct.values()];
  const [scores, windows] = [scoresOf(model, module), tallies.map((tally) => tally.context)];
  return () => {
    let sum = 0;
    for (const [at, row] of scores(windows).entries()) {
      const [total, { counts }] = [logSum(row), tallies[at]!];
      for (const [code, count] of counts.entries()) if (count) sum += count * (total - row[code]!);
    }
    return sum / targets.length;
  };
}

function lossOfNames({ scored, context }: Model, module: Module, data: Data, names: readonly string[]): () => number {
  const targets = sequencesOf(data, names, context).sort((a, b) => a.length - b.length);
  const texts = targets.map((name) => [BOUNDARY, ...name.slice(0, -1)]);
  const rows = rowsOf(module, scored[0] ?? context);
  const many = targets.reduce((sum, name) => sum + name.length, 0);
  return () => {
    let sum = 0;
    for (let start = 0; start < texts.length; start += rows) {
      const some = targets.slice(start, start + rows);
      const longest = some.at(-1)?.length ?? 0;
      const length = scored.find((places) => longest <= places) ?? context;
      const scores = readNames(module, length, texts.slice(start, start + rows));
      const symbols = scores.length / rows / length;
      for (let row = 0; row < some.length; row++) {
        const name = some[row]!;
        for (let place = 0; place < name.length; place++) {
          const at = (row * length + place) * symbols;
          sum += logSum(scores, at, symbols) - scores[at + name[place]!]!;
        }
      }
    }
    return sum / many;
  };
}

function rowOf(scores: Numbers, row: number, symbols: number): Numbers {
  return scores.subarray(row * symbols, (row + 1) * symbols);
}

/** The logarithm of the sum of exponentials of so many scores from one on. */
export function logSum(scores: Numbers, start = 0, count = scores.length): number {
  let [peak, sum] = [-Infinity, 0];
  for (let i = start; i < start + count; i++) peak = Math.max(peak, scores[i]!);
  for (let i = start; i < start + count; i++) sum += Math.exp(scores[i]! - peak);
  return peak + Math.log(sum);
}

/** Probabilities, of scores that are not above 0. */
export function softmax(scores: Float64Array): Float64Array {
  const total = logSum(scores);
  return scores.map((score) => Math.exp(score - total));
}
