/** An array as a small picture: below zero in one colour, above it in another; its numbers are told where one points. */

import { element } from "./dom.ts";
import type { Numbered } from "./look.ts";
import { colour } from "./theme.ts";

const WIDTH = 256; // pixels that a picture has at most
const HEIGHT = 144;
const CELL = 14;
const WRAP = 64; // numbers of a long vector in a row

/** Rows and columns in which an array is shown: those of its last two axes, and all others below each other. */
function rowsOf(shape: readonly number[]): [rows: number, columns: number] {
  const [columns = 1, ...others] = [...shape].reverse().filter((size) => size > 1);
  const rows = others.reduce((product, size) => product * size, 1);
  const wrap = Math.max(WRAP, Math.ceil(Math.sqrt((columns * WIDTH) / HEIGHT)));
  return rows === 1 && columns > wrap ? [Math.ceil(columns / wrap), wrap] : [rows, columns];
}

export function shapeOf({ shape }: Numbered): string {
  return shape.length ? shape.join(" × ") : "a number";
}

export const digits = (value: number) =>
  Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(7))).replace("-", "−");

/** The place of an entry in the array, as one writes it. */
function indexOf(shape: readonly number[], at: number): string {
  const index: number[] = [];
  for (const size of [...shape].reverse()) {
    index.unshift(at % size);
    at = Math.floor(at / size);
  }
  return `[${index.join(", ")}]`;
}

/** The picture; `tell` is given the name, place and number of the entry that one points to, and nothing afterwards. */
export function picture(name: string, array: Numbered, tell: (text: string) => void): HTMLElement {
  const { values, shape } = array;
  const [rows, columns] = rowsOf(shape);
  const cell = Math.max(1, Math.min(CELL, Math.floor(WIDTH / columns), Math.floor(HEIGHT / rows)));
  const most = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  const label = `${name}, ${shapeOf(array)}, ${values.length === 1 ? digits(values[0]!) : `at most ${digits(most)} from 0`}`;
  const canvas = element("canvas", { role: "img", tabindex: 0, "aria-label": label, width: columns, height: rows });
  const high = rows === 1 ? Math.max(cell, CELL) : cell;
  canvas.style.width = `${columns * cell}px`;
  canvas.style.aspectRatio = `${columns * cell} / ${rows * high}`;
  paint(canvas, values, most);
  let at = 0;
  const say = () => tell(`${name}${shape.length ? indexOf(shape, at) : ""} = ${digits(values[at]!)}`);
  canvas.onpointermove = (event) => {
    const box = canvas.getBoundingClientRect();
    const column = Math.min(columns - 1, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * columns)));
    const row = Math.min(rows - 1, Math.max(0, Math.floor(((event.clientY - box.top) / box.height) * rows)));
    at = Math.min(values.length - 1, row * columns + column);
    say();
  };
  canvas.onfocus = say;
  canvas.onblur = canvas.onpointerleave = () => tell("");
  canvas.onkeydown = (event) => {
    const moves: Record<string, number> = { ArrowUp: -1, ArrowDown: 1 };
    const move = moves[event.key];
    if (move === undefined) return;
    at = Math.min(values.length - 1, Math.max(0, at + move));
    event.preventDefault();
    say();
  };
  return canvas;
}

function paint(canvas: HTMLCanvasElement, values: Float64Array, most: number): void {
  const [none, below, above] = ["sunk", "second", "first"].map((name) => bytes(colour(name)));
  const pen = canvas.getContext("2d")!;
  const image = pen.createImageData(canvas.width, canvas.height);
  for (const [at, value] of values.entries()) {
    const end = value < 0 ? below! : above!;
    const share = most ? Math.sqrt(Math.abs(value) / most) : 0; // so that small numbers are seen
    for (let i = 0; i < 3; i++) image.data[4 * at + i] = none![i]! + share * (end[i]! - none![i]!);
    image.data[4 * at + 3] = 255;
  }
  pen.putImageData(image, 0, 0);
}

function bytes(hex: string): number[] {
  return [1, 3, 5].map((at) => parseInt(hex.trim().slice(at, at + 2), 16));
}
