/**
 * Matrices in NumPy's .npy files: int8 read, int8 and int32 written. Every fault of a file is an `InputError` of one
 * line; nothing else is thrown whatever the bytes.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { explain, writeFileAtomically } from "../atomic-file.ts";
import { InputError } from "../input-error.ts";
import { type Int8Matrix, type Int32Matrix, int8Matrix } from "./matrix.ts";
import { encodeNpyHeader, parseNpyHeader } from "./npy-header.ts";

/** Fewer elements than this in a matrix, so that every index is an int32. */
const MAX_ELEMENTS = 2n ** 31n;
/** Larger files cannot hold a matrix of fewer than 2^31 bytes and a header of reasonable length. */
const MAX_FILE_BYTES = 2 ** 31 + 2 ** 16;

/**
 * The int8 matrix in the file `path`.
 * @throws InputError where the file cannot be read or `decodeInt8Npy` refuses its contents
 */
export function readInt8Npy(path: string): Int8Matrix {
  return decodeInt8Npy(readRegularFile(path), path);
}

/**
 * Writes `matrix` to the file `path` (C order, `|i1` or `<i4`), the whole file or nothing.
 * @throws InputError where `path` cannot be written
 */
export function writeNpy(path: string, matrix: Int8Matrix | Int32Matrix): void {
  writeFileAtomically(path, encodeNpy(matrix));
}

/**
 * The matrix in the bytes of a .npy file of rank 2 and type int8, in C or Fortran order.
 * @param name how errors name the file
 * @throws InputError for anything else, and for bytes missing or left over
 */
export function decodeInt8Npy(bytes: Uint8Array, name: string): Int8Matrix {
  const { descr, fortranOrder, shape, dataOffset } = parseNpyHeader(bytes, name);
  const wrong = (what: string) => new InputError(`${name}: ${what}`);
  if (descr === null || !/^[|<>=]?i1$/.test(descr)) {
    throw wrong(`its elements are ${describeType(descr)}, int8 ('|i1') wanted; convert with a.astype(numpy.int8)`);
  }
  const shown = `shape (${shape.map((size) => abbreviate(size)).join(", ")}${shape.length === 1 ? "," : ""})`;
  if (shape.some((size) => size < 0n)) throw wrong(`${shown} has a negative size; write the file anew with numpy.save`);
  const [rows, cols] = shape;
  if (shape.length !== 2 || rows === undefined || cols === undefined) {
    throw wrong(`${shown} has rank ${shape.length}, a matrix of rank 2 wanted; convert with a.reshape(rows, columns)`);
  }
  if (rows === 0n || cols === 0n) throw wrong(`${shown} has no elements; give at least one row and one column`);
  if (rows * cols >= MAX_ELEMENTS) throw wrong(`${shown} is too large, fewer than 2^31 elements wanted; split it`);
  const size = Number(rows * cols);
  const found = bytes.length - dataOffset;
  if (found !== size) {
    const fault = found < size ? "truncated" : "bytes left over after the array";
    throw wrong(`${fault}: ${shown} needs ${size} bytes of data, ${found} found; write the file anew with numpy.save`);
  }
  const data = new Int8Array(bytes.subarray(dataOffset));
  return fortranOrder ? transposed(data, Number(rows), Number(cols)) : int8Matrix(Number(rows), Number(cols), data);
}

/** The bytes of a .npy file, version 1.0, C order: `|i1` for int8 elements, `<i4` for int32. */
export function encodeNpy(matrix: Int8Matrix | Int32Matrix): Uint8Array {
  const { rows, cols, data } = matrix;
  const header = encodeNpyHeader(data instanceof Int8Array ? "|i1" : "<i4", [rows, cols]);
  const bytes = new Uint8Array(header.length + data.byteLength);
  bytes.set(header);
  const view = new DataView(bytes.buffer, header.length);
  if (data instanceof Int8Array) for (const [i, value] of data.entries()) view.setInt8(i, value);
  else for (const [i, value] of data.entries()) view.setInt32(4 * i, value, true);
  return bytes;
}

/** Column-major `data` as a row-major matrix of the same shape. */
function transposed(data: Int8Array, rows: number, cols: number): Int8Matrix {
  const matrix = int8Matrix(rows, cols);
  for (let col = 0; col < cols; col++) {
    for (let row = 0; row < rows; row++) matrix.data[row * cols + col] = data[col * rows + row] ?? 0;
  }
  return matrix;
}

const KINDS: ReadonlyMap<string, string> = new Map([
  ["i", "int"],
  ["u", "uint"],
  ["f", "float"],
  ["c", "complex"],
]);
const OTHER_KINDS: ReadonlyMap<string, string> = new Map([
  ["b", "booleans"],
  ["O", "Python objects"],
  ["S", "byte strings"],
  ["U", "strings"],
  ["V", "raw bytes"],
  ["M", "dates"],
  ["m", "durations"],
]);

/** `float32 ('<f4')`, `big-endian int32 ('>i4')`, `strings ('<U3')`, or the type string alone. */
function describeType(descr: string | null): string {
  if (descr === null) return "of a structured type";
  const quoted = `'${descr.slice(0, 40)}'`;
  const [, order, kind, size] = /^([|<>=]?)([A-Za-z])(\d{0,4})/.exec(descr) ?? [];
  const number = KINDS.get(kind ?? "");
  const noun = number === undefined ? OTHER_KINDS.get(kind ?? "") : `${number}${8 * Number(size)}`;
  if (noun === undefined) return `of the unknown type ${quoted}`;
  return `${order === ">" ? "big-endian " : ""}${noun} (${quoted})`;
}

/** At most 20 digits of a size. */
function abbreviate(size: bigint): string {
  const digits = size.toString();
  return digits.length <= 20 ? digits : `${digits.slice(0, 8)}… (${digits.length} digits)`;
}

function readRegularFile(path: string): Uint8Array {
  try {
    // Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const status = fstatSync(file);
      if (status.isDirectory()) throw new InputError(`${path}: cannot read: it is a folder; give the name of a file`);
      if (!status.isFile()) throw new InputError(`${path}: cannot read: not a regular file; save the array to one`);
      if (status.size > MAX_FILE_BYTES) {
        throw new InputError(`${path}: ${status.size} bytes are too many, fewer than 2^31 elements wanted; split it`);
      }
      const bytes = new Uint8Array(status.size);
      let at = 0;
      for (let got = -1; at < bytes.length && got !== 0; at += got)
        got = readSync(file, bytes, at, bytes.length - at, at);
      return bytes.subarray(0, at);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${path}: cannot read: ${explain(error)}`, { cause: error });
  }
}
