/** Lists of names: what `experiments/data/names.py` makes of a text, with its checks and its messages.
 *
 * A model of the page has 26 letters, whichever they are: a list with fewer has others of a to z beside its own.
 */

export class DataError extends Error {
  override name = "DataError";
}

const LONGEST = 1_000; // letters of a name
const LETTERS = 26;
const LARGEST = 50_000_000; // bytes
const OTHER = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const JOINERS = "\u200c\u200d";
const WHITE = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";
const ENDS = new RegExp(`^${WHITE}|${WHITE}$`, "gu");
const INSIDE = new RegExp(WHITE, "gu");
const A_TO_Z = "abcdefghijklmnopqrstuvwxyz";

/** Lower case and normal form C, with plain spaces. */
export function normalised(text: string): string {
  const lower = text.normalize("NFC").replaceAll("İ", "i").toLowerCase();
  return lower.normalize("NFC").replace(/\p{Zs}/gu, " ");
}

/** The text of a file. Throws `DataError` unless it is UTF-8. */
export function decoded(bytes: Uint8Array, source: string): string {
  if (bytes.length > LARGEST) throw refusal(source, `more than ${grouped(LARGEST)} bytes`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw refusal(source, `bytes that are not UTF-8 on line ${lineOfFirstError(bytes)}`);
  }
}

/** The names in a text, one a line, in their order. Throws `DataError`. */
export function namesOf(text: string, source: string): string[] {
  const lines = normalised(text.replace(/^\ufeff/, ""))
    .split("\n")
    .map((line) => line.replace(ENDS, ""));
  const letters = new Set<string>();
  for (const [at, line] of lines.entries()) {
    let length = 0;
    for (const letter of line) {
      if (OTHER.test(letter) && !JOINERS.includes(letter)) throw refusal(source, `${shown(letter)} on line ${at + 1}`);
      letters.add(letter);
      length++;
    }
    if (length > LONGEST) {
      const most = `(${grouped(LONGEST)} are the most)`;
      throw refusal(source, `a name of ${grouped(length)} letters on line ${at + 1} ${most}`);
    }
  }
  const names = lines.filter((line) => line).map((line) => line.replace(INSIDE, " "));
  if (!names.length) throw refusal(source, "no names");
  for (const name of names) for (const letter of name) letters.add(letter);
  if (letters.size > LETTERS) {
    const many = `${grouped(letters.size)} letters that differ`;
    const advice = "leave out names with rare letters, or train a program on them: python experiments/gpt_names.py --data FILE";
    throw refusal(source, `${many} (${LETTERS} are the most on this page)`, advice);
  }
  return names;
}

/** The boundary and 26 letters, in the order of Unicode, among them all of these names. */
export function symbolsOf(names: readonly string[]): string[] {
  const letters = new Set<string>();
  for (const name of names) for (const letter of name) letters.add(letter);
  const boundary = letters.has(".") ? "\n" : ".";
  for (const letter of A_TO_Z) if (letters.size < LETTERS) letters.add(letter);
  return [boundary, ...[...letters].sort((a, b) => (a.codePointAt(0) ?? 0) - (b.codePointAt(0) ?? 0))];
}

/** A character in a message, whatever it is. */
export function shown(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  return `the character ${quoted(character)} (U+${point.toString(16).toUpperCase().padStart(4, "0")})`;
}

/** A text as Python writes it. */
export function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let found = "";
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    if (character === quote || character === "\\") found += `\\${character}`;
    else if ("\t\n\r".includes(character)) found += { "\t": "\\t", "\n": "\\n", "\r": "\\r" }[character];
    else if (character === " " || !/[\p{C}\p{Z}]/u.test(character)) found += character;
    else if (point < 0x100) found += `\\x${point.toString(16).padStart(2, "0")}`;
    else if (point < 0x10000) found += `\\u${point.toString(16).padStart(4, "0")}`;
    else found += `\\U${point.toString(16).padStart(8, "0")}`;
  }
  return quote + found + quote;
}

export function grouped(count: number): string {
  return count.toLocaleString("en");
}

function refusal(source: string, found: string, advice = "give a text file (UTF-8) with one name a line"): DataError {
  return new DataError(`asked for names from ${quoted(source)}; found ${found}; ${advice}`);
}

function lineOfFirstError(bytes: Uint8Array): number {
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, middle), { stream: true });
      good = middle;
    } catch {
      bad = middle;
    }
  }
  return bytes.subarray(0, good).reduce((lines, byte) => lines + (byte === 10 ? 1 : 0), 1);
}
