/** What is told of each box of a model, as `web/steps.py` writes it. */

export interface Line {
  file: string;
  line: number;
  text: string;
}

export interface Step {
  diagram: number;
  box: number;
  turn: number;
  formula: string;
  made_by: Line;
  forward: string[];
  backward: string[];
}

export interface Formula {
  takes: string[];
  about: string;
  value: string;
  backward: string;
}

export interface Steps {
  diagrams: string[];
  boxes: Step[];
  formulas: Record<string, Formula>;
}
