import { InputError } from "../input-error.ts";
import { type PythonLiteral, PythonLiteralError, parsePythonLiteral } from "./python-literal.ts";

/** The type string, order and shape of the array in a .npy file, and where its elements begin. */
export interface NpyHeader {
  /** A NumPy type string such as `|i1`, or null for a structured type. */
  readonly descr: string | null;
  readonly fortranOrder: boolean;
  readonly shape: readonly bigint[];
  readonly dataOffset: number;
}

const MAGIC = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59);
const KEYS = ["descr", "fortran_order", "shape"];
/** A limit as NumPy has one (10,000 by default): an honest header of a matrix is 118 bytes long. */
const MAX_HEADER_BYTES = 10_000;
/** NumPy's own alignment of the elements, in bytes. */
const ALIGNMENT = 64;
const HOW_TO_MEND = "write the file anew with numpy.save";

/**
 * Reads the header of a .npy file, versions 1.0, 2.0 and 3.0, as numpy.lib.format describes it: magic `\x93NUMPY`, two
 * bytes of version, the header's length (16 bits little-endian in version 1, 32 after), then a Python dictionary in
 * Latin-1 (UTF-8 in version 3) with exactly the keys descr, fortran_order and shape.
 * @param name how errors name the file
 * @throws InputError where any of it is not so
 */
export function parseNpyHeader(bytes: Uint8Array, name: string): NpyHeader {
  const wrong = (what: string) => new InputError(`${name}: ${what}; ${HOW_TO_MEND}`);
  if (bytes.length === 0) throw wrong("the file is empty");
  if (MAGIC.some((byte, i) => i < bytes.length && bytes[i] !== byte)) {
    throw wrong("not a .npy file: it does not begin with \\x93NUMPY");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const need = (size: number, what: string) => {
    if (bytes.length < size) {
      throw wrong(`truncated in its ${what}: ${size} bytes expected, ${bytes.length} found`);
    }
  };
  need(8, "magic");
  const major = view.getUint8(6);
  const minor = view.getUint8(7);
  if (major < 1 || major > 3 || minor !== 0) {
    throw wrong(`.npy version ${major}.${minor} is unknown; versions 1.0, 2.0 and 3.0 are read`);
  }
  const start = major === 1 ? 10 : 12;
  need(start, "header length");
  const headerLength = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (headerLength > MAX_HEADER_BYTES) {
    throw wrong(`its header claims ${headerLength} bytes, at most ${MAX_HEADER_BYTES} are read`);
  }
  const dataOffset = start + headerLength;
  need(dataOffset, "header");
  const text = new TextDecoder(major === 3 ? "utf-8" : "latin1").decode(bytes.subarray(start, dataOffset));
  return { ...readDictionary(text, wrong), dataOffset };
}

/** Magic, version 1.0 and header of a C-ordered array, padded so that the elements begin at a multiple of 64 bytes. */
export function encodeNpyHeader(descr: string, shape: readonly number[]): Uint8Array {
  const sizes = shape.map((size) => `${size},`).join(" ");
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${sizes.replace(/(, \d+),$/, "$1")}), }`;
  const length = Math.ceil((10 + dictionary.length + 1) / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(length);
  bytes.set(MAGIC);
  bytes[6] = 1;
  new DataView(bytes.buffer).setUint16(8, length - 10, true);
  bytes.set(new TextEncoder().encode(`${dictionary.padEnd(length - 11)}\n`), 10);
  return bytes;
}

function readDictionary(text: string, wrong: (what: string) => InputError): Omit<NpyHeader, "dataOffset"> {
  let literal: PythonLiteral;
  try {
    literal = parsePythonLiteral(text);
  } catch (error) {
    if (!(error instanceof PythonLiteralError)) throw error;
    throw wrong(`its header is not a Python dictionary: ${error.message}`);
  }
  if (literal.kind !== "dict") throw wrong(`its header is a Python ${literal.kind}, not a dictionary`);
  for (const key of KEYS) if (!literal.entries.has(key)) throw wrong(`its header has no '${key}'`);
  for (const key of literal.entries.keys()) {
    if (!KEYS.includes(key)) throw wrong(`its header has an unknown key '${key.slice(0, 40)}'`);
  }
  const descr = literal.entries.get("descr");
  const order = literal.entries.get("fortran_order");
  const shape = literal.entries.get("shape");
  if (descr?.kind !== "string" && descr?.kind !== "list" && descr?.kind !== "tuple") {
    throw wrong(`'descr' in its header is a Python ${descr?.kind}, not a type`);
  }
  if (order?.kind !== "boolean") throw wrong(`'fortran_order' in its header is a Python ${order?.kind}, not a boolean`);
  if (shape?.kind !== "tuple") throw wrong(`'shape' in its header is a Python ${shape?.kind}, not a tuple`);
  const sizes = shape.items.map((size) => {
    if (size.kind !== "integer") throw wrong(`'shape' in its header holds a Python ${size.kind}, not integers only`);
    return size.value;
  });
  return { descr: descr.kind === "string" ? descr.text : null, fortranOrder: order.value, shape: sizes };
}
