/** The worker: it trains for a frame's time, and then does what it is asked. */

import { planeOf } from "./axes.ts";
import { checkpoint, chosen, opened, restore } from "./checkpoint.ts";
import { attention, inside } from "./look.ts";
import { folder, type Model, type Settings } from "./menu.ts";
import { decoded, namesOf } from "./names.ts";
import { nearest } from "./nearest.ts";
import type { Answer, Ask, Asked, Call, Opened, Parameters, Progress, Said, Source } from "./protocol.ts";
import { type Manifest, Module, size } from "./runtime.ts";
import { encoded, invent, tempered } from "./sampling.ts";
import { softmax } from "./scoring.ts";
import { BOUNDARY } from "./data.ts";
import { Trainer } from "./trainer.ts";

const SLICE = 12; // milliseconds of training between looking for calls
const EVERY = 50; // milliseconds between tellings

interface Names {
  names: string[];
  source: string;
}

const BUILT_IN = "built-in";

let trainer: Trainer | undefined;
let own: Names | undefined; // the user's, in place of those built in
let source = BUILT_IN;
let training = false;
let losses: number[] = [];
let told = 0; // when
let pace = { since: 0, steps: 0, of: 0 };

const files = new Map<string, Promise<unknown>>();
const again = new MessageChannel(); // a turn of the loop of events, without the wait of a timer

function say(said: Said, transfer: Transferable[] = []): void {
  postMessage(said, { transfer });
}

/** What a function makes of a file, once. */
function kept<T>(path: string, make: (response: Response) => Promise<T>): Promise<T> {
  let found = files.get(path) as Promise<T> | undefined;
  if (!found) {
    found = fetch(new URL(path, import.meta.url)).then((response) => {
      if (!response.ok) throw new Error(`asked for ${path}; found ${response.status}; build the page again`);
      return make(response);
    });
    files.set(path, found);
    found.catch(() => files.delete(path));
  }
  return found;
}

async function moduleOf(model: Model, { batch }: Settings): Promise<Module> {
  const home = folder(model, batch);
  const [compiled, manifest] = await Promise.all([
    kept(`${home}/module.wasm`, async (response) => WebAssembly.compile(await response.arrayBuffer())),
    kept(`${home}/module.json`, (response) => response.json() as Promise<Manifest>),
  ]);
  return Module.of({ compiled, manifest });
}

function given({ content, name }: Source): Names {
  return { names: namesOf(typeof content === "string" ? content : decoded(content, name), name), source: name };
}

async function built(model: Model): Promise<Names> {
  return { names: await kept(model.names, async (found) => namesOf(await found.text(), BUILT_IN)), source: BUILT_IN };
}

async function begin(model: Model, settings: Settings, names: Names, keep: boolean): Promise<Trainer> {
  const next = new Trainer(model, await moduleOf(model, settings), names.names, settings);
  own = keep ? names : undefined;
  source = names.source;
  return next;
}

function take(next: Trainer): Opened {
  training = false;
  trainer = next;
  losses = [];
  tell();
  const { model, settings, data } = next;
  return { model, settings, source, symbols: [...data.symbols], train: data.train.length, test: data.test.length };
}

function now(): Trainer {
  if (!trainer) throw new Error("no model is there yet");
  return trainer;
}

function finished(): boolean {
  return now().progress >= 1;
}

function tell(): void {
  const { steps, seconds, curve } = now();
  const progress: Progress = {
    steps,
    seconds,
    pace: pace.of,
    from: steps - losses.length,
    losses: Float64Array.from(losses),
    curve: [...curve],
    state: training ? "training" : finished() ? "finished" : "paused",
  };
  losses = [];
  told = performance.now();
  say({ said: "progress", progress }, [progress.losses.buffer as ArrayBuffer]);
}

/** One more step. Throws where the loss is not finite, and training has ended then. */
function step(): void {
  const it = now();
  try {
    losses.push(it.step());
    pace.steps++;
  } catch (error) {
    training = false;
    throw error;
  }
  if (finished()) {
    it.measure();
    training = false;
  }
}

function slice(): void {
  if (!training) return;
  const start = performance.now();
  try {
    while (training && performance.now() - start < SLICE) step();
  } catch (error) {
    tell();
    say({ said: "failed", message: reason(error) });
    return;
  }
  const end = performance.now();
  if (end - pace.since > 500) pace = { since: end, steps: 0, of: (pace.steps / (end - pace.since)) * 1000 };
  if (end - told > EVERY || !training) tell();
  if (training) again.port2.postMessage(0);
}

function parameters(): Parameters[] {
  const { model, module } = now();
  const all = (buffer: string) => {
    const arrays = module.below(buffer).map((name) => module.numbers(name));
    const found = new Float64Array(arrays.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const array of arrays) {
      found.set(array, at);
      at += array.length;
    }
    return found;
  };
  const [values, slopes] = [all("params"), all("state.moments.0")];
  let at = 0;
  return model.parameters.map(({ name, shape }) => {
    const [start, end] = [at, (at += size(shape))];
    return { name, shape, values: values.slice(start, end), slopes: slopes.slice(start, end) };
  });
}

const answers: { [K in Call]: (ask: Ask<K>) => Answer<K> | Promise<Answer<K>> } = {
  async open({ model, settings, names }) {
    const other = names && names !== BUILT_IN ? given(names) : names ? undefined : own;
    return take(await begin(model, settings, other ?? (await built(model)), other !== undefined));
  },
  settings(settings) {
    now().settings = { ...now().settings, ...settings };
    tell(); // a run that was finished may go on
  },
  train() {
    if (training || finished()) return;
    training = true;
    pace = { since: performance.now(), steps: 0, of: 0 };
    again.port2.postMessage(0);
  },
  pause() {
    training = false;
    tell();
  },
  step() {
    if (finished()) return;
    training = false;
    try {
      step();
    } finally {
      tell();
    }
  },
  invent(request) {
    const { model, data, scores, steps } = now();
    return invent(model, data, scores, steps, request);
  },
  next({ text, ...request }) {
    const { model, data, scores } = now();
    const [found] = scores([[BOUNDARY, ...encoded(model, data, text)]]);
    if (!text) found![BOUNDARY] = -Infinity;
    return softmax(tempered(found!, request));
  },
  attention: ({ text }) => attention(now().model, now().module, now().data, text),
  inside: ({ text, place }) => inside(now().model, now().module, now().data, text, place),
  parameters,
  plane(before) {
    const [letters] = parameters();
    return planeOf(letters!.values, letters!.shape[0]!, before);
  },
  nearest: ({ text, count }) => nearest(now().data.train, text, count),
  checkpoint: () => checkpoint(now(), source),
  async restore({ menu, bytes, name }) {
    const saved = opened(bytes, name);
    const { model, settings } = chosen(saved, menu);
    const before = { own, source };
    const next = await begin(model, settings, own ?? (await built(model)), own !== undefined);
    try {
      restore(next, saved);
    } catch (error) {
      ({ own, source } = before);
      throw error;
    }
    return take(next);
  },
};

let turn = Promise.resolve(); // each call waits for the one before it

async function answer<K extends Call>({ id, call, ask }: Asked<K>): Promise<void> {
  try {
    say({ said: "answer", id, answer: await answers[call](ask) });
  } catch (error) {
    say({ said: "error", id, message: reason(error) });
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

again.port1.onmessage = slice;
self.onmessage = ({ data }: MessageEvent<Asked>) => {
  turn = turn.then(() => answer(data));
};
