/** SHA-256 (FIPS 180-4): what the browser has of it is there only on pages of a safe origin. */

const PRIMES = Array.from({ length: 312 }, (_, n) => n).filter(
  (n) => n > 1 && !Array.from({ length: Math.floor(Math.sqrt(n)) }, (_, d) => d + 1).some((d) => d > 1 && n % d === 0),
);
const bits = (x: number) => Math.floor((x - Math.floor(x)) * 2 ** 32) | 0;
const ROUNDS = PRIMES.slice(0, 64).map((prime) => bits(Math.cbrt(prime)));
const START = PRIMES.slice(0, 8).map((prime) => bits(Math.sqrt(prime)));

export function sha256(...parts: Uint8Array[]): string {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(((length + 72) >> 6) << 6);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  bytes[length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setUint32(bytes.length - 8, Math.floor(length / 2 ** 29));
  view.setUint32(bytes.length - 4, length << 3);
  const hash = [...START];
  const w = new Int32Array(64);
  const turned = (x: number, by: number) => (x >>> by) | (x << (32 - by));
  for (let block = 0; block < bytes.length; block += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getInt32(block + 4 * i);
    for (let i = 16; i < 64; i++) {
      const [x, y] = [w[i - 15]!, w[i - 2]!];
      const [s, t] = [turned(x, 7) ^ turned(x, 18) ^ (x >>> 3), turned(y, 17) ^ turned(y, 19) ^ (y >>> 10)];
      w[i] = w[i - 16]! + s + w[i - 7]! + t;
    }
    let [a, b, c, d, e, f, g, h] = hash as [number, number, number, number, number, number, number, number];
    for (let i = 0; i < 64; i++) {
      const s = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
      const one = (h + s + ((e & f) ^ (~e & g)) + ROUNDS[i]! + w[i]!) | 0;
      const t = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
      const two = (t + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    for (const [i, x] of [a, b, c, d, e, f, g, h].entries()) hash[i] = (hash[i]! + x) | 0;
  }
  return hash.map((x) => (x >>> 0).toString(16).padStart(8, "0")).join("");
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
