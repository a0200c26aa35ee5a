/** Rows of numbers in a plane: their two principal axes, by which they differ most. */

export interface Plane {
  /** Two directions of length 1, at right angles, one after the other. */
  axes: [Float64Array, Float64Array];
  /** Where each row is along them, from the mean of all. */
  points: [x: number, y: number][];
  /** Of the squared distances from the mean, the share that each axis has. */
  shares: [number, number];
}

/**
 * The plane of so many rows. An axis could as well point the other way: it goes as far as it can with the one before,
 * or, if there is none, its largest entry is positive; so a picture drawn again and again does not flip over.
 */
export function planeOf(values: Float64Array, rows: number, before?: Plane["axes"]): Plane {
  const width = values.length / rows;
  const centred = Float64Array.from(values);
  for (let column = 0; column < width; column++) {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += values[row * width + column]!;
    for (let row = 0; row < rows; row++) centred[row * width + column]! -= sum / rows;
  }
  const { lengths, vectors } = eigenvectors(scatter(centred, rows, width), width);
  const order = Array.from(lengths.keys()).sort((a, b) => lengths[b]! - lengths[a]!);
  const total = lengths.reduce((sum, length) => sum + length, 0) || 1;
  const axis = (place: 0 | 1) => {
    const found = Float64Array.from({ length: width }, (_, i) => vectors[i * width + (order[place] ?? 0)]!);
    const other = before?.[place];
    const along = other?.length === width ? dot(found, other) : largest(found);
    return along < 0 ? found.map((entry) => -entry) : found;
  };
  const axes: Plane["axes"] = [axis(0), axis(1)];
  const points = Array.from({ length: rows }, (_, row): [number, number] => {
    const one = centred.subarray(row * width, (row + 1) * width);
    return [dot(one, axes[0]), dot(one, axes[1])];
  });
  return { axes, points, shares: [lengths[order[0]!]! / total, (lengths[order[1] ?? order[0]!] ?? 0) / total] };
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, entry, i) => sum + entry * b[i]!, 0);
}

function largest(entries: Float64Array): number {
  return entries.reduce((most, entry) => (Math.abs(entry) > Math.abs(most) ? entry : most), 0);
}

/** The products of all columns with all columns. */
function scatter(centred: Float64Array, rows: number, width: number): Float64Array {
  const found = new Float64Array(width * width);
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < width; i++)
      for (let j = 0; j < width; j++) found[i * width + j]! += centred[row * width + i]! * centred[row * width + j]!;
  return found;
}

/** Of a symmetric matrix, by Jacobi's rotations: each makes one entry beside the diagonal 0, until all are. */
function eigenvectors(matrix: Float64Array, width: number): { lengths: Float64Array; vectors: Float64Array } {
  const vectors = Float64Array.from({ length: width * width }, (_, i) => (i % (width + 1) ? 0 : 1));
  const size = Math.sqrt(dot(matrix, matrix));
  for (let left = Infinity; left > 1e-14 * size; ) {
    left = 0;
    for (let p = 0; p < width; p++)
      for (let q = p + 1; q < width; q++) {
        const beside = matrix[p * width + q]!;
        left = Math.max(left, Math.abs(beside));
        if (Math.abs(beside) <= 1e-15 * size) continue;
        const ratio = (matrix[q * width + q]! - matrix[p * width + p]!) / (2 * beside);
        const tangent = (ratio < 0 ? -1 : 1) / (Math.abs(ratio) + Math.sqrt(ratio * ratio + 1));
        const cosine = 1 / Math.sqrt(tangent * tangent + 1);
        const sine = tangent * cosine;
        rotate(matrix, width, p * width, q * width, 1, cosine, sine);
        rotate(matrix, width, p, q, width, cosine, sine);
        rotate(vectors, width, p, q, width, cosine, sine);
      }
  }
  return { lengths: Float64Array.from({ length: width }, (_, i) => matrix[i * (width + 1)]!), vectors };
}

/** Turn two rows or columns of so many entries, which begin at two places, into each other. */
function rotate(
  matrix: Float64Array,
  count: number,
  from: number,
  to: number,
  step: number,
  cosine: number,
  sine: number,
): void {
  for (let i = 0; i < count; i++, from += step, to += step) {
    const a = matrix[from]!; // not by a pattern: this is most of the work
    const b = matrix[to]!;
    matrix[from] = cosine * a - sine * b;
    matrix[to] = sine * a + cosine * b;
  }
}
