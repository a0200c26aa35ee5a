/** NumPy's generators, to the bit: SeedSequence (O'Neill), PCG64 (O'Neill 2014), and what the programs draw with them.
 *
 * Normal draws are by the ziggurat (Marsaglia & Tsang 2000), in the widths of NumPy's tables, from which the rest of
 * these tables follows.
 */

import { widths } from "./ziggurat.ts";

const LIMBS = 8; // of 16 bits, the lowest first: an integer of 128 bits
const MULTIPLIER = [0xf645, 0x9fcc, 0xdf64, 0x4385, 0x5da4, 0x1fc6, 0xed05, 0x2360];

type Words = readonly number[]; // of 32 bits

/** A hash of a seed, and of who draws, into as many words as are asked for. */
export function seedWords(seed: number, spawnKey: Words, count: number): number[] {
  const pool = 4;
  const entropy = words(seed);
  if (spawnKey.length) {
    while (entropy.length < pool) entropy.push(0);
    for (const key of spawnKey) entropy.push(...words(key));
  }
  let constant = 0x43b0d7e5;
  const hash = (value: number) => {
    value ^= constant;
    constant = Math.imul(constant, 0x931e8875);
    value = Math.imul(value, constant);
    return value ^ (value >>> 16);
  };
  const mix = (x: number, y: number) => {
    const both = (Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y)) | 0;
    return both ^ (both >>> 16);
  };
  const mixed = Array.from({ length: pool }, (_, i) => hash(entropy[i] ?? 0));
  const mixIn = (value: number, to: number) => {
    mixed[to] = mix(mixed[to]!, hash(value));
  };
  for (let from = 0; from < pool; from++)
    for (let to = 0; to < pool; to++) if (from !== to) mixIn(mixed[from]!, to);
  for (const value of entropy.slice(pool)) for (let to = 0; to < pool; to++) mixIn(value, to);

  constant = 0x8b51f9dd;
  return Array.from({ length: count }, (_, i) => {
    let value = mixed[i % pool]! ^ constant;
    constant = Math.imul(constant, 0x58f38ded);
    value = Math.imul(value, constant);
    return (value ^ (value >>> 16)) >>> 0;
  });
}

function words(value: number): number[] {
  const found = [value >>> 0];
  for (let rest = Math.floor(value / 2 ** 32); rest > 0; rest = Math.floor(rest / 2 ** 32)) found.push(rest >>> 0);
  return found;
}

/** What programs draw from: `numpy.random.default_rng(SeedSequence(seed, spawn_key=spawnKey))`. */
export class Generator {
  #state = new Array<number>(LIMBS).fill(0);
  readonly #increment: readonly number[];
  #high = 0; // of the last 64 bits
  #low = 0;
  #kept: number | undefined; // 32 bits that were drawn, and not yet used

  constructor(seed: number, spawnKey: Words = []) {
    const all = seedWords(seed, spawnKey, 8); // two integers, each with its higher half first
    const integer = (at: number) => [2, 3, 0, 1].flatMap((i) => [all[at + i]! & 0xffff, all[at + i]! >>> 16]);
    const sequence = integer(4);
    this.#increment = sequence.map((limb, i) => ((limb << 1) | (i ? sequence[i - 1]! >>> 15 : 1)) & 0xffff);
    this.#step();
    let carry = 0;
    this.#state = integer(0).map((limb, i) => {
      const sum = limb + this.#state[i]! + carry;
      carry = sum >>> 16;
      return sum & 0xffff;
    });
    this.#step();
  }

  #step(): void {
    const state = this.#state;
    const then = new Array<number>(LIMBS);
    let carry = 0;
    for (let k = 0; k < LIMBS; k++) {
      let sum = carry + this.#increment[k]!;
      for (let i = 0; i <= k; i++) sum += state[i]! * MULTIPLIER[k - i]!;
      then[k] = sum % 65536;
      carry = Math.floor(sum / 65536);
    }
    this.#state = then;
  }

  /** The next 64 bits, in `#high` and `#low`. */
  #next(): void {
    this.#step();
    const [a, b, c, d, e, f, g, h] = this.#state as [number, number, number, number, number, number, number, number];
    const high = ((h ^ d) << 16) | (g ^ c);
    const low = ((f ^ b) << 16) | (e ^ a);
    const turn = h >>> 10;
    const [upper, lower] = turn < 32 ? [high, low] : [low, high];
    const by = turn % 32;
    this.#high = (by ? (upper >>> by) | (lower << (32 - by)) : upper) >>> 0;
    this.#low = (by ? (lower >>> by) | (upper << (32 - by)) : lower) >>> 0;
  }

  #next32(): number {
    if (this.#kept !== undefined) {
      const kept = this.#kept;
      this.#kept = undefined;
      return kept;
    }
    this.#next();
    this.#kept = this.#high;
    return this.#low;
  }

  /** A number from 0 up to 1. */
  random(): number {
    this.#next();
    return (this.#high * 2 ** 21 + (this.#low >>> 11)) / 2 ** 53;
  }

  /** An integer from 0 to `largest`, which is below 2^32: of as many bits, and drawn until it is not larger. */
  #upTo(largest: number): number {
    const mask = 0xffffffff >>> Math.clz32(largest);
    for (;;) {
      const value = (this.#next32() & mask) >>> 0;
      if (value <= largest) return value;
    }
  }

  /** The numbers from 0 on, in some order. */
  permutation(count: number): Uint32Array {
    const found = Uint32Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const j = this.#upTo(i);
      [found[i], found[j]] = [found[j]!, found[i]!];
    }
    return found;
  }

  /** A draw from the standard normal distribution. */
  standardNormal(): number {
    for (;;) {
      this.#next();
      const layer = this.#low & 0xff;
      const sign = (this.#low >>> 8) & 1;
      const size = (this.#high & 0x1fffffff) * 2 ** 23 + (this.#low >>> 9);
      const tail = (this.#low >>> 17) & 1;
      const x = (sign ? -size : size) * widths[layer]!;
      if (size < inside[layer]!) return x;
      if (layer) {
        const below = heights[layer]!;
        if ((heights[layer - 1]! - below) * this.random() + below < Math.exp(-0.5 * x * x)) return x;
        continue;
      }
      for (;;) {
        const out = -(1 / START) * Math.log(1 - this.random());
        const y = -Math.log(1 - this.random());
        if (y + y > out * out) return tail ? -(START + out) : START + out;
      }
    }
  }

  /** A draw from the Gumbel distribution (1954). */
  gumbel(): number {
    for (;;) {
      const u = 1 - this.random();
      if (u < 1) return -Math.log(-Math.log(u));
    }
  }
}

const START = 3.6541528853610088; // of the tail
const heights = Array.from(widths, (width, i) => (i ? Math.exp(-0.5 * (width * 2 ** 52) ** 2) : 1));
const inside = Array.from(widths, (width, i) =>
  i > 1 ? Math.round((widths[i - 1]! / width) * 2 ** 52) : i ? 0 : Math.round((START / (width * 2 ** 52)) * 2 ** 52),
);

/** Python's `random.Random(seed)`: the Mersenne Twister (Matsumoto & Nishimura 1998). */
export class Twister {
  readonly #state = new Uint32Array(624);
  #at = 624;
  #gauss: number | undefined;

  constructor(seed: number) {
    const state = this.#state;
    state[0] = 19650218;
    for (let i = 1; i < 624; i++) state[i] = Math.imul(1812433253, state[i - 1]! ^ (state[i - 1]! >>> 30)) + i;
    let i = 1;
    const mixed = (by: number) => state[i]! ^ Math.imul(state[i - 1]! ^ (state[i - 1]! >>> 30), by);
    const go = () => {
      if (++i === 624) {
        state[0] = state[623]!;
        i = 1;
      }
    };
    const key = words(seed);
    for (let k = 0; k < 624; k++, go()) state[i] = mixed(1664525) + key[k % key.length]! + (k % key.length);
    for (let k = 0; k < 623; k++, go()) state[i] = mixed(1566083941) - i;
    state[0] = 0x80000000;
  }

  /** So many of the next 32 bits, the highest ones. */
  bits(count: number): number {
    const state = this.#state;
    if (this.#at === 624) {
      for (let i = 0; i < 624; i++) {
        const y = (state[i]! & 0x80000000) | (state[(i + 1) % 624]! & 0x7fffffff);
        state[i] = state[(i + 397) % 624]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
      }
      this.#at = 0;
    }
    let y = state[this.#at++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> (32 - count);
  }

  /** A number from 0 up to 1. */
  random(): number {
    return (this.bits(27) * 2 ** 26 + this.bits(26)) / 2 ** 53;
  }

  /** The same things in another order. */
  shuffled<T>(things: readonly T[]): T[] {
    const found = [...things];
    for (let i = found.length - 1; i > 0; i--) {
      const size = 32 - Math.clz32(i + 1);
      let j = this.bits(size);
      while (j > i) j = this.bits(size);
      [found[i], found[j]] = [found[j]!, found[i]!];
    }
    return found;
  }

  /** A draw from the standard normal distribution (Box & Muller 1958). */
  standardNormal(): number {
    if (this.#gauss !== undefined) {
      const kept = this.#gauss;
      this.#gauss = undefined;
      return kept;
    }
    const angle = this.random() * 2 * Math.PI;
    const radius = Math.sqrt(-2 * Math.log(1 - this.random()));
    this.#gauss = Math.sin(angle) * radius;
    return Math.cos(angle) * radius;
  }
}
