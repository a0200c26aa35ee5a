/** Names that a model invents, as `experiments/models/sampling.py` draws them: the same seed gives the same names. */

import { BOUNDARY, type Data } from "./data.ts";
import type { Model } from "./menu.ts";
import { DataError, normalised } from "./names.ts";
import { Generator } from "./random.ts";
import { type Scores, softmax } from "./scoring.ts";
import { utf8 } from "./sha256.ts";

const LONGEST = 50; // letters after a prefix

export interface Request {
  count: number;
  prefix: string;
  temperature: number;
  topK: number | undefined;
  seed: number;
}

/** A name, and of each letter after the prefix, and of its end, the probabilities that it was drawn from. */
export interface Invented {
  name: string;
  known: boolean;
  drawn: { symbol: number; probabilities: Float64Array }[];
}

/** The numbers of a prefix. Throws `DataError` if a model cannot read it. */
export function encoded(model: Model, data: Data, text: string): number[] {
  const symbols = data.encode(normalised(text));
  if (model.reads === "names" && symbols.length >= model.context)
    throw new DataError(
      `asked for ${symbols.length} letters; found a model that reads ${model.context} symbols, ` +
        `of which one is the beginning; give at most ${model.context - 1}`,
    );
  return symbols;
}

/** Names, each known if it is one of those that the model has learned from: by the recipe, in so many steps. */
export function invent(model: Model, data: Data, scores: Scores, steps: number, request: Request): Invented[] {
  const prefix = encoded(model, data, request.prefix);
  const end = Math.min(prefix.length + LONGEST, model.reads === "names" ? model.context : Infinity);
  const generator = new Generator(request.seed, [model.purposes.samples, 0, ...utf8(model.drawer)]);
  const texts = Array.from({ length: request.count }, () => [BOUNDARY, ...prefix]);
  const drawn: Invented["drawn"][] = texts.map(() => []);
  const ended = texts.map(() => false);
  for (let first = true; texts.length; first = false) {
    for (const [row, found] of scores(texts).entries()) {
      if (first && !prefix.length) found[BOUNDARY] = -Infinity; // a name without letters is never drawn
      const lowered = tempered(found, request);
      let [symbol, most] = [BOUNDARY, -Infinity];
      for (const [code, score] of lowered.entries()) {
        const noisy = score + generator.gumbel();
        if (noisy > most) [symbol, most] = [code, noisy];
      }
      if (ended[row]) symbol = BOUNDARY;
      else drawn[row]!.push({ symbol, probabilities: softmax(lowered) });
      texts[row]!.push(symbol);
      ended[row] ||= symbol === BOUNDARY;
    }
    if (ended.every(Boolean) || texts[0]!.length > end) break;
  }
  const learned = new Set(model.recipe ? data.train.slice(0, steps) : data.train);
  return texts.map(([, ...symbols], row) => {
    const ends = symbols.indexOf(BOUNDARY);
    const letters = ends < 0 ? symbols : symbols.slice(0, ends);
    const name = letters.map((code) => data.symbols[code]).join("");
    return { name, known: learned.has(name), drawn: drawn[row]! };
  });
}

/** Scores at this temperature, the largest 0, of the likeliest symbols; of the others minus infinity. */
export function tempered(
  scores: Float64Array,
  { temperature, topK }: { temperature: number; topK: number | undefined },
): Float64Array {
  const most = scores.reduce((a, b) => Math.max(a, b), -Infinity);
  const lowered = scores.map((score) => (score - most) / temperature);
  if (topK !== undefined) {
    const order = Array.from(lowered.keys()).sort((a, b) => lowered[b]! - lowered[a]! || a - b);
    for (const code of order.slice(topK)) lowered[code] = -Infinity;
  }
  return lowered;
}
