import { evaluate } from "../../hdl/netlist/index.ts";
import { wideOperations } from "./wide-code.ts";

/** Reads ⌈width / 32⌉ little-endian words at a byte address. */
export function readWide(words: Uint32Array, address: number, width: number): bigint {
  let value = 0n;
  for (let i = Math.ceil(width / 32) - 1; i >= 0; i--) value = (value << 32n) | BigInt(words[address / 4 + i] ?? 0);
  return value;
}

/** Writes ⌈width / 32⌉ little-endian words at a byte address. */
export function writeWide(words: Uint32Array, address: number, width: number, value: bigint): void {
  for (let i = 0; i < Math.ceil(width / 32); i++)
    words[address / 4 + i] = Number(BigInt.asUintN(32, value >> BigInt(32 * i)));
}

/**
 * The multiplications, divisions and variable shifts of values wider than 64 bits, which compiled code calls with
 * addresses in its memory: bigints have these at the speed of the machine, loops over limbs in WebAssembly do not.
 */
export function wideOperation(words: () => Uint32Array) {
  return (operation: number, result: number, a: number, b: number, width: number): void => {
    const kind = wideOperations[operation];
    if (!kind) throw new RangeError(`no wide operation ${operation}`);
    const memory = words();
    const shift = kind === "shl" || kind === "shru" || kind === "shrs";
    const operands = [readWide(memory, a, width), shift ? BigInt(b >>> 0) : readWide(memory, b, width)];
    const value = evaluate(
      { kind, width, a: 0, b: 1 },
      (id) => operands[id] ?? 0n,
      () => width,
    );
    writeWide(memory, result, width, value);
  };
}
