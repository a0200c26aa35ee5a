/** Checkpoints that the programs read, and theirs: `experiments/training/checkpoint.py` in TypeScript. */

import type { Model, Schedule, Settings } from "./menu.ts";
import { quoted } from "./names.ts";
import { type Contents, read, type Tensor, written } from "./safetensors.ts";
import { sha256, utf8 } from "./sha256.ts";
import type { Point, Trainer } from "./trainer.ts";

export class CheckpointError extends Error {
  override name = "CheckpointError";
}

const PARTS = { parameters: "params", "moments.0": "state.moments.0", "moments.1": "state.moments.1" };
const CHOSEN = ["data", "seed", "batch", "rate", "schedule", "steps", "seconds", "out", "resume", "save_every"];
const KINDS = ["program", "flags", "vocabulary", "names_sha256", "steps", "seconds", "curve"];

export interface About {
  program: string;
  flags: Record<string, unknown>;
  vocabulary: string;
  names_sha256: string;
  steps: number;
  seconds: number;
  curve: Point[];
}

/** A checkpoint that was read, before it is known whether it fits a model. */
export interface Checkpoint {
  about: About;
  tensors: Record<string, Tensor>;
}

/** The training as a file. `data` says where its names are from: "built-in", or the name of a file. */
export function checkpoint({ model, module, data, settings, steps, seconds, curve }: Trainer, source: string): Uint8Array {
  const flags: Record<string, string> = {
    ...model.settings,
    data: JSON.stringify(source),
    steps: String(settings.steps),
    seconds: "null",
  };
  if (!model.recipe) {
    flags.seed = String(settings.seed);
    flags.batch = String(settings.batch);
    flags.rate = real(settings.rate);
    flags.schedule = JSON.stringify(settings.schedule);
  }
  const points = curve.map(({ steps, seconds, train_loss, test_loss }) =>
    object({ steps: String(steps), seconds: real(seconds), train_loss: real(train_loss), test_loss: real(test_loss) }),
  );
  const metadata = {
    program: JSON.stringify(model.program),
    flags: object(flags),
    vocabulary: ascii(data.symbols.join("")),
    names_sha256: JSON.stringify(data.sha256),
    steps: String(steps),
    seconds: real(seconds),
    curve: `[${points.join(", ")}]`,
  };
  const tensors: Record<string, Tensor> = {};
  for (const [part, buffer] of Object.entries(PARTS))
    for (const [at, name] of module.below(buffer).entries())
      tensors[`${part}.${at}`] = { shape: module.shape(name), values: module.numbers(name) };
  return written({ metadata: { ...metadata, sha256: hash({ metadata, tensors }) }, tensors });
}

/** Read a file. Throws `CheckpointError` unless it is one of a program, and whole. */
export function opened(bytes: Uint8Array, source: string): Checkpoint {
  const refused = (found: string) =>
    new CheckpointError(`asked for ${quoted(source)}; found ${found}; give model.safetensors of a run`);
  let contents: Contents;
  try {
    contents = read(bytes);
  } catch {
    throw refused("no whole checkpoint");
  }
  const { sha256: wanted, ...metadata } = contents.metadata;
  if (wanted !== hash({ metadata, tensors: contents.tensors })) throw refused("it damaged, or not ours");
  try {
    const about = Object.fromEntries(KINDS.map((key) => [key, JSON.parse(metadata[key] ?? "")])) as unknown as About;
    if (typeof about.program !== "string" || typeof about.flags !== "object" || !Array.isArray(about.curve))
      throw new TypeError("wrong kinds");
    if (!Number.isSafeInteger(about.steps) || about.steps < 0 || !(about.seconds >= 0)) throw new TypeError("no numbers");
    if (!Object.values(contents.tensors).every(({ values }) => values.every(Number.isFinite)))
      throw refused("numbers that are not finite");
    return { about, tensors: contents.tensors };
  } catch (error) {
    throw error instanceof CheckpointError ? error : refused("it damaged, or not ours");
  }
}

/** The model of the menu that it is of, and the settings that it was trained with. Throws `CheckpointError`. */
export function chosen({ about }: Checkpoint, menu: readonly Model[]): { model: Model; settings: Settings } {
  const { program, flags } = about;
  const model = menu.find(
    (one) =>
      one.program === program &&
      Object.keys({ ...flags, ...one.settings }).every(
        (key) => CHOSEN.includes(key) || JSON.stringify(flags[key]) === JSON.stringify(JSON.parse(one.settings[key] ?? "0")),
      ),
  );
  if (!model) throw new CheckpointError(`asked to go on; found a run of ${program} of other sizes; give one of this menu`);
  const settings: Settings = model.recipe
    ? { batch: 1, seed: model.seed, rate: model.rate, schedule: "recipe", steps: Number(flags.steps) || model.steps }
    : {
        batch: Number(flags.batch),
        seed: Number(flags.seed),
        rate: Number(flags.rate),
        schedule: flags.schedule as Schedule,
        steps: Number(flags.steps) || Math.max(model.steps, about.steps),
      };
  if (!model.batches.includes(settings.batch)) {
    const sizes = model.batches.join(" or ");
    throw new CheckpointError(`asked to go on; found batches of ${settings.batch}; give a run with batches of ${sizes}`);
  }
  return { model, settings };
}

/** Give its numbers to a training, which goes on from there. Throws `CheckpointError` if they are of other names. */
export function restore(trainer: Trainer, { about, tensors }: Checkpoint): void {
  const { module, data } = trainer;
  if (about.names_sha256 !== data.sha256)
    throw new CheckpointError("asked to go on; found a run on other names; give these names first");
  const found: [string, Tensor][] = [];
  for (const [part, buffer] of Object.entries(PARTS))
    for (const [at, name] of module.below(buffer).entries()) {
      const tensor = tensors[`${part}.${at}`];
      if (JSON.stringify(tensor?.shape) !== JSON.stringify(module.shape(name)))
        throw new CheckpointError("asked for the tensors of this model; found others; give a run of this program");
      found.push([name, tensor!]);
    }
  for (const [name, { values }] of found) module.numbers(name).set(values);
  trainer.resume(about.steps, about.seconds, about.curve);
}

/** Of everything, as the programs find it. */
function hash({ metadata, tensors }: Contents): string {
  const names = Object.keys(metadata).sort();
  const text = `{${names.map((key) => `${ascii(key)}: ${ascii(metadata[key]!)}`).join(", ")}}`;
  const parts = [utf8(text)];
  for (const name of Object.keys(tensors).sort()) {
    const { shape, values } = tensors[name]!;
    const dtype = values instanceof Float32Array ? "float32" : "float64";
    const sizes = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
    parts.push(utf8(`${name} ${dtype} ${sizes}`), new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return sha256(...parts);
}

/** A text in JSON as Python writes it, all in ASCII. */
function ascii(text: string): string {
  return JSON.stringify(text).replace(/[\x7f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function object(parts: Record<string, string>): string {
  return `{${Object.entries(parts).map(([key, text]) => `${JSON.stringify(key)}: ${text}`).join(", ")}}`;
}

/** A number that Python reads as one that may have a fraction. */
function real(x: number): string {
  const text = String(x);
  return /[.e]/.test(text) ? text : `${text}.0`;
}
