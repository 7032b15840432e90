import type { Format } from "../../hdl/netlist/index.ts";
import { SimulationError } from "../../sim/engine.ts";

/** Reads the value that a testbench sees out of a signal's words. */
export type Decode = (words: Uint32Array) => number | bigint | string;

/** The widest width of which values are numbers. */
const exactWidth = 53;

/**
 * How values of a format are read: numbers up to 53 bits and bigints above, two's complement where signed, states by
 * name (`#5` for a code that has none).
 */
export function decoder(width: number, format: Format): Decode {
  if (format.kind === "enum") {
    const { labels } = format;
    return (words) => labels[words[0] ?? 0] ?? `#${words[0]}`;
  }
  const signed = format.kind === "sint";
  if (width <= 32) {
    const shift = 32 - width;
    return signed ? (words) => ((words[0] ?? 0) << shift) >> shift : (words) => words[0] ?? 0;
  }
  if (width <= exactWidth) {
    const shift = 64 - width;
    const high: (word: number) => number = signed ? (word) => (word << shift) >> shift : (word) => word;
    return (words) => high(words[1] ?? 0) * 2 ** 32 + (words[0] ?? 0);
  }
  return (words) => {
    let bits = 0n;
    for (let i = words.length - 1; i >= 0; i--) bits = (bits << 32n) | BigInt(words[i] ?? 0);
    return signed ? BigInt.asIntN(width, bits) : bits;
  };
}

/** The bits of a value of up to 32 bits; `name` says in errors what was written. */
export function narrowEncoder(width: number, format: Format, name: string): (value: unknown) => number {
  if (format.kind === "enum") {
    const codes = new Map<unknown, number>(format.labels.map((label, code) => [label, code]));
    const states = format.labels.join(", ");
    return (value) => codes.get(value) ?? refuse(name, `${shown(value)} is no state`, `write one of ${states}`);
  }
  const signed = format.kind === "sint";
  const low = signed ? -(2 ** (width - 1)) : 0;
  const high = 2 ** (signed ? width - 1 : width) - 1;
  const mask = width === 32 ? -1 : 2 ** width - 1;
  return (value) => {
    const number = typeof value === "number" ? value : wholeNumber(value, name, low, high);
    if (number >= low && number <= high && Math.trunc(number) === number) return (number & mask) >>> 0;
    return refuseRange(name, value, low, high);
  };
}

/** The bits of a value of any width. */
export function wideEncoder(width: number, format: Format, name: string): (value: unknown) => bigint {
  const signed = format.kind === "sint";
  const low = signed ? -(1n << BigInt(width - 1)) : 0n;
  const high = (1n << BigInt(signed ? width - 1 : width)) - 1n;
  return (value) => {
    if (typeof value === "number" && !Number.isSafeInteger(value)) return refuseRange(name, value, low, high);
    if (typeof value !== "number" && typeof value !== "bigint" && typeof value !== "boolean")
      return refuseRange(name, value, low, high);
    const integer = BigInt(value);
    if (integer < low || integer > high) return refuseRange(name, value, low, high);
    return BigInt.asUintN(width, integer);
  };
}

/** Throws the error of a bad value: what was written where, and what may be. */
export function refuse(name: string, problem: string, mend: string): never {
  throw new SimulationError(`${name}: ${problem}; ${mend}`);
}

/** A value as an error shows it: short, on one line. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return typeof value === "object" && value !== null ? "an object" : String(value);
}

function wholeNumber(value: unknown, name: string, low: number, high: number): number {
  return typeof value === "bigint" || typeof value === "boolean" ? Number(value) : refuseRange(name, value, low, high);
}

function refuseRange(name: string, value: unknown, low: number | bigint, high: number | bigint): never {
  return refuse(name, `${shown(value)} does not fit`, `write a whole number from ${low} to ${high}`);
}
