/** Row-major integer matrices, their reference product and their comparison. */
import type { Random } from "../bench/random.ts";

/** `data[r * cols + c]` is the element at row r, column c; at least one row and one column. */
export interface Int8Matrix {
  readonly rows: number;
  readonly cols: number;
  readonly data: Int8Array;
}

/** As `Int8Matrix`, with 32-bit elements. */
export interface Int32Matrix {
  readonly rows: number;
  readonly cols: number;
  readonly data: Int32Array;
}

/** The place of the first difference in row-major order, and the number of elements that differ. */
export interface Mismatch {
  readonly row: number;
  readonly col: number;
  readonly expected: number;
  readonly got: number;
  readonly count: number;
}

/**
 * `data`, or zeros, as a matrix. The array is kept, not copied.
 * @throws RangeError unless both sizes are at least 1 and `data` holds rows × cols elements
 */
export function int8Matrix(rows: number, cols: number, data?: Int8Array): Int8Matrix {
  const size = elements(rows, cols, data?.length);
  return { rows, cols, data: data ?? new Int8Array(size) };
}

/** As `int8Matrix`, with 32-bit elements. */
export function int32Matrix(rows: number, cols: number, data?: Int32Array): Int32Matrix {
  const size = elements(rows, cols, data?.length);
  return { rows, cols, data: data ?? new Int32Array(size) };
}

/** A matrix of uniform −128 … 127, drawn in row-major order. */
export function randomInt8Matrix(random: Random, rows: number, cols: number): Int8Matrix {
  const matrix = int8Matrix(rows, cols);
  for (let i = 0; i < matrix.data.length; i++) matrix.data[i] = random.int8();
  return matrix;
}

/**
 * The product of `a` (M × K) and `w` (K × N), M × N. Sums are 32 bits and wrap as the hardware's do; up to K = 131,071
 * none can (131,072 · 128² is 2^31), so that the product is then exact.
 * @throws RangeError where the inner dimensions differ
 */
export function referenceMatmul(a: Int8Matrix, w: Int8Matrix): Int32Matrix {
  if (a.cols !== w.rows) {
    throw new RangeError(`cannot multiply ${a.rows} × ${a.cols} by ${w.rows} × ${w.cols}: ${a.cols} ≠ ${w.rows}`);
  }
  const product = int32Matrix(a.rows, w.cols);
  for (let m = 0; m < a.rows; m++) {
    const sums = product.data.subarray(m * w.cols, (m + 1) * w.cols);
    for (let k = 0; k < a.cols; k++) {
      const factor = a.data[m * a.cols + k] ?? 0;
      if (factor === 0) continue;
      const row = k * w.cols;
      for (let n = 0; n < w.cols; n++) sums[n] = (sums[n] ?? 0) + Math.imul(factor, w.data[row + n] ?? 0);
    }
  }
  return product;
}

/**
 * Null where the two are equal, else the first difference and how many there are.
 * @throws RangeError where the shapes differ
 */
export function firstMismatch<T extends Int8Matrix | Int32Matrix>(expected: T, got: T): Mismatch | null {
  if (expected.rows !== got.rows || expected.cols !== got.cols) {
    throw new RangeError(
      `cannot compare ${got.rows} × ${got.cols} with the expected ${expected.rows} × ${expected.cols}`,
    );
  }
  let first = -1;
  let count = 0;
  for (let i = 0; i < expected.data.length; i++) {
    if (expected.data[i] === got.data[i]) continue;
    if (count === 0) first = i;
    count++;
  }
  if (count === 0) return null;
  return {
    row: Math.floor(first / expected.cols),
    col: first % expected.cols,
    expected: expected.data[first] ?? 0,
    got: got.data[first] ?? 0,
    count,
  };
}

function elements(rows: number, cols: number, given: number | undefined): number {
  const size = rows * cols;
  if (!(Number.isInteger(rows) && Number.isInteger(cols) && rows >= 1 && cols >= 1 && size < 2 ** 31)) {
    throw new RangeError(`${rows} × ${cols} is not a matrix: each size from 1, fewer than 2^31 elements`);
  }
  if (given !== undefined && given !== size) {
    throw new RangeError(`a ${rows} × ${cols} matrix has ${size} elements, not ${given}`);
  }
  return size;
}
