/** Training, step by step, as `experiments/training/loop.py` trains: the same batches and rates, and so the same losses. */

import {
  BOUNDARY,
  type Data,
  dataOf,
  NONE,
  sequencesOf,
  shuffledBatches,
  type Windows,
  windowsOf,
} from "./data.ts";
import type { Model, Settings } from "./menu.ts";
import { DataError } from "./names.ts";
import { Generator, type Twister } from "./random.ts";
import type { Module } from "./runtime.ts";
import { lossOf, type Scores, scoresOf } from "./scoring.ts";

const POINTS = 40; // of the curve, at equal distances of progress

/** A point of the curve: the mean losses after so many steps. */
export interface Point {
  steps: number;
  seconds: number;
  train_loss: number;
  test_loss: number;
}

export class Trainer {
  readonly model: Model;
  readonly module: Module;
  readonly data: Data;
  readonly scores: Scores;
  settings: Settings;
  seconds = 0;
  curve: Point[] = [];
  readonly #fill: (step: number) => string;
  readonly #measure: [() => number, () => number] | undefined;
  #nextPoint = 0;

  /** The training before its first step. Throws `DataError` if these names are too few. */
  constructor(model: Model, module: Module, names: readonly string[], settings: Settings) {
    this.model = model;
    this.module = module;
    this.settings = settings;
    this.data = dataOf(model, names, settings.seed);
    this.scores = scoresOf(model, module);
    const { train, test } = this.data;
    this.#fill = batchesOf(model, module, this.data, settings);
    this.#measure = model.recipe ? undefined : [train, test].map((part) => lossOf(model, module, this.data, part)) as [
      () => number,
      () => number,
    ];
    this.#begin();
  }

  /** How many steps were made. */
  get steps(): number {
    return this.module.count("state.steps");
  }

  /** The share of the run that is done. */
  get progress(): number {
    return this.steps / this.settings.steps;
  }

  /** One more step; the loss of its batch before it. Throws where that is not finite. */
  step(): number {
    if (this.#measure && this.progress * POINTS >= this.#nextPoint) {
      this.measure();
      this.#nextPoint = Math.floor(this.progress * POINTS) + 1;
    }
    const { module, steps } = this;
    const start = performance.now();
    const name = this.#fill(steps);
    module.numbers("rate")[0] = rate(this.model, this.settings, steps);
    module.run(name);
    this.seconds += (performance.now() - start) / 1000;
    const loss = module.numbers(`${name}().0`)[0] ?? NaN;
    if (!Number.isFinite(loss))
      throw new RangeError(`asked for a finite loss; found ${loss} at step ${steps + 1}; try a smaller learning rate`);
    return loss;
  }

  /** A new point of the curve, in place of one after as many steps; by the recipe there are no names to test with. */
  measure(): Point | undefined {
    if (!this.#measure) return undefined;
    const [ofTrain, ofTest] = this.#measure;
    const point = { steps: this.steps, seconds: this.seconds, train_loss: ofTrain(), test_loss: ofTest() };
    if (this.curve.at(-1)?.steps === point.steps) this.curve.pop();
    this.curve.push(point);
    return point;
  }

  /** Go on from where another training stopped, whose parameters and moments are in the module already. */
  resume(steps: number, seconds: number, curve: readonly Point[]): void {
    this.module.count("state.steps", steps);
    this.seconds = seconds;
    this.curve = [...curve];
    const last = curve.at(-1);
    this.#nextPoint = last ? Math.floor((last.steps / this.settings.steps) * POINTS) + 1 : 0;
  }

  #begin(): void {
    const { module, model, data, settings } = this;
    for (const name of module.below("state.moments")) module.numbers(name).fill(0);
    module.count("state.steps", 0);
    const source = data.twister ?? new Generator(settings.seed, [model.purposes.parameters, 0]);
    const first = firstParameters(model, source);
    let at = 0;
    for (const name of module.below("params")) {
      const into = module.numbers(name);
      into.set(first.subarray(at, at + into.length));
      at += into.length;
    }
  }
}

/** The learning rate of a step, of which the first is 0: it warms up, and then falls to 0. */
export function rate({ warmUp }: Model, { rate: peak, schedule, steps }: Settings, step: number): number {
  if (schedule === "constant") return peak;
  const progress = step / steps;
  if (schedule === "recipe") return peak * (1 - step / 1000);
  if (progress < warmUp) return peak * (progress / warmUp);
  const fallen = Math.min(1, (progress - warmUp) / (1 - warmUp));
  return peak * (schedule === "linear" ? 1 - fallen : (1 + Math.cos(Math.PI * fallen)) / 2);
}

function firstParameters({ first }: Model, source: Generator | Twister): Float64Array {
  const draws = Float64Array.from(
    { length: first.reduce((end, [draw, count]) => Math.max(end, draw + count), 0) },
    () => source.standardNormal(),
  );
  const found = new Float64Array(first.reduce((sum, [, count]) => sum + count, 0));
  let at = 0;
  for (const [draw, count, deviation] of first)
    for (let i = 0; i < count; i++) found[at++] = draws[draw + i]! * deviation;
  return found;
}

/** What writes the batch of a step to the module, and says which function takes it. */
function batchesOf(model: Model, module: Module, data: Data, { batch, seed }: Settings): (step: number) => string {
  if (model.recipe) return ofTheRecipe(model, module, data);
  const windows = model.reads === "windows" ? windowsOf(data, data.train, model.context) : undefined;
  const examples = windows ? windows.targets.length : data.train.length;
  if (examples < batch) {
    const found = `found ${examples} ${windows ? "letters to predict" : "names to learn from"}`;
    throw new DataError(`asked for batches of ${batch}; ${found}; give more names, or a smaller batch`);
  }
  const places = shuffledBatches(model, examples, batch, seed);
  return windows ? ofWindows(model, module, windows, places) : ofNames(model, module, data, places);
}

function ofWindows({ context }: Model, module: Module, windows: Windows, places: (step: number) => Uint32Array) {
  const [contexts, targets] = [module.integers("batch.0"), module.integers("batch.1")];
  return (step: number) => {
    for (const [row, place] of places(step).entries()) {
      contexts.set(windows.contexts.subarray(place * context, (place + 1) * context), row * context);
      targets[row] = windows.targets[place]!;
    }
    return "step";
  };
}

function ofNames({ context, lengths }: Model, module: Module, data: Data, places: (step: number) => Uint32Array) {
  const names = sequencesOf(data, data.train, context);
  return (step: number) => {
    const chosen = Array.from(places(step), (place) => names[place]!);
    const longest = chosen.reduce((most, name) => Math.max(most, name.length), 0);
    const length = lengths.find((places) => longest <= places) ?? context;
    fill(module, `batch.${length}`, length, chosen);
    return `step_${length}`;
  };
}

function ofTheRecipe({ context }: Model, module: Module, data: Data) {
  const names = sequencesOf(data, data.train, context);
  return (step: number) => {
    fill(module, "batch", context, [names[step % names.length]!]);
    return "step";
  };
}

/** Write names to inputs and targets of this length. */
export function fill(module: Module, name: string, length: number, names: readonly Uint8Array[]): void {
  const [inputs, targets] = [module.integers(`${name}.0`), module.integers(`${name}.1`)];
  inputs.fill(BOUNDARY);
  targets.fill(NONE);
  for (const [row, symbols] of names.entries()) {
    targets.set(symbols, row * length);
    inputs.set(symbols.subarray(0, -1), row * length + 1);
  }
}
