/** A module of WebAssembly and its arrays by name, as docs/wasm.md says. */

export type Numbers = Float32Array | Float64Array;
export type Integers = Int32Array;
export type Any = Numbers | Integers | BigInt64Array | Uint8Array;

export interface Buffer {
  dtype: "float32" | "float64" | "int32" | "int64" | "bool";
  shape: number[];
  offset: number;
}

export interface Manifest {
  buffers: Record<string, Buffer>;
  functions: Record<string, { arguments: string[]; results: string[]; failures: string[]; loops: string[] }>;
}

/** What modules are made of. */
export interface Compiled {
  compiled: WebAssembly.Module;
  manifest: Manifest;
}

const TYPES = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
};

interface Exports {
  memory: WebAssembly.Memory;
  buffers: WebAssembly.Global;
  [name: string]: unknown;
}

export class Module {
  readonly manifest: Manifest;
  readonly #functions: Exports;
  readonly #arrays: Record<string, Any>;

  private constructor(manifest: Manifest, exports: Exports) {
    this.manifest = manifest;
    this.#functions = exports;
    this.#arrays = Object.fromEntries(
      Object.entries(manifest.buffers).map(([name, { dtype, shape, offset }]) => [
        name,
        new TYPES[dtype](exports.memory.buffer, Number(exports.buffers.value) + offset, size(shape)),
      ]),
    );
  }

  /** A new one, all of whose arrays are 0. */
  static async of({ compiled, manifest }: Compiled): Promise<Module> {
    const { exports } = await WebAssembly.instantiate(compiled);
    return new Module(manifest, exports as unknown as Exports);
  }

  /** The numbers in a buffer, as they are now and will be. Throws where there is none of that kind. */
  numbers(name: string): Numbers {
    const found = this.#arrays[name];
    if (!(found instanceof Float32Array || found instanceof Float64Array)) throw new TypeError(`no numbers in ${name}`);
    return found;
  }

  /** The same of symbols. */
  integers(name: string): Integers {
    const found = this.#arrays[name];
    if (!(found instanceof Int32Array)) throw new TypeError(`no integers in ${name}`);
    return found;
  }

  /** What is in a buffer, whatever it is. */
  any(name: string): Any {
    const found = this.#arrays[name];
    if (!found) throw new TypeError(`no ${name}`);
    return found;
  }

  /** A number of Python, which it is set to if one is given. */
  count(name: string, to?: number): number {
    const found = this.#arrays[name];
    if (!(found instanceof BigInt64Array)) throw new TypeError(`no number in ${name}`);
    if (to !== undefined) found[0] = BigInt(to);
    return Number(found[0]);
  }

  /** Run a function. Throws `RangeError` where a check fails; what was to be updated is then lost. */
  run(name: string): void {
    const about = this.manifest.functions[name];
    const code = (this.#functions[name] as () => number)();
    if (code) throw new RangeError(about?.failures[code - 1] ?? "a check failed");
  }

  /** The names of the buffers that a function is given, or that are below one name. */
  below(name: string): string[] {
    return Object.keys(this.manifest.buffers).filter((other) => other === name || other.startsWith(`${name}.`));
  }

  has(name: string): boolean {
    return name in this.manifest.buffers;
  }

  shape(name: string): number[] {
    return this.manifest.buffers[name]?.shape ?? [];
  }
}

export function size(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
