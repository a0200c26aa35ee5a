/** Files of tensors (safetensors): a header in JSON with its length before it, and then numbers as they lie in memory. */

import type { Numbers } from "./runtime.ts";

export interface Tensor {
  shape: number[];
  values: Numbers;
}

export interface Contents {
  metadata: Record<string, string>;
  tensors: Record<string, Tensor>;
}

const DTYPES = { F32: Float32Array, F64: Float64Array };
const LONGEST_HEADER = 10_000_000; // bytes

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

export function written({ metadata, tensors }: Contents): Uint8Array {
  const header: Record<string, Entry | Record<string, string>> = { __metadata__: metadata };
  let end = 0;
  const names = Object.keys(tensors).sort();
  for (const name of names) {
    const { shape, values } = tensors[name]!;
    header[name] = { dtype: dtype(values), shape, data_offsets: [end, end + values.byteLength] };
    end += values.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + length + end).fill(32, 8, 8 + length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(text, 8);
  let at = 8 + length;
  for (const name of names) {
    const { values } = tensors[name]!;
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return bytes;
}

/** What such a file has. Throws where it is none, or has tensors of other kinds. */
export function read(bytes: Uint8Array): Contents {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > Math.min(LONGEST_HEADER, bytes.length - 8)) throw new RangeError("a header longer than the file");
  const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, 8 + length));
  const { __metadata__, ...entries } = JSON.parse(text) as Record<string, Entry> & {
    __metadata__?: Record<string, string>;
  };
  const tensors: Record<string, Tensor> = {};
  let total = 8 + length;
  for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries(entries)) {
    const type = DTYPES[dtype as keyof typeof DTYPES];
    const [start, end] = [8 + length + offsets[0], 8 + length + offsets[1]];
    const wanted = shape.reduce((product, n) => product * n, type?.BYTES_PER_ELEMENT ?? NaN);
    if (end - start !== wanted || end > bytes.length) throw new RangeError(`no numbers of ${name}`);
    tensors[name] = { shape, values: new type(Uint8Array.from(bytes.subarray(start, end)).buffer) };
    total += wanted;
  }
  if (total !== bytes.length) throw new RangeError("tensors that overlap, or more than them");
  return { metadata: { ...__metadata__ }, tensors };
}

function dtype(values: Numbers): keyof typeof DTYPES {
  return values instanceof Float32Array ? "F32" : "F64";
}
