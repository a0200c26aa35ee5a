/** The worker of the cells: it loads Python, and then runs what it is asked, in turn. */

import { start } from "./interpreter.ts";

/** Run a cell; `imports` are texts of which only the imports are run before, where they were not. */
export interface Run {
  id: number;
  source: string;
  cell: string; // what it is called in errors
}

export interface Imports {
  imports: string[];
}

export interface Shown {
  kind: "text" | "svg" | "html";
  text: string;
}

export interface Failure {
  message: string;
  place: string;
  line: string;
  traceback: string;
}

/** What `web/cell.py` answers. */
export interface Result {
  shown: Shown | null;
  failure: Failure | null;
}

export type Said =
  | { said: "loading"; loaded: number; total: number }
  | { said: "starting" } // all is loaded
  | { said: "ready" }
  | { said: "text"; id: number; text: string }
  | { said: "done"; id: number; result: Result; seconds: number }
  | { said: "failed"; message: string }; // there is no Python, or no longer

const AT_ONCE = 500; // pieces of text that a cell writes, and afterwards some
const PIECE = 8_192; // letters together
const MOST = 200_000; // letters in all

/** What a cell writes, as it comes: but a cell that writes without end must not be all that the page is busy with. */
class Written {
  #waiting = "";
  #pieces = 0;
  #letters = 0;
  #id = -1;
  readonly #decoder = new TextDecoder();

  begin(id: number): void {
    [this.#id, this.#waiting, this.#pieces, this.#letters] = [id, "", 0, 0];
  }

  readonly write = (bytes: Uint8Array): number => {
    this.#waiting += this.#decoder.decode(bytes, { stream: true });
    if (this.#pieces < AT_ONCE || this.#waiting.length > PIECE) this.flush();
    return bytes.length;
  };

  flush(): void {
    if (this.#waiting && this.#letters < MOST) {
      const text = this.#waiting.slice(0, MOST - this.#letters);
      this.#letters += text.length;
      this.#pieces++;
      say({ said: "text", id: this.#id, text: this.#letters < MOST ? text : `${text}\n... and more, which is not shown` });
    }
    this.#waiting = "";
  }
}

function say(said: Said): void {
  postMessage(said);
}

async function begin() {
  const python = await start(new URL("python/", import.meta.url), (loaded, total) => {
    say(loaded < total ? { said: "loading", loaded, total } : { said: "starting" });
  });
  const written = new Written();
  python.setStdout({ write: written.write });
  python.setStderr({ write: written.write });
  python.setStdin({ stdin: () => null }); // the end of it
  const cell = python.pyimport("web.cell");
  python.runPython("import cat_ad"); // which takes as long as all the rest
  say({ said: "ready" });
  return { cell, written };
}

const begun = begin();
let after: Promise<unknown> = begun;

onmessage = ({ data }: MessageEvent<Run | Imports>) => {
  after = after.then(async () => {
    const { cell, written } = await begun;
    if ("imports" in data) {
      for (const source of data.imports) cell.imports(source);
      return;
    }
    written.begin(data.id);
    const start = performance.now();
    const result = JSON.parse(cell.answer(data.source, data.cell)) as Result;
    written.flush();
    say({ said: "done", id: data.id, result, seconds: (performance.now() - start) / 1e3 });
  });
  after.catch((error: unknown) => say({ said: "failed", message: error instanceof Error ? error.message : String(error) }));
};
