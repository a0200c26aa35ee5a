/** A model read in many ways, as `web/readings.py` writes it. A layer is an expression that makes boxes, by number. */

/** Where something begins in the text, and where it ends. */
export type Span = [start: number, end: number];

/** Some text, and the layers that it comes from. */
export type Block = [text: string, layers: number[]];

/** Multiplications, additions, other operations, and numbers written. */
export type Counts = [number, number, number, number];

export interface Readings {
  file: string;
  start: number;
  text: string;
  layers: { name: string; span: Span }[];
  mypy: string;
  types: [...Span, type: string, layers: number[]][];
  /** Of each box of the model, as `Steps` has them. */
  boxes: number[][];
  derivative: { of: string; lines: Block[][] }[];
  diagrams: { of: string; svg: string; boxes: number[][] }[];
  cost: { batch: number[]; rows: [layer: number, there: Counts, both: Counts][]; whole: [Counts, Counts]; modes: string };
  step: string;
  numpy: Block[];
  c: Block[];
  modules: { path: string; batch: number; bytes: number; compressed: number; functions: string[] }[];
}
