/** One arrow, many readings: beside each other, scrolling together, and each layer marked in all of them. */

import { element, eachFrame, heading, whole, write } from "../dom.ts";
import { fileOf } from "../files.ts";
import type { Page } from "../page.ts";
import type { Block, Counts, Readings } from "../readings.ts";
import type { Steps } from "../steps.ts";

const HINT = "Point to a layer, or go through them with ↑ and ↓: it is marked in every reading.";
const LINE = 0.3; // of the height of a frame: where those who read look, so that there the layers are side by side
const FITS = 330; // pixels that a reading needs
const MOST = 4; // readings beside each other
const FIRST = ["numpy", "diagram", "python"]; // where there is room for one, the last of them
const REST = 300; // milliseconds after others were brought to a layer, in which they do not scroll along
const SMALLEST = 0.75; // of the size that a diagram is drawn for
const MARK = "[data-layers]";

type Way = "there" | "back";

interface Reading {
  name: string;
  title: string;
  about: (all: Readings) => string;
  make: (all: Readings, steps: Steps) => HTMLElement[];
}

const READINGS: Reading[] = [
  { name: "python", title: "Python", about: ({ file, start, mypy }) => `${file}, line ${start}; types by mypy ${mypy}`, make: (all) => [program(all)] },
  { name: "diagram", title: "Diagram", about: () => "the loss of one example", make: diagram },
  { name: "derivative", title: "Derivative", about: () => "reverse_derivative(loss), an arrow too", make: (all) => all.derivative.flatMap(printed) },
  { name: "drawn", title: "Derivative, drawn", about: () => "from values at the top to slopes below", make: (all) => all.diagrams.map(({ of, svg, boxes }) => drawn(svg, boxes, of && `Inside: ${of}`)) },
  { name: "cost", title: "Cost", about: ({ cost }) => `of a batch of ${cost.batch.join(" × ")}`, make: costs },
  { name: "numpy", title: "NumPy", about: ({ step }) => `stage(${step}).source`, make: ({ numpy }) => source(numpy, "\ndef staged", "the buffers, which are made once") },
  { name: "c", title: "C", about: ({ step }) => `stage(${step}, target="wasm").source`, make: ({ c }) => source(c, "\n/* A part", "what all parts use: exp, tanh, products by tiles") },
  { name: "wasm", title: "WebAssembly", about: () => "what trains in this page", make: modules },
];

export function readings(root: HTMLElement, page: Page): void {
  const hint = element("p", { class: "soft" }, HINT);
  const choices = element("div", { class: "choices", role: "group", "aria-label": "Readings to show" });
  const panes = element("div", { class: "panes" });
  const said = element("output", { class: "readout type" }, HINT);
  root.append(heading(root, "One arrow, many readings", hint), choices, panes, said);

  const buttons = READINGS.map(({ title }) => element("button", { type: "button" }, title));
  choices.append(...buttons);
  let chosen = [...FIRST]; // the last ones were chosen last
  let all: Readings | undefined;
  let steps: Steps | undefined;
  let leader: HTMLElement | undefined; // the frame that a person scrolls
  let gathered = -Infinity; // when
  let marked: number[] = [];
  let mouse: [number, number] = [NaN, NaN];
  let under: EventTarget | null = null; // it
  let seen = false;
  const paces = new Map<string, number>();

  const room = () => Math.max(1, Math.min(MOST, Math.floor(root.clientWidth / FITS)));
  const shown = () => chosen.slice(-room());
  const frames = () => [...panes.querySelectorAll<HTMLElement>(".frame")];

  const layout = () => {
    const now = READINGS.filter(({ name }) => shown().includes(name));
    for (const [at, button] of buttons.entries()) button.setAttribute("aria-pressed", String(now.includes(READINGS[at]!)));
    if (!all || !steps) return;
    panes.style.setProperty("--count", String(now.length));
    const [data, boxes] = [all, steps];
    const kept = new Map([...panes.children].map((one) => [(one as HTMLElement).dataset.reading, one]));
    panes.replaceChildren(...now.map((reading) => kept.get(reading.name) ?? pane(reading, data, boxes)));
    for (const frame of frames()) if (!kept.has(frame.parentElement!.dataset.reading)) begin(frame);
    mark(marked);
    tellPace();
  };

  const pane = ({ name, title, about, make }: Reading, data: Readings, boxes: Steps) => {
    const frame = element("div", { class: "frame", tabindex: 0, role: "group", "aria-label": `${title}: ${about(data)}` }, ...make(data, boxes));
    const lead = () => (leader = frame);
    frame.onpointerenter = frame.onfocus = lead;
    frame.addEventListener("touchstart", lead, { passive: true });
    frame.onpointermove = ({ target, pointerType, clientX, clientY }) => {
      const moved = clientX !== mouse[0] || clientY !== mouse[1]; // else the frame did, under the mouse
      mouse = [clientX, clientY];
      if (pointerType !== "mouse" || target === under || !moved) return;
      lead();
      under = target;
      point(target as Element, frame);
      gather(frame, (other) => !inSight(other));
    };
    frame.onpointerleave = () => {
      under = null;
      mark([]);
    };
    frame.onclick = ({ target }) => {
      point(target as Element, frame);
      gather(frame);
    };
    frame.onscroll = eachFrame(() => leader === frame && performance.now() - gathered > REST && follow(frame));
    frame.onkeydown = (event) => {
      const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const across = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (move === undefined && !(across && name === "python")) return;
      event.preventDefault();
      lead();
      if (move !== undefined) walk(frame, move);
      else types(frame, across!);
    };
    return element("section", { class: "pane", "data-reading": name, "aria-label": title }, element("h3", {}, title, " ", element("span", { class: "soft" }, about(data))), frame);
  };

  /** Show the first layer of a reading, and not what is before all of them. */
  const begin = (frame: HTMLElement) => {
    const first = frame.querySelector<HTMLElement>("[data-type], .block[data-layers]");
    if (first) frame.scrollTop = placeIn(first, frame).top - 40;
  };
  /** Mark layers in all readings that are shown, and tell what they are. */
  const mark = (layers: number[], type?: string) => {
    marked = layers;
    for (const one of panes.querySelectorAll<HTMLElement | SVGElement>(MARK)) one.toggleAttribute("data-marked", layersOf(one).some((layer) => layers.includes(layer)));
    if (all) write(said, told(all, layers, type));
  };
  const point = (target: Element, frame: HTMLElement) => {
    if (!all) return;
    const typed = target.closest<HTMLElement>("[data-type]");
    for (const one of frame.querySelectorAll(".pointed")) one.classList.remove("pointed");
    if (typed) {
      typed.classList.add("pointed");
      const [, , type, layers] = all.types[Number(typed.dataset.type)]!;
      mark(layers, `${briefly(typed.textContent ?? "")} : ${type}`);
      return;
    }
    const found = target.closest<HTMLElement>(MARK);
    mark(found ? layersOf(found) : []);
  };
  /** Bring what is marked in other frames, or in some of them, to where it is in this one. */
  const gather = (frame: HTMLElement, which: (other: HTMLElement) => boolean = () => true) => {
    const found = frame.querySelector<HTMLElement>("[data-marked].pointed, [data-marked]:hover") ?? frame.querySelector<HTMLElement>("[data-marked]");
    if (!found) return;
    gathered = performance.now();
    const high = Math.min(Math.max(placeIn(found, frame).top - frame.scrollTop, 20), LINE * frame.clientHeight);
    for (const other of frames()) if (other !== frame && which(other)) align(other, found, frame, 0, high);
  };
  const follow = (frame: HTMLElement) => {
    const line = frame.scrollTop + LINE * frame.clientHeight;
    const all = [...frame.querySelectorAll<HTMLElement>(MARK)].filter((one) => layersOf(one).length === 1);
    const places = all.map((one) => placeIn(one, frame));
    const distance = places.map(({ top, height }) => Math.max(0, top - line, line - top - height));
    const nearest = distance.indexOf(Math.min(...distance));
    if (nearest < 0) return;
    const { top, height } = places[nearest]!;
    const share = height ? Math.min(1, Math.max(0, (line - top) / height)) : 0;
    for (const other of frames()) if (other !== frame) align(other, all[nearest]!, frame, share, LINE * frame.clientHeight);
  };
  /** Scroll a frame so that a layer is at this height: where it goes the same way, there or back, if it does. */
  const align = (other: HTMLElement, to: HTMLElement, frame: HTMLElement, share: number, high: number) => {
    const layer = layersOf(to)[0]!;
    const found = [...other.querySelectorAll<HTMLElement>(`[data-layers~="${layer}"]`)].filter((one) => layersOf(one).length < 4);
    const target = found.find((one) => wayOf(one, other) === wayOf(to, frame)) ?? (other.querySelector("[data-back]") ? undefined : found[0]);
    if (!target) return;
    const { top, height, left, width } = placeIn(target, other);
    other.scrollTop = top + share * height - high;
    if (left < other.scrollLeft || left + width > other.scrollLeft + other.clientWidth)
      other.scrollLeft = target.closest("svg") ? left + width / 2 - other.clientWidth / 2 : 0;
  };
  const walk = (frame: HTMLElement, move: number) => {
    const all = [...frame.querySelectorAll<HTMLElement>(MARK)].filter((one) => layersOf(one).length);
    const at = all.findIndex((one) => one.classList.contains("pointed"));
    const next = all[at < 0 ? (move > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + move))];
    if (!next) return;
    all[at]?.classList.remove("pointed");
    point(next, frame);
    next.classList.add("pointed");
    const { top } = placeIn(next, frame);
    frame.scrollTop = top - LINE * frame.clientHeight;
    gather(frame);
  };
  const types = (frame: HTMLElement, move: number) => {
    const all = [...frame.querySelectorAll<HTMLElement>("[data-type]")];
    const at = all.findIndex((one) => one.classList.contains("pointed"));
    const next = all[Math.min(all.length - 1, Math.max(0, at + move))];
    if (!next) return;
    point(next, frame);
    frame.scrollTop = placeIn(next, frame).top - LINE * frame.clientHeight;
  };
  const tellPace = () => {
    const pace = paces.get(page.training?.model.name ?? "");
    for (const one of panes.querySelectorAll<HTMLElement>(".pace")) write(one, pace ? `${whole(Math.round(pace))} steps a second` : "train, and it is measured");
  };

  const open = async () => {
    const { training } = page;
    if (!seen || !training) return;
    const { name } = training.model;
    const found = await page.attempt(() => Promise.all([fileOf<Readings>(`readings/${name}.json`), fileOf<Steps>(`steps/${name}.json`)]));
    if (!found || page.training?.model.name !== name) return;
    if (all !== found[0]) {
      [all, steps] = found;
      marked = [];
      panes.replaceChildren();
      write(said, HINT);
    }
    layout();
  };
  for (const [at, button] of buttons.entries())
    button.onclick = () => {
      const { name } = READINGS[at]!;
      if (shown().includes(name)) {
        if (shown().length === 1) return;
        chosen = [name, ...chosen.filter((other) => other !== name)];
        chosen = chosen.slice(1); // one fewer, so that others have more room
      } else chosen = [...chosen.filter((other) => other !== name), name];
      layout();
    };
  choices.onkeydown = (event) => {
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    buttons[Math.min(buttons.length - 1, Math.max(0, to))]!.focus();
  };
  let before = room();
  new ResizeObserver(() => {
    if (before !== (before = room())) layout();
  }).observe(root);
  page.on("opened", () => void open());
  page.on("progress", ({ state, pace }) => {
    if (state !== "training" || !pace || !page.training) return;
    paces.set(page.training.model.name, pace);
    tellPace();
  });
  new IntersectionObserver((entries, watch) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watch.disconnect();
    seen = true;
    void open();
  }, { rootMargin: "300px" }).observe(root);
  layout();
}

/** Is something that is marked to be seen there? */
function inSight(frame: HTMLElement): boolean {
  return [...frame.querySelectorAll<HTMLElement>("[data-marked]")].some((one) => {
    const { top, height } = placeIn(one, frame);
    return top < frame.scrollTop + frame.clientHeight - 20 && top + height > frame.scrollTop + 20;
  });
}

function layersOf(one: Element): number[] {
  return (one.getAttribute("data-layers") ?? "").split(" ").filter(Boolean).map(Number);
}

/** Is it on the way there, or on the way back, which begins at the first part that says so? */
function wayOf(one: Element, frame: HTMLElement): Way {
  const turn = frame.querySelector("[data-back]");
  return turn && (turn === one || turn.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING) ? "back" : "there";
}

function placeIn(one: Element, frame: HTMLElement): { top: number; left: number; height: number; width: number } {
  const [inner, outer] = [one.getBoundingClientRect(), frame.getBoundingClientRect()];
  return { top: inner.top - outer.top + frame.scrollTop, left: inner.left - outer.left + frame.scrollLeft, height: inner.height, width: inner.width };
}

/** What these layers are, and their types. */
function told(all: Readings, layers: number[], type?: string): string {
  if (type) return type;
  if (!layers.length) return HINT;
  return layers
    .map((layer) => {
      const { name, span } = all.layers[layer]!;
      const found = all.types.find(([start, end]) => start === span[0] && end === span[1]);
      return found && layers.length === 1 ? `${name} : ${found[2]}` : name;
    })
    .join(", ");
}

/** An expression in one line, without its comments. */
function briefly(text: string): string {
  const line = text.replace(/#.*$/gm, "").replace(/\s+/g, " ").trim();
  return line.length > 70 ? `${line.slice(0, 66)} …` : line;
}

// What each reading is made of ------------------------------------------------------------------------------------------

/** The program: each expression that is an arrow has its type, and those that make boxes are layers. */
function program({ text, types, layers, start }: Readings): HTMLElement {
  const code = element("code");
  const open: { node: HTMLElement; end: number }[] = [{ node: code, end: text.length }];
  const marks = new Map(layers.map(({ span: [from, to] }, layer) => [`${from} ${to}`, layer]));
  let at = 0;
  const upTo = (end: number) => {
    for (const [i, part] of text.slice(at, end).split(/(#.*)/).entries()) if (part) open.at(-1)!.node.append(i % 2 ? element("i", {}, part) : part);
    at = end;
  };
  const close = () => {
    upTo(open.at(-1)!.end);
    open.pop();
  };
  for (const [number, [from, to]] of types.entries()) {
    while (open.at(-1)!.end <= from) close();
    upTo(from);
    const node = element("span", { "data-type": number, "data-layers": marks.get(`${from} ${to}`) });
    open.at(-1)!.node.append(node);
    open.push({ node, end: to });
  }
  while (open.length) close();
  const lines = text.split("\n").length - 1;
  const numbers = element("span", { class: "lines", "aria-hidden": "true" }, Array.from({ length: lines }, (_, line) => start + line).join("\n"));
  return element("pre", { class: "program" }, numbers, code);
}

function diagram({ boxes }: Readings, steps: Steps): HTMLElement[] {
  return steps.diagrams.map((svg, number) => {
    const of: number[][] = [];
    for (const [at, { diagram, box }] of steps.boxes.entries()) if (diagram === number) of[box] = boxes[at]!;
    const inside = boxes.flatMap((layers, at) => (steps.boxes[at]!.diagram > number ? layers : []));
    const all = Array.from({ length: svg.split("data-box=").length - 1 }, (_, box) => of[box] ?? [...new Set(inside)]);
    return drawn(svg, all, number ? "Inside a layer of the stack" : "");
  });
}

/** A diagram, whose boxes come from these layers. */
function drawn(svg: string, boxes: number[][], title: string): HTMLElement {
  const made = element("figure", {});
  made.innerHTML = svg;
  const picture = made.querySelector("svg")!;
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", title || "A string diagram");
  if (title) made.prepend(element("figcaption", { class: "soft" }, title));
  picture.style.maxWidth = `max(100%, ${SMALLEST * parseFloat(picture.getAttribute("width")!)}pt)`;
  for (const box of picture.querySelectorAll<SVGGElement>("[data-box]")) {
    box.setAttribute("data-layers", boxes[Number(box.dataset.box)]!.join(" "));
    const name = box.nextElementSibling?.textContent?.trim() ?? "";
    if (/^R |ᵀ$|^pull /.test(name) && !made.querySelector("[data-back]")) box.toggleAttribute("data-back", true);
  }
  return made;
}

/** A derivative as it is printed, a line for each value that is used twice. */
function printed({ of, lines }: Readings["derivative"][number]): HTMLElement[] {
  let back = false;
  const rows = lines.map((blocks, at) => {
    const parts = blocks.map(([text, layers]) => {
      if (!layers.length) return text;
      const turns = !back && /^'?(R |pull )/.test(text);
      back ||= turns;
      return element("b", { "data-layers": layers.join(" "), "data-back": turns }, shortened(text));
    });
    return element("span", { class: "row-of-code" }, at ? "  " : "", ...parts, "\n");
  });
  return [...(of ? [element("h4", {}, `Inside: ${of}`)] : []), element("pre", {}, element("code", {}, ...rows))];
}

/** A name that is as long as the arrow that it stands for. */
function shortened(name: string): string {
  return name.length > 30 ? `${name.replace(/^'|'$/g, "").split("(")[0]}(…)` : name;
}

/** Lines of a program in their blocks; what is before a mark in the first of them is folded. */
function source(blocks: Block[], mark: string, folded: string): HTMLElement[] {
  const [first, ...rest] = blocks;
  const [text] = first ?? [""];
  const cut = text.indexOf(mark) + 1;
  const lines = whole(text.slice(0, cut).trimEnd().split("\n").length);
  let back = false;
  const part = ([text, layers]: Block) => {
    const turns = !back && layers.length > 0 && /derivative of/.test(text.split("\n")[0]!);
    back ||= turns;
    const [, said = "", code = ""] = /^((?: *(?:#|\/\*).*\n)*)([^]*)$/.exec(text)!;
    return element("span", { class: "block", "data-layers": layers.length ? layers.join(" ") : undefined, "data-back": turns }, ...(said ? [element("i", {}, said)] : []), code);
  };
  return [
    element("details", {}, element("summary", {}, `${lines} lines: ${folded}`), element("pre", {}, element("code", {}, text.slice(0, cut)))),
    element("pre", {}, element("code", {}, part([text.slice(cut), first?.[1] ?? []]), ...rest.map(part))),
  ];
}

const operations = ([multiplications, additions, others]: Counts) => multiplications + additions + others;

function short(count: number): string {
  const [unit, size] = count >= 1e9 ? ["G", 1e9] : count >= 1e6 ? ["M", 1e6] : count >= 1e3 ? ["k", 1e3] : ["", 1];
  return unit ? `${(count / Number(size)).toPrecision(3)} ${unit}` : String(count);
}

/** What each layer costs: the value, and the value with one cotangent pulled back; and all modes. */
function costs({ cost, layers }: Readings): HTMLElement[] {
  const most = Math.max(...cost.rows.map(([, , both]) => operations(both)));
  const cell = (counts: Counts) => {
    const [multiplications, additions, others, numbers] = counts.map((count) => whole(count));
    return element("td", { title: `${multiplications} multiplications, ${additions} additions, ${others} others, ${numbers} numbers` }, short(operations(counts)));
  };
  const rows = cost.rows.map(([layer, there, both]) => {
    const bar = element("span", { class: "share", style: `--of: ${(operations(both) / most).toFixed(4)}` });
    return element("tr", { "data-layers": layer }, element("th", { scope: "row" }, element("code", {}, layers[layer]!.name), bar), cell(there), cell(both), element("td", {}, short(both[3])));
  });
  const head = ["Layer", "value", "and slope", "numbers"].map((name) => element("th", { scope: "col" }, name));
  const [there, both] = cost.whole;
  const sum = element("tr", {}, element("th", { scope: "row" }, "All of it"), cell(there), cell(both), element("td", {}, short(both[3])));
  return [
    element("table", { class: "costs" }, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows), element("tfoot", {}, sum)),
    element("p", { class: "soft" }, "Operations, counted by running each arrow on arrays that count. The modes of the whole loss, as modes(loss) prints them:"),
    element("pre", {}, element("code", {}, cost.modes)),
  ];
}

function modules({ modules: all, step }: Readings): HTMLElement[] {
  const tables = all.map(({ path, batch, bytes, compressed, functions }) => {
    const rows = { "as it is": `${whole(bytes)} bytes`, compressed: `${whole(compressed)} bytes`, functions: functions.join(", ") };
    const made = Object.entries(rows).map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value)));
    return element("div", {}, element("h4", {}, batch > 1 ? `${whole(batch)} examples a step` : "One example a step"), element("dl", { class: "facts" }, ...made), element("a", { href: path, download: "" }, "module.wasm"));
  });
  const pace = element("dl", { class: "facts" }, element("div", {}, element("dt", {}, "here"), element("dd", { class: "pace" })));
  return [
    ...tables,
    element("h4", {}, "How fast"),
    pace,
    element("p", { class: "soft" }, `The C beside this, compiled by clang to a module whose function ${step} is one step of training. Its memory is all it has: no call leaves it.`),
  ];
}
