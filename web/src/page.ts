/** What all parts of the page share: the training in its worker, and what is known of it here. */

import { type Model, type Settings, usual } from "./menu.ts";
import type { Answer, Ask, Call, Opened, Progress, Said, Source, State } from "./protocol.ts";
import type { Invented } from "./sampling.ts";
import type { Point } from "./trainer.ts";

const FIRST = "gpt"; // of the menu

/** What may happen: another training, other settings of this one, its progress, a text to tell, a name to show. */
export interface Events {
  opened: Opened;
  settings: Settings;
  progress: Progress;
  message: Message;
  shown: Shown;
}

/** A name that was invented, of which so many letters were given; someone chose one of its letters, or nobody did. */
export interface Shown extends Invented {
  given: number;
  chosen: number | undefined;
}

export interface Message {
  text: string;
  kind: "note" | "error";
}

export class Page {
  readonly menu: readonly Model[];
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { done: (answer: never) => void; failed: (error: Error) => void }>();
  readonly #listeners: { [K in keyof Events]: Set<(event: Events[K]) => void> } = {
    opened: new Set(),
    settings: new Set(),
    progress: new Set(),
    message: new Set(),
    shown: new Set(),
  };
  #asked = 0;
  #turn: Promise<unknown> = Promise.resolve(); // each change waits for the one before it
  training: Opened | undefined;
  state: State = "paused";
  steps = 0;
  seconds = 0;
  pace = 0;
  curve: readonly Point[] = [];
  readonly losses = new Losses();

  constructor(menu: readonly Model[], worker: Worker) {
    this.menu = menu;
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<Said>) => this.#hear(data);
    worker.onerror = () => this.tell("the worker that trains has failed; load the page again", "error");
  }

  on<K extends keyof Events>(event: K, listener: (event: Events[K]) => void): void {
    this.#listeners[event].add(listener);
  }

  /** Ask the worker. Rejects with what it says. */
  ask<K extends Call>(call: K, ...[ask]: Ask<K> extends void ? [] : [Ask<K>]): Promise<Answer<K>> {
    const id = this.#asked++;
    return new Promise((done, failed) => {
      this.#waiting.set(id, { done, failed });
      this.#worker.postMessage({ id, call, ask });
    });
  }

  /** Do what may fail; tell what is wrong then. */
  async attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.tell(error instanceof Error ? error.message : String(error), "error");
      return undefined;
    }
  }

  tell(text: string, kind: Message["kind"] = "note"): void {
    this.#emit("message", { text, kind });
  }

  /** Show a name letter by letter. */
  show(name: Shown): void {
    this.#emit("shown", name);
  }

  /** Begin a training anew: of another model with its usual settings, with other settings, or other names. */
  open(change: { model?: Model; settings?: Partial<Settings>; names?: Source | "built-in" } = {}): Promise<void> {
    return this.#inTurn(async () => {
      const model = change.model ?? this.training?.model ?? this.menu.find(({ name }) => name === FIRST) ?? this.menu[0]!;
      const before = change.model || !this.training ? usual(model) : this.training.settings;
      const settings = { ...before, ...change.settings };
      this.#take(await this.ask("open", { model, settings, ...(change.names && { names: change.names }) }));
    });
  }

  /** Go on from a checkpoint. */
  restore(bytes: Uint8Array, name: string): Promise<void> {
    return this.#inTurn(async () => this.#take(await this.ask("restore", { menu: [...this.menu], bytes, name })));
  }

  /** Another rate, schedule or number of steps, from the next step on. */
  set(change: Partial<Settings>): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.training) return;
      this.training.settings = { ...this.training.settings, ...change };
      this.#emit("settings", this.training.settings);
      await this.ask("settings", this.training.settings);
    });
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  #take(opened: Opened): void {
    this.training = opened;
    this.losses.clear();
    this.#emit("opened", opened);
  }

  #hear(said: Said): void {
    if (said.said === "progress") {
      const { steps, seconds, pace, curve, state, from, losses } = said.progress;
      Object.assign(this, { steps, seconds, pace, curve, state });
      this.losses.add(from, losses);
      this.#emit("progress", said.progress);
    } else if (said.said === "failed") {
      this.tell(said.message, "error");
    } else {
      const { done, failed } = this.#waiting.get(said.id)!;
      this.#waiting.delete(said.id);
      if (said.said === "answer") done(said.answer as never);
      else failed(new Error(said.message));
    }
  }

  #emit<K extends keyof Events>(event: K, about: Events[K]): void {
    for (const listener of this.#listeners[event]) listener(about);
  }
}

/** The loss of each step, and the mean of any of them that follow each other. */
export class Losses {
  start = 0; // the step of the first one
  count = 0;
  #sums = new Float64Array(1024); // of all before

  clear(): void {
    this.start = this.count = 0;
  }

  add(from: number, losses: Float64Array): void {
    if (!this.count) this.start = from;
    if (this.count + losses.length >= this.#sums.length) {
      const larger = new Float64Array(2 * (this.#sums.length + losses.length));
      larger.set(this.#sums);
      this.#sums = larger;
    }
    for (const loss of losses) this.#sums[this.count + 1] = this.#sums[this.count++]! + loss;
  }

  /** Of the steps from one to before another, or NaN if there are none. */
  mean(from: number, to: number): number {
    const [a, b] = [from, to].map((step) => Math.min(Math.max(Math.floor(step) - this.start, 0), this.count)) as [
      number,
      number,
    ];
    return (this.#sums[b]! - this.#sums[a]!) / (b - a);
  }

  /** The last one. */
  get last(): number {
    return this.mean(this.start + this.count - 1, this.start + this.count);
  }
}

