/** Names that are near to a text: those that the fewest changes of one letter lead to. */

export interface Near {
  name: string;
  distance: number;
}

/** How many letters must at least be put in, taken out or replaced to come from one text to another (Levenshtein). */
export function editDistance(from: string, to: string): number {
  const [a, b] = [[...from], [...to]];
  const row = Array.from({ length: b.length + 1 }, (_, i) => i); // from the letters of one text so far
  for (let i = 0; i < a.length; i++) {
    let before = row[0]!;
    row[0] = i + 1;
    for (let j = 0; j < b.length; j++) {
      const replaced = before + (a[i] === b[j] ? 0 : 1);
      before = row[j + 1]!;
      row[j + 1] = Math.min(replaced, before + 1, row[j]! + 1);
    }
  }
  return row[b.length]!;
}

/** So many of the names, the nearest first; of those equally near, the ones first that begin as the text does. */
export function nearest(names: readonly string[], text: string, count: number): Near[] {
  const found = [...new Set(names)].map((name) => ({ name, distance: editDistance(text, name), same: begun(text, name) }));
  found.sort((a, b) => a.distance - b.distance || b.same - a.same || (a.name < b.name ? -1 : 1));
  return found.slice(0, count).map(({ name, distance }) => ({ name, distance }));
}

/** How many letters they begin with are the same. */
function begun(text: string, name: string): number {
  let same = 0;
  while (same < text.length && text[same] === name[same]) same++;
  return same;
}
