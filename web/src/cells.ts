/**
 * Cells of Python: each `div.cell` with `tag_run` or `tag_exercise`, as myst-nb writes them, can be edited and run.
 *
 * The cells of a page share one Python, which starts at the first Run. To run a cell first runs those above it that
 * were not run.
 */

import { element, write } from "./dom.ts";
import type { Editor } from "./editor.ts";
import type { Failure, Imports, Result, Run, Said, Shown } from "./python.ts";

const STOPPED = "Python was stopped; names are forgotten; the next Run starts it again";
const NEAR = "300px"; // in sight, or nearly

class Stopped extends Error {}

/** What is told while a cell is on its way. */
interface Progress {
  text: (text: string) => void;
  state: (state: string, loaded?: number, total?: number) => void;
}

/** The Python of the page. It has a worker from the first Run until it is stopped. */
class Python {
  #worker: Worker | undefined;
  #state = ""; // until it is ready
  #asked = 0;
  #running: { progress: Progress; done: (done: { result: Result; seconds: number }) => void; failed: (why: Error) => void } | undefined;
  readonly #imports: string[];

  /** With what these texts import. */
  constructor(imports: string[]) {
    this.#imports = imports;
  }

  /** Run one cell. Rejects with `Stopped`, or with what has failed: then all cells are as if none was run. */
  run(source: string, cell: string, progress: Progress): Promise<{ result: Result; seconds: number }> {
    return new Promise((done, failed) => {
      this.#running = { progress, done, failed };
      this.#worker ??= this.#start();
      progress.state(this.#state || "Running");
      this.#worker.postMessage({ id: ++this.#asked, source, cell } satisfies Run);
    });
  }

  stop(why: Error = new Stopped(STOPPED)): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#running?.failed(why);
    this.#running = undefined;
  }

  #start(): Worker {
    const worker = new Worker(new URL("python.js", import.meta.url), { type: "module", name: "Python" });
    this.#state = "Loading Python";
    worker.onmessage = ({ data }: MessageEvent<Said>) => this.#hear(data);
    worker.onerror = () => this.stop(new Error("Python cannot be loaded; load the page again"));
    worker.postMessage({ imports: this.#imports } satisfies Imports);
    return worker;
  }

  #hear(said: Said): void {
    const running = this.#running;
    if (said.said === "failed") this.stop(new Error(`Python has failed: ${said.message}; the next Run starts it again`));
    else if (said.said === "done") {
      this.#running = undefined;
      running?.done(said);
    } else if (said.said === "text") running?.progress.text(said.text);
    else if (said.said === "loading") running?.progress.state(this.#state, said.loaded, said.total);
    else {
      this.#state = said.said === "starting" ? "Starting Python" : "";
      running?.progress.state(this.#state || "Running");
    }
  }
}

class Cell {
  readonly number: number;
  readonly exercise: boolean;
  wasRun = false;
  #editor: Editor | undefined;
  readonly #text: string; // as it was written
  readonly #output: HTMLElement;
  readonly #before: Node[]; // the output of the page
  readonly #run = element("button", { type: "button", class: "run" }, "Run");
  readonly #reset = element("button", { type: "button" }, "Reset");
  readonly #state = element("span", { role: "status" });
  readonly #loaded = element("span", {});
  readonly #bar = element("progress", { "aria-label": "Loading Python", hidden: true });
  #busy = false;

  constructor(root: HTMLElement, number: number, alone: boolean, pressed: (cell: Cell) => void) {
    this.number = number;
    this.exercise = root.classList.contains("tag_exercise");
    const name = alone ? "Python" : `Cell ${number}`;
    const input = root.querySelector<HTMLElement>(".cell_input")!;
    const written = input.querySelector<HTMLElement>("pre")!;
    this.#text = written.textContent!.trimEnd();
    const host = element("div", { class: "code" }, element("pre", { tabindex: 0 }, ...written.cloneNode(true).childNodes));
    let output = root.querySelector<HTMLElement>(".cell_output");
    if (!output) root.append((output = element("div", { class: "cell_output" })));
    this.#output = output;
    this.#before = [...output.childNodes];
    const bar = element("div", { class: "tools" }, this.#run, this.#reset, element("span", { class: "called" }, name), this.#state, this.#loaded, this.#bar);
    input.replaceChildren(host, bar);
    root.classList.add("python-cell");
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", name);
    this.#run.title = "Ctrl-Enter or Shift-Enter";
    this.#run.onclick = ({ detail }) => detail < 2 && pressed(this); // who clicks twice would not run it and stop it
    this.#reset.onclick = () => this.reset();
    this.#reset.disabled = true;
    const sight = new IntersectionObserver(
      ([entry]) => {
        if (!entry?.isIntersecting) return;
        sight.disconnect();
        void import(new URL("editor.js", import.meta.url).href).then(({ edit }: typeof import("./editor.ts")) => {
          this.#editor = edit(host, this.#text, `${name}, Python`, () => !this.#busy && pressed(this), () => this.#changed());
        });
      },
      { rootMargin: NEAR },
    );
    sight.observe(root);
  }

  get busy(): boolean {
    return this.#busy;
  }

  get source(): string {
    return this.#editor?.text() ?? this.#text;
  }

  /** The text and the output that the page had. */
  reset(): void {
    this.#editor?.set(this.#text);
    if (!this.#busy) {
      this.#output.replaceChildren(...this.#before);
      this.tell("");
    }
    this.#changed();
  }

  tell(state: string): void {
    write(this.#state, state);
    write(this.#loaded, "");
    this.#bar.hidden = true;
  }

  /** It will be run, or is run: until `end`. */
  begin(state: string): Progress {
    this.#busy = true;
    write(this.#run, "Stop");
    this.#output.replaceChildren();
    this.tell(state);
    let text: HTMLElement | undefined;
    return {
      text: (more) => {
        if (!text) this.#output.append((text = block("text", "")));
        text.append(more);
      },
      state: (now, loaded, total) => {
        this.tell(now);
        if (loaded === undefined || total === undefined) return;
        write(this.#loaded, `${(loaded / 1e6).toFixed(1)} of ${(total / 1e6).toFixed(1)} MB`);
        [this.#bar.hidden, this.#bar.max, this.#bar.value] = [false, total, loaded];
      },
    };
  }

  end(state: string, result?: Result): void {
    this.#busy = false;
    write(this.#run, "Run");
    this.tell(state);
    if (result?.shown) this.#output.append(shown(result.shown));
    if (result?.failure) this.#output.append(failed(result.failure));
    this.#changed();
  }

  #changed(): void {
    const same = this.#before.length === this.#output.childNodes.length && this.#before.every((node, i) => node === this.#output.childNodes[i]);
    this.#reset.disabled = same && this.source === this.#text;
  }
}

/** The cells of a page, in order. */
class Cells {
  readonly #cells: Cell[];
  readonly #python: Python;

  constructor(roots: HTMLElement[], imports: string[]) {
    this.#python = new Python(imports);
    this.#cells = roots.map((root, i) => new Cell(root, i + 1, roots.length === 1, (cell) => void this.#press(cell)));
  }

  /** Run a cell, or stop what is running. */
  async #press(cell: Cell): Promise<void> {
    if (this.#cells.some(({ busy }) => busy)) {
      if (cell.busy) this.#python.stop();
      else cell.tell("Another cell is running: wait for it, or stop it");
      return;
    }
    const first = this.#cells.slice(0, cell.number - 1).filter(({ wasRun }) => !wasRun);
    const wait = first.length ? `Waits for ${listed(first)}, not run yet` : "Waiting";
    const turn = [...first, cell].map((each) => ({ each, progress: each.begin(each === cell ? wait : "Waiting") }));
    let broken: Cell | undefined;
    for (const { each, progress } of turn) {
      if (broken) {
        each.end(`Cell ${broken.number}, which is run first, fails`);
        continue;
      }
      try {
        const { result, seconds } = await this.#python.run(each.source, `cell ${each.number}`, progress);
        each.wasRun = true;
        const state = result.failure ? "Ended by an error" : seconds < 0.1 ? "Done" : `Done in ${seconds.toFixed(1)} s`;
        each.end(each === cell && first.length ? `${state}; ${listed(first)} ran first` : state, result);
        if (result.failure && !each.exercise) broken = each;
      } catch (error) {
        for (const one of this.#cells) one.wasRun = false;
        for (const { each: one } of turn) if (one.busy) one.end(error instanceof Error ? error.message : String(error));
        return;
      }
    }
  }
}

function listed(cells: Cell[]): string {
  const numbers = cells.map(({ number }) => number);
  return numbers.length === 1 ? `cell ${numbers[0]}` : `cells ${numbers.slice(0, -1).join(", ")} and ${numbers.at(-1)}`;
}

function block(kind: string, text: string): HTMLElement {
  return element("pre", { class: kind, tabindex: 0 }, text);
}

function shown({ kind, text }: Shown): HTMLElement {
  if (kind === "text") return block("value", text);
  const made = element("div", { class: `value ${kind}` });
  made.innerHTML = text; // of the cell, which runs in this page anyway
  const picture = made.querySelector("svg");
  if (kind === "svg" && picture) {
    picture.setAttribute("role", "img");
    picture.setAttribute("aria-label", "The picture of this value");
  }
  return made;
}

function failed({ message, place, line, traceback }: Failure): HTMLElement {
  return element(
    "div",
    { class: "failure" },
    element("p", { role: "alert" }, message),
    ...(place ? [element("p", { class: "at" }, `${place}: `, element("code", {}, line))] : []),
    ...(traceback ? [element("details", {}, element("summary", {}, "Traceback"), block("traceback", traceback))] : []),
  );
}

const LOOKS = new URL("cells.css", import.meta.url).href;
if (![...document.styleSheets].some(({ href }) => href === LOOKS)) document.head.append(element("link", { rel: "stylesheet", href: LOOKS }));
const roots = [...document.querySelectorAll<HTMLElement>("div.cell.tag_run, div.cell.tag_exercise")].filter((root) => root.querySelector(".cell_input pre"));
const others = [...document.querySelectorAll<HTMLElement>("div.cell .cell_input pre")].filter((text) => !roots.some((root) => root.contains(text)));
if (roots.length) new Cells(roots, others.map((text) => text.textContent!));
