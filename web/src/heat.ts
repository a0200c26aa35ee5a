/** Boxes whose colour is a number from 0 to 1, in rows: how much each place looks at each other. */

import { cleared, colour } from "./theme.ts";

const TOP = 18; // for the letters above
const LARGEST = 40; // of a box
const NUMBERED = { width: 26, height: 13 }; // boxes at least as large have room for their number

export interface Heat {
  rows: readonly (readonly number[])[];
  /** What stands before each row, and above each column. */
  names: { rows: readonly string[]; columns: readonly string[] };
  marked?: Place | undefined;
  /** Write each number, as a percentage, where there is room. */
  numbers?: boolean;
}

export type Place = readonly [row: number, column: number];

/** Draw them. Returns what finds the box at a point. */
export function drawHeat(
  canvas: HTMLCanvasElement,
  { rows, names, marked, numbers = false }: Heat,
): (x: number, y: number) => Place | undefined {
  const { pen, width, height } = cleared(canvas);
  const left = 10 + 8 * names.rows.reduce((most, name) => Math.max(most, [...name].length), 0);
  const across = Math.min((width - left) / names.columns.length, LARGEST);
  const down = Math.min((height - TOP) / names.rows.length, LARGEST);
  const [soft, ink, card, first, sunk] = ["soft", "ink", "card", "first", "sunk"].map(colour) as [
    string,
    string,
    string,
    string,
    string,
  ];
  const size = Math.min(13, Math.max(9, Math.min(across, down) * 0.8));
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  const write = (text: string, x: number, y: number, fill: string, font = `${size}px ui-monospace, monospace`) => {
    pen.font = font;
    pen.fillStyle = fill;
    pen.fillText(text, x, y);
  };
  for (const [column, name] of names.columns.entries())
    write(name, left + (column + 0.5) * across, TOP / 2, marked?.[1] === column ? ink : soft);
  for (const [row, weights] of rows.entries()) {
    write(names.rows[row] ?? "", left / 2, TOP + (row + 0.5) * down, marked?.[0] === row ? ink : soft);
    for (const [column, weight] of weights.entries()) {
      const [x, y] = [left + column * across, TOP + row * down];
      pen.fillStyle = sunk;
      pen.fillRect(x, y, across - 1, down - 1);
      pen.globalAlpha = weight;
      pen.fillStyle = first;
      pen.fillRect(x, y, across - 1, down - 1);
      pen.globalAlpha = 1;
      if (numbers && across >= NUMBERED.width && down >= NUMBERED.height)
        write(String(Math.round(100 * weight)), x + across / 2, y + down / 2, weight > 0.55 ? card : ink, "11px system-ui");
    }
  }
  if (marked) {
    pen.strokeStyle = ink;
    pen.lineWidth = 1.5;
    pen.strokeRect(left + marked[1] * across, TOP + marked[0] * down, across - 1, down - 1);
  }
  return (x, y) => {
    const [row, column] = [Math.floor((y - TOP) / down), Math.floor((x - left) / across)];
    return rows[row]?.[column] === undefined ? undefined : [row, column];
  };
}
