import { ones } from "../hdl/netlist/index.ts";

/** How many 32-bit words hold `width` bits. */
export function wordCount(width: number): number {
  return Math.ceil(width / 32);
}

/** The number in little-endian 32-bit words; bits from `width` up are dropped. */
export function readWords(words: Uint32Array, width: number): bigint {
  let value = 0n;
  words.forEach((word, i) => {
    value |= BigInt(word) << BigInt(32 * i);
  });
  return BigInt.asUintN(width, value);
}

/** Fills all of `words` with `value`, least significant word first. */
export function writeWords(words: Uint32Array, value: bigint): void {
  for (let i = 0; i < words.length; i++) words[i] = Number(BigInt.asUintN(32, value >> BigInt(32 * i)));
}

/** Numbers ≥ 0 as bytes. */
export function encodeNumbers(numbers: readonly bigint[]): Uint8Array {
  return new TextEncoder().encode(numbers.map((number) => number.toString(16)).join(" "));
}

/** The numbers that `encodeNumbers` wrote; null for other bytes. */
export function decodeNumbers(bytes: Uint8Array): bigint[] | null {
  const text = new TextDecoder().decode(bytes);
  if (!/^[0-9a-f]+( [0-9a-f]+)*$/.test(text)) return null;
  return text.split(" ").map((digits) => BigInt(`0x${digits}`));
}

/** The value as a bigint; throws a RangeError unless it is a whole number from 0 to below 2^width. */
export function fitting(value: bigint | number, width: number, what: string): bigint {
  if (typeof value === "number" && !Number.isSafeInteger(value))
    throw new RangeError(`${value} for ${what} is not a whole number that JavaScript holds exactly; use a bigint`);
  const bits = BigInt(value);
  if (bits !== BigInt.asUintN(width, bits))
    throw new RangeError(`${value} does not fit ${what}, which takes 0 to ${ones(width)} (${width} bits)`);
  return bits;
}

/** Throws a RangeError for a word that a memory does not have. */
export function checkAddress(memory: string, address: number, depth: number): void {
  if (!Number.isInteger(address) || address < 0 || address >= depth)
    throw new RangeError(`${memory} has no word ${address}; its addresses are 0 to ${depth - 1}`);
}
