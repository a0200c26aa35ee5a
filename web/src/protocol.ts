/** What the page and the worker that trains say to each other: calls, each with an answer or an error, and events. */

import type { Plane } from "./axes.ts";
import type { Look } from "./look.ts";
import type { Model, Settings } from "./menu.ts";
import type { Near } from "./nearest.ts";
import type { Invented, Request } from "./sampling.ts";
import type { Point } from "./trainer.ts";

/** Names of the user's, as a text or the bytes of a file, and where they are from. */
export interface Source {
  content: string | Uint8Array;
  name: string;
}

/** A training that begins, or goes on. */
export interface Opened {
  model: Model;
  settings: Settings;
  source: string;
  symbols: string[];
  train: number;
  test: number;
}

/** Parameters of one name, with the running mean of their gradient (the first moment of Adam). */
export interface Parameters {
  name: string;
  shape: number[];
  values: Float64Array;
  slopes: Float64Array;
}

export interface Calls {
  /** Begin anew, with other names if some are given, else with those before. */
  open: [{ model: Model; settings: Settings; names?: Source | "built-in" }, Opened];
  /** Go on with another rate, schedule or number of steps. */
  settings: [Settings, void];
  train: [void, void];
  pause: [void, void];
  step: [void, void];
  invent: [Request, Invented[]];
  /** The probability of each symbol after a text. */
  next: [{ text: string; temperature: number; topK: number | undefined }, Float64Array];
  /** How much each place looks at each other, by layer and head, in rows; the text is read after the boundary. */
  attention: [{ text: string }, number[][][][]];
  /** One example, forward and backward: the letters of a name and its end, or the last of them after those before. */
  inside: [{ text: string; place?: number }, Look];
  parameters: [void, Parameters[]];
  /** Embeddings of the symbols by their two principal axes, which go as far as they can with those before. */
  plane: [Plane["axes"] | undefined, Plane];
  /** So many names of those to learn from, the nearest to a text first. */
  nearest: [{ text: string; count: number }, Near[]];
  checkpoint: [void, Uint8Array];
  restore: [{ menu: Model[]; bytes: Uint8Array; name: string }, Opened];
}

export type Call = keyof Calls;
export type Ask<K extends Call> = Calls[K][0];
export type Answer<K extends Call> = Calls[K][1];

export interface Asked<K extends Call = Call> {
  id: number;
  call: K;
  ask: Ask<K>;
}

/** How far it got. The losses are of the steps from `from` on. */
export interface Progress {
  steps: number;
  seconds: number;
  pace: number; // steps a second, of training alone
  from: number;
  losses: Float64Array;
  curve: Point[];
  state: State;
}

export type State = "paused" | "training" | "finished";

export type Said =
  | { said: "answer"; id: number; answer: unknown }
  | { said: "error"; id: number; message: string }
  | { said: "progress"; progress: Progress }
  | { said: "failed"; message: string };
