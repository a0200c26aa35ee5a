/** How numbers are distributed: how many of them are in each of some ranges of equal width, around 0. */

export interface Histogram {
  /** The ranges go from minus this to this. */
  reach: number;
  counts: number[];
}

const STEPS = [1, 2, 5, 10];

/** Of these numbers, in so many ranges, which hold all of them; those that are not finite are left out. */
export function histogram(values: Float64Array, ranges: number): Histogram {
  const finite = values.filter(Number.isFinite);
  const reach = roundedUp(finite.reduce((most, value) => Math.max(most, Math.abs(value)), 0));
  const counts = new Array<number>(ranges).fill(0);
  for (const value of finite) {
    const range = Math.floor(((value + reach) / (2 * reach)) * ranges);
    counts[Math.min(range, ranges - 1)]! += 1;
  }
  return { reach, counts };
}

/** The next of 1, 2, 5, 10, 20 and so on, so that a picture keeps its scale for a while. */
export function roundedUp(size: number): number {
  if (!size) return 1;
  const power = 10 ** Math.floor(Math.log10(size));
  return Number(((STEPS.find((step) => size <= step * power) ?? 10) * power).toPrecision(1));
}

/** The square root of the mean of the squares. */
export function rootMeanSquare(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}
