import type { SparseMemory } from "../../models/sparse-memory.ts";
import { type Int8Matrix, type Int32Matrix, int8Matrix, int32Matrix, referenceMatmul } from "../../workloads/matrix.ts";
import type { DramMap } from "../dram-map.ts";
import { requantiseSingle, type SingleScale, scaleWord } from "../requantise-single.ts";
import { type Int8Output, type MatmulTask, packWeights } from "./matmul-task.ts";

/** How sums become int8: a scale for each column. */
export interface MatmulOutput extends Omit<Int8Output, "scale"> {
  readonly scales: readonly SingleScale[];
}

/** C = A·W + bias with its numbers. */
export interface MatmulData {
  readonly a: Int8Matrix;
  readonly w: Int8Matrix;
  /** One for each column, or null for none; int8 results need one. */
  readonly bias: Int32Array | null;
  readonly output: MatmulOutput | null;
}

/** A matmul whose A and C lie where somebody else has put them, or will take them from. */
export interface PlacedMatrices {
  readonly a?: { readonly address: number; readonly stride: number };
}

/** Where a matmul's tensors lie, and the bytes of those that are not results of others. */
export interface PlacedMatmul {
  readonly task: MatmulTask;
  readonly contents: readonly { readonly address: number; readonly bytes: Uint8Array }[];
}

/** Gives a matmul's tensors their places in DRAM. @throws InputError where they do not fit */
export function placeMatmul(data: MatmulData, map: DramMap, side: number, placed: PlacedMatrices = {}): PlacedMatmul {
  const { a, w, bias, output } = data;
  const contents: { address: number; bytes: Uint8Array }[] = [];
  const put = (name: string, bytes: Uint8Array) => {
    const { address } = map.place(name, bytes.length);
    contents.push({ address, bytes });
    return address;
  };
  const aPlace = placed.a ?? { address: put("A", bytesOf(a.data)), stride: a.cols };
  const task: MatmulTask = {
    m: a.rows,
    k: a.cols,
    n: w.cols,
    a: aPlace.address,
    aStride: aPlace.stride,
    w: put("W", bytesOf(packWeights(w, side))),
    bias: bias === null ? null : put("bias", bytesOf(bias)),
    output:
      output === null ? null : { ...output, scale: put("scale", bytesOf(Int32Array.from(output.scales, scaleWord))) },
    c: map.place("C", a.rows * w.cols * (output === null ? 4 : 1)).address,
    cStride: w.cols * (output === null ? 4 : 1),
  };
  return { task, contents };
}

/** What C is to be. */
export function referenceResult({ a, w, bias, output }: MatmulData): Int8Matrix | Int32Matrix {
  const sums = referenceMatmul(a, w);
  if (bias) for (let i = 0; i < sums.data.length; i++) sums.data[i] = (sums.data[i] ?? 0) + (bias[i % sums.cols] ?? 0);
  if (!output) return sums;
  const range = int8Range(output);
  const c = int8Matrix(sums.rows, sums.cols);
  for (const [i, sum] of sums.data.entries()) {
    const scale = output.scales[i % sums.cols];
    if (scale) c.data[i] = requantiseSingle(sum, scale, range);
  }
  return c;
}

/** C as it lies in DRAM. */
export function readResult(memory: SparseMemory, { m, n, c, output }: MatmulTask): Int8Matrix | Int32Matrix {
  const bytes = memory.read(c, m * n * (output === null ? 4 : 1));
  return output === null
    ? int32Matrix(m, n, new Int32Array(bytes.buffer))
    : int8Matrix(m, n, new Int8Array(bytes.buffer));
}

/** What an activation leaves of int8's range. */
function int8Range({ activation, zeroPoint, low, high }: MatmulOutput) {
  return {
    zeroPoint,
    low: activation === "none" ? -128 : activation === "clip" ? low : zeroPoint,
    high: activation === "none" || activation === "relu" ? 127 : high,
  };
}

function bytesOf({ buffer, byteOffset, byteLength }: Int8Array | Int32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
