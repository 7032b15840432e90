import type { Callable } from "./code.ts";
import type { LimbFunction } from "./limb.ts";
import { add, bitwise, multiply, subtract } from "./limb-arithmetic.ts";
import { any, clamp, equal, lessSigned, lessUnsigned, parity, update } from "./limb-compare.ts";
import { divideSigned, divideUnsigned } from "./limb-division.ts";
import { applyInit, insert, insertWord, maskedWrite, shiftLeft, shiftRight, slice } from "./limb-move.ts";
import { Op } from "./opcodes.ts";
import type { WasmModule } from "./wasm-module.ts";

/**
 * Functions on numbers in memory: little-endian limbs of 32 bits, at least one, bits above the width zero on the way in.
 * On the way out the bits of the top limb above the width are whatever they are: the caller masks them.
 */
const functions = {
  and: bitwise(Op.i32And),
  or: bitwise(Op.i32Or),
  xor: bitwise(Op.i32Xor),
  add,
  subtract,
  multiply,
  divideUnsigned,
  divideSigned,
  equal,
  lessUnsigned,
  lessSigned,
  any,
  parity,
  update,
  clamp,
  shiftLeft,
  shiftRight,
  slice,
  insert,
  insertWord,
  maskedWrite,
  applyInit,
} as const satisfies Record<string, LimbFunction>;

export type RuntimeName = keyof typeof functions;

/** The functions on limbs that a module uses, each added when it is first asked for. */
export class Runtime {
  readonly #module: WasmModule;
  readonly #used = new Map<RuntimeName, Callable>();

  constructor(module: WasmModule) {
    this.#module = module;
  }

  get(name: RuntimeName): Callable {
    const known = this.#used.get(name);
    if (known) return known;
    const { parameters, results, write } = functions[name];
    const added = this.#module.declare(parameters, results);
    this.#used.set(name, added);
    write(added.code, (other) => this.get(other));
    return added;
  }
}
