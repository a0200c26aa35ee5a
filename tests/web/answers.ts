/** What tests in Python ask of the page's TypeScript: a question and what it is about come as JSON, and so the answer goes. */

import { readFileSync, writeFileSync } from "node:fs";

import { planeOf } from "../../web/src/axes.ts";
import { checkpoint, chosen, opened, restore } from "../../web/src/checkpoint.ts";
import { histogram } from "../../web/src/histogram.ts";
import { attention, inside, type Numbered } from "../../web/src/look.ts";
import { folder, type Model, type Settings, usual } from "../../web/src/menu.ts";
import { decoded, namesOf, symbolsOf } from "../../web/src/names.ts";
import { nearest } from "../../web/src/nearest.ts";
import { Generator, Twister } from "../../web/src/random.ts";
import { Module } from "../../web/src/runtime.ts";
import { invent } from "../../web/src/sampling.ts";
import { sha256 } from "../../web/src/sha256.ts";
import { rate, Trainer } from "../../web/src/trainer.ts";

const [question, dist, ...about] = JSON.parse(readFileSync(0, "utf8"));

const menu = (): Model[] => JSON.parse(readFileSync(`${dist}/menu.json`, "utf8"));
const model = (name: string) => menu().find((one) => one.name === name)!;

async function trainer(model: Model, change: Partial<Settings> = {}): Promise<Trainer> {
  const settings = { ...usual(model), ...change };
  const home = `${dist}/${folder(model, settings.batch)}`;
  const manifest = JSON.parse(readFileSync(`${home}/module.json`, "utf8"));
  const compiled = await WebAssembly.compile(readFileSync(`${home}/module.wasm`));
  const module = await Module.of({ compiled, manifest });
  const names = namesOf(readFileSync(`${dist}/${model.names}`, "utf8"), "built-in");
  return new Trainer(model, module, names, settings);
}

const tried = (work: () => unknown) => {
  try {
    return { value: work() };
  } catch (error) {
    return { error: (error as Error).message };
  }
};

const request = { count: 12, prefix: "", temperature: 1, topK: undefined, seed: 0 };

const questions: Record<string, (...about: any[]) => unknown> = {
  draws(seed: number, key: number[], count: number) {
    const generator = new Generator(seed, key);
    const permutation = [...generator.permutation(count)];
    return { permutation, normals: draws(() => generator.standardNormal()), gumbels: draws(() => generator.gumbel()) };
    function draws(draw: () => number) {
      return Array.from({ length: count }, draw);
    }
  },
  twisted(seed: number, count: number) {
    const twister = new Twister(seed);
    const shuffled = twister.shuffled(Array.from({ length: count }, (_, i) => i));
    return { shuffled, normals: Array.from({ length: count }, () => twister.standardNormal()) };
  },
  names: (texts: number[][]) =>
    texts.map((bytes) => tried(() => namesOf(decoded(Uint8Array.from(bytes), "names.txt"), "names.txt"))),
  symbols: (lists: string[][]) => lists.map(symbolsOf),
  sha256: (texts: number[][]) => texts.map((bytes) => sha256(Uint8Array.from(bytes))),
  rates: (name: string, settings: Settings, steps: number[]) => steps.map((step) => rate(model(name), settings, step)),
  /** The losses of the first steps, the curve, what it invents, and a checkpoint in this file. */
  async train(name: string, steps: number, change: Partial<Settings>, path?: string) {
    const it = await trainer(model(name), change);
    const losses = Array.from({ length: steps }, () => it.step());
    const point = it.measure();
    if (path) writeFileSync(path, checkpoint(it, "built-in"));
    const { curve } = it;
    return { losses, curve, point, invented: invent(it.model, it.data, it.scores, it.steps, request).map(({ name }) => name) };
  },
  /** Go on from a checkpoint for so many steps. */
  async resume(path: string, steps: number, to: string) {
    const saved = opened(readFileSync(path), path);
    const { model, settings } = chosen(saved, menu());
    const it = await trainer(model, settings);
    restore(it, saved);
    const losses = Array.from({ length: steps }, () => it.step());
    writeFileSync(to, checkpoint(it, "built-in"));
    return { model: model.name, settings, losses, steps: it.steps };
  },
  opened: (paths: string[]) => paths.map((path) => tried(() => chosen(opened(readFileSync(path), "a.safetensors"), menu()).model.name)),
  planes(frames: number[][], rows: number) {
    let before: [Float64Array, Float64Array] | undefined;
    return frames.map((values) => {
      const { axes, points, shares } = planeOf(Float64Array.from(values), rows, before);
      before = axes;
      return { axes: axes.map((axis) => [...axis]), points, shares };
    });
  },
  histograms: (lists: number[][], ranges: number) => lists.map((values) => histogram(Float64Array.from(values), ranges)),
  nearest: (names: string[], texts: string[], count: number) => texts.map((text) => nearest(names, text, count)),
  async look(name: string, text: string) {
    const it = await trainer(model(name));
    const look = inside(it.model, it.module, it.data, text);
    const plain = (arrays: (Numbered | undefined)[]) => arrays.map((array) => array && [...array.values]);
    const boxes = look.boxes.map((box) => ({
      ...box,
      ...{ value: plain(box.value), cotangent: plain(box.cotangent), slope: plain(box.slope) },
    }));
    return { attention: attention(it.model, it.module, it.data, text), loss: look.loss, slopes: [...look.slopes], boxes };
  },
};

process.stdout.write(JSON.stringify(await questions[question]!(...about)));
