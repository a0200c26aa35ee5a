/** Backpropagation, box by box, on one example: forward through the diagram, backward, and then the parameters move. */

import { element, field, heading, write } from "../dom.ts";
import { fileOf } from "../files.ts";
import type { Look, Numbered, Passed } from "../look.ts";
import type { Page } from "../page.ts";
import { digits, picture as pictured, shapeOf } from "../picture.ts";
import type { Parameters } from "../protocol.ts";
import type { Steps } from "../steps.ts";

type Way = "forward" | "backward" | "moved";

export function backward(root: HTMLElement, page: Page): () => void {
  const text = element("input", { type: "text", value: "emma", maxlength: 15, autocomplete: "off", spellcheck: "false", autocapitalize: "none" });
  const place = element("select");
  const ofPlace = field("What follows", place);
  const slider = element("input", { type: "range", min: 0, value: 0, step: 1, "aria-label": "Step" });
  const [first, back, ahead, last] = (["Start", "Back", "Next", "End"] as const).map((name) => element("button", { type: "button" }, name)) as [HTMLButtonElement, HTMLButtonElement, HTMLButtonElement, HTMLButtonElement];
  ahead.className = "main";
  const move = element("button", { type: "button", class: "main" }, "Make one step");
  const said = element("p", { class: "said", role: "status", "aria-live": "polite" });
  const drawn = element("div", { class: "diagrams", tabindex: 0, role: "group", "aria-label": "The model as a string diagram" });
  const told = element("div", { class: "tells" });
  const readout = element("output", { class: "readout" });
  root.append(
    heading(root, "Step through backpropagation", element("p", { class: "soft" }, "Keys ← and →; ↑ and ↓ go through the numbers of a picture")),
    element("div", { class: "example" }, field("An example", text), ofPlace),
    element("div", { class: "stepper" }, element("div", { class: "row" }, first, back, ahead, last), slider),
    said,
    element("div", { class: "walk" }, drawn, element("div", { class: "now" }, told, readout)),
  );

  let look: Look | undefined;
  let steps: Steps | undefined;
  let shown: string | undefined; // the model whose diagrams are there
  let norms: { name: string; before: number; after: number; moved: number; slope: number }[] | undefined;
  let at = 0;
  let seen = false;
  let moving = false;

  const count = () => look?.boxes.length ?? 0;
  const where = (step: number): [Way, number] =>
    step < count() ? ["forward", step] : step < 2 * count() ? ["backward", 2 * count() - 1 - step] : ["moved", -1];
  const tell = (number: string) => write(readout, number || "Point to a picture, and its numbers are here.");

  /** Run the example through the model as it is now, and begin at the first box. */
  const begin = async (keep = false) => {
    const { training } = page;
    if (!seen || !training) return;
    const { model, symbols } = training;
    const windows = model.reads === "windows";
    ofPlace.hidden = !windows;
    const letters = [...text.value];
    if (place.childElementCount !== letters.length + 1 || place.dataset.of !== text.value) {
      const follows = [...letters, "the end"];
      place.replaceChildren(...follows.map((letter, i) => element("option", { value: i }, `${letter}, after ${letters.slice(0, i).join("") || "nothing"}`)));
      place.value = String(Math.min(2, letters.length));
      place.dataset.of = text.value;
    }
    const found = await page.attempt(() =>
      Promise.all([page.ask("inside", { text: text.value, ...(windows && { place: Number(place.value) }) }), fileOf<Steps>(`steps/${model.name}.json`)]),
    );
    if (!found || training !== page.training || !symbols) return;
    [look, steps] = found;
    if (shown !== model.name) {
      drawn.replaceChildren(...steps.diagrams.map((svg, i) => figure(svg, i)));
      shown = model.name;
    }
    norms = undefined;
    slider.max = String(2 * count());
    at = keep ? Math.min(at, 2 * count()) : 0;
    show();
  };

  const figure = (svg: string, number: number) => {
    const made = element("figure", {});
    made.innerHTML = svg;
    const picture = made.querySelector("svg")!;
    picture.setAttribute("role", "img");
    picture.setAttribute("aria-label", number ? "Inside a layer of the stack" : "The loss of the model, from its parameters and the example at the top");
    if (number) made.prepend(element("figcaption", { class: "soft" }, "Inside a layer of the stack"));
    for (const box of made.querySelectorAll<SVGGElement>("[data-box]"))
      box.onclick = () => {
        const found = steps!.boxes.findIndex((one) => one.diagram === number && one.box === Number(box.dataset.box));
        if (found >= 0) go(where(at)[0] === "backward" ? 2 * count() - 1 - found : found);
      };
    return made;
  };

  const go = (step: number) => {
    at = Math.min(2 * count(), Math.max(0, step));
    if (norms && at < 2 * count()) void begin(true); // through the parameters as they are now
    else show();
  };

  const show = () => {
    if (!look || !steps) return;
    const [way, number] = where(at);
    slider.value = String(at);
    first.disabled = back.disabled = at === 0;
    last.disabled = ahead.disabled = at === 2 * count();
    colourDiagrams(way, number);
    const held = told.contains(document.activeElement) && document.activeElement!.closest<HTMLElement>("[data-array]");
    told.replaceChildren(...(way === "moved" ? moved() : way === "forward" ? forward(number) : backwards(number)));
    tell("");
    if (held !== false) (told.querySelector<HTMLElement>(`[data-array="${held?.dataset.array}"] canvas`) ?? drawn).focus();
    slider.setAttribute("aria-valuetext", said.textContent ?? "");
    root.dataset.way = way;
  };

  const title = (number: number, way: Way) => {
    const { turn, diagram } = steps!.boxes[number]!;
    const layer = diagram ? `, layer ${turn + 1}` : "";
    const which = way === "forward" ? `forward, box ${number + 1} of ${count()}` : `backward, box ${number + 1} of ${count()}`;
    return { name: look!.boxes[number]!.arrow, which: `${which}${layer}` };
  };

  const nameOf = (number: number, place: number) => steps!.formulas[steps!.boxes[number]!.formula]!.takes[place] ?? `x${place}`;

  const picture = (name: string, array: Numbered | undefined, from = "") =>
    element(
      "figure",
      { class: "array", "data-array": name },
      element("figcaption", {}, element("b", {}, name), from && element("span", { class: "soft" }, ` ${from}`)),
      array ? pictured(name, array, tell) : "",
      ...(array ? [element("small", {}, array.values.length === 1 ? digits(array.values[0]!) : shapeOf(array))] : []),
    );

  const forward = (number: number) => {
    const { name, which } = title(number, "forward");
    const box = look!.boxes[number]!;
    const made = box.value.map((value, i) => `${shapeOf(value)}${box.value.length > 1 && i + 1 < box.value.length ? "," : ""}`);
    write(said, `${which}: ${name} makes ${made.join(" ")}`);
    const given = box.wires.map((wire, i) => {
      const [from, array] = argument(wire);
      return picture(nameOf(number, i), array, from);
    });
    return [
      heads(name, which),
      ...(given.length ? [group("It is given", ...given)] : []),
      group("It makes", ...box.value.map((value, i) => picture(box.value.length > 1 ? `y${i + 1}` : "y", value))),
      ...explained(number, "forward"),
    ];
  };

  const backwards = (number: number) => {
    const { name, which } = title(number, "backward");
    const box = look!.boxes[number]!;
    const copies = box.value.map((_, i) => users(number, i));
    const sums = copies.flatMap((from, i) => (from.length > 1 ? [sum(from, box, i)] : []));
    const none = box.cotangent.length === 0;
    const added = sums.length ? `; its value was copied, so ${copies.find((from) => from.length > 1)!.length} cotangents are added` : "";
    write(said, none ? `${which}: nothing comes back to ${name}` : `${which}: ${name} passes its cotangent back${added}`);
    const whole = box.cotangent.map((one, i) => picture(box.cotangent.length > 1 ? `dy${i + 1}` : "dy", one, at === count() ? "the slope of the loss in itself" : ""));
    return [
      heads(name, which),
      ...(none ? [element("p", { class: "soft" }, "It makes whole numbers, and so nothing comes back.")] : sums.length ? sums : [group("There comes to it", ...whole)]),
      ...(none ? [] : [group("It passes on", ...box.slope.flatMap((one, i) => (one ? [picture(`d${nameOf(number, i)}`, one, goes(box, i))] : [])))]),
      ...explained(number, "backward"),
    ];
  };

  /** Where an argument is from, and what it is, unless it is a part of what was given. */
  const argument = (wire: Passed["wires"][number]): [from: string, array: Numbered | undefined] => {
    if (!wire) return ["a row of the weights of all layers", undefined];
    const [box, array] = wire;
    if (box >= 0) return [`from ${look!.boxes[box]!.arrow}`, look!.boxes[box]!.value[array]];
    return [`from ${look!.given[array]!.from}`, look!.given[array]!.array];
  };

  /** The boxes, and their arguments, that a result goes to and that pass a cotangent back. */
  const users = (number: number, result: number) =>
    look!.boxes.flatMap((box, j) => box.wires.flatMap((wire, i) => (wire && wire[0] === number && wire[1] === result && box.slope[i] ? [[j, i] as const] : [])));

  const sum = (from: (readonly [number, number])[], box: Passed, result: number) => {
    const terms = from.map(([j, i]) => picture(`d${nameOf(j, i)}`, look!.boxes[j]!.slope[i], `from ${look!.boxes[j]!.arrow}`));
    const signs = terms.flatMap((term, i) => [element("span", { class: "sign" }, i ? "+" : ""), term]);
    return group("The dot that copied is now an add", ...signs.slice(1), element("span", { class: "sign" }, "="), picture("dy", box.cotangent[result]));
  };

  const goes = (box: Passed, i: number) => {
    const wire = box.wires[i];
    if (!wire) return "to the weights of its layer";
    return wire[0] < 0 ? "to the parameters: a part of the gradient" : `to ${look!.boxes[wire[0]]!.arrow}`;
  };

  const heads = (name: string, which: string) => element("h3", {}, name, element("span", { class: "soft" }, ` ${which}`));
  const group = (name: string, ...children: HTMLElement[]) => element("div", { class: "group" }, element("h4", {}, name), element("div", { class: "arrays" }, ...children));

  const explained = (number: number, way: "forward" | "backward") => {
    const { formula, made_by: line, ...lines } = steps!.boxes[number]!;
    const { about, value, backward } = steps!.formulas[formula]!;
    const block = (text: string) => element("pre", { tabindex: 0 }, element("code", {}, text));
    return [
      element("div", { class: "group" }, element("h4", {}, way === "forward" ? "Its formula" : "Its derivative, backward"), element("p", { class: "soft" }, about), block((way === "forward" ? value : `${value}\n\n${backward || "# nothing goes back"}`).replaceAll("; ", "\n"))),
      element("div", { class: "group" }, element("h4", {}, "What stage writes for it"), block(lines[way].join("\n") || "# no line: another view of the same numbers")),
      element("div", { class: "group" }, element("h4", {}, `Made by ${line.file}, line ${line.line}`), block(line.text)),
    ];
  };

  const moved = () => {
    write(said, norms ? "the parameters have moved: one step of training was made" : "the gradient is whole: each part of the parameters has its slope");
    const { parameters } = page.training!.model;
    let from = 0;
    const slopes = parameters.map(({ shape }) => look!.slopes.slice(from, (from += shape.reduce((a, b) => a * b, 1))));
    const rows = parameters.map(({ name, shape }, i) => {
      const after = norms?.[i];
      return element(
        "tr",
        {},
        element("th", { scope: "row" }, name, element("small", {}, ` ${shape.join(" × ")}`)),
        ...[norm(slopes[i]!), after?.before, after?.after, after?.moved].map((one) => element("td", {}, one === undefined ? "–" : one.toPrecision(5))),
      );
    });
    const head = ["Part", "slope", "before", "after", "moved by"].map((one) => element("th", { scope: "col" }, one));
    return [
      element("h3", {}, "The parameters move", element("span", { class: "soft" }, ` this example’s loss is ${digits(look!.loss)}`)),
      element("p", { class: "soft" }, "Adam takes such a gradient, the mean of it over the examples of the next batch, and moves each parameter by about the learning rate. Lengths of each part, as vectors:"),
      element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Lengths of the parameters" }, element("table", {}, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows))),
      element("div", { class: "row" }, move),
    ];
  };

  move.onclick = () =>
    void page.attempt(async () => {
      moving = true;
      try {
        const before = await page.ask("parameters");
        await page.ask("step");
        const after = await page.ask("parameters");
        norms = after.map((part, i) => compared(before[i]!, part));
      } finally {
        moving = false;
      }
      show();
    });

  const colourDiagrams = (way: Way, now: number) => {
    for (const [number, one] of [...drawn.querySelectorAll("svg")].entries()) {
      const of = steps!.boxes;
      const current = of[now];
      const turns = of.flatMap((box, i) => (box.diagram === number ? [{ ...box, i }] : []));
      const turn = current?.diagram === number ? current.turn : way === "forward" ? Math.max(...turns.filter(({ i }) => i < now).map((box) => box.turn), 0) : Math.min(...turns.filter(({ i }) => i > now).map((box) => box.turn), Infinity);
      const state = (box: number): string => {
        const found = turns.find((one) => one.box === box && one.turn === (turn === Infinity ? one.turn : turn));
        if (!found) return stack(way, now, number, box);
        if (found.i === now) return "now";
        if (way === "forward") return found.i < now ? "done" : "";
        return way === "moved" || found.i > now ? "back" : "done";
      };
      for (const box of one.querySelectorAll<SVGGElement>("[data-box]")) box.dataset.state = state(Number(box.dataset.box));
      const ends = new Map<string, string>();
      for (const wire of one.querySelectorAll<SVGGElement>("[data-wire]")) {
        const [from = "", to = ""] = wire.dataset.wire!.split("-");
        const [start, end] = [from, to].map((end) => (/^\d/.test(end) ? state(Number(end.split(".")[0])) : undefined));
        const passed = way === "forward" ? (start ?? "done") !== "" : false;
        const returned = way !== "forward" && (end === "back" || end === "now" || to.startsWith("out"));
        wire.dataset.state = returned && !(steps!.boxes.length && whole(number, to)) ? "back" : passed || way !== "forward" ? "done" : "";
        if (to !== "dot" && wire.dataset.state === "back") ends.set(from, (ends.get(from) ?? "") + "b");
      }
      for (const dot of one.querySelectorAll<SVGGElement>("[data-dot]")) {
        const from = dot.dataset.dot!;
        const copies = one.querySelectorAll(`[data-wire^="${from}-"]:not([data-wire="${from}-dot"])`).length;
        const adds = copies > 1 && ends.get(from)?.length === copies;
        dot.dataset.state = adds ? "back" : "";
        const stem = one.querySelector<SVGGElement>(`[data-wire="${from}-dot"]`);
        if (stem && adds) stem.dataset.state = "back";
        plus(dot, adds);
      }
      const marked = one.querySelector<SVGGElement>('[data-state="now"]');
      if (marked && current?.diagram === number) scrolled(drawn, marked);
    }
  };

  /** Of a box that is a loop, whose body has a diagram of its own. */
  const stack = (way: Way, now: number, number: number, box: number): string => {
    const after = steps!.boxes.findIndex((one) => one.diagram === number && one.box > box);
    const before = steps!.boxes.findLastIndex((one) => one.diagram === number && one.box < box);
    if (way === "moved") return "back";
    if (now > before && now < after) return "now";
    return now <= before ? (way === "forward" ? "" : "back") : "done";
  };

  /** Does a wire carry whole numbers, which have no slope? */
  const whole = (number: number, to: string): boolean => {
    const [box, i] = to.split(".").map(Number);
    const found = steps!.boxes.findIndex((one) => one.diagram === number && one.box === box);
    return found >= 0 && !look!.boxes[found]!.slope[i!];
  };

  first.onclick = () => go(0);
  back.onclick = () => go(at - 1);
  ahead.onclick = () => go(at + 1);
  last.onclick = () => go(2 * count());
  slider.oninput = () => go(Number(slider.value));
  root.onkeydown = (event) => {
    const target = event.target as HTMLElement;
    if (target === slider || target.matches("input, select") || event.altKey || event.ctrlKey || event.metaKey) return;
    const moves: Record<string, number> = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: 2 * count() };
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    go(to);
  };
  text.onchange = () => void begin();
  place.onchange = () => void begin();
  page.on("opened", () => {
    look = undefined;
    void begin();
  });
  page.on("progress", ({ state }) => {
    if (state !== "training" && !moving && !norms) void begin(true);
  });
  new IntersectionObserver((entries, watch) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watch.disconnect();
    seen = true;
    void begin();
  }, { rootMargin: "300px" }).observe(root);
  return show;
}

const norm = (values: Float64Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

function compared(before: Parameters, after: Parameters) {
  const moved = after.values.map((value, i) => value - before.values[i]!);
  return { name: after.name, before: norm(before.values), after: norm(after.values), moved: norm(moved), slope: norm(after.slopes) };
}

/** A dot that copies becomes the sign of an add, and back. */
function plus(dot: SVGGElement, adds: boolean): void {
  const there = dot.querySelector("text");
  if (!adds) there?.remove();
  if (!adds || there) return;
  const { x, y, width, height } = dot.getBBox();
  const sign = document.createElementNS("http://www.w3.org/2000/svg", "text");
  sign.setAttribute("x", String(x + width / 2));
  sign.setAttribute("y", String(y + height / 2));
  sign.textContent = "+";
  dot.append(sign);
}

/** Bring a box to sight, in its frame alone. */
function scrolled(frame: HTMLElement, box: SVGGElement): void {
  const [outer, inner] = [frame.getBoundingClientRect(), box.getBoundingClientRect()];
  const [left, top] = [inner.left + inner.width / 2 - outer.left, inner.top + inner.height / 2 - outer.top];
  if (top < 40 || top > outer.height - 40) frame.scrollTop += top - outer.height / 2;
  if (left < 40 || left > outer.width - 40) frame.scrollLeft += left - outer.width / 2;
}
