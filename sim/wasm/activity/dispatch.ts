import type { Callable, Code } from "../code.ts";
import { Access, Op } from "../opcodes.ts";
import type { WasmModule } from "../wasm-module.ts";

/** Parts whose flags are looked at in one function. */
const functionParts = 256;
/** Flags in one word. */
const together = 8;

/** What is done for a part where its flag is set. */
export interface Dispatched {
  readonly part: number;
  readonly calls: readonly Callable[];
  /** What is done before these. */
  readonly before: (code: Code) => void;
}

/**
 * Writes functions that, called in order, go through the flags from one part to the next, in ascending order, and clear
 * each that is set before they do what it stands for. One look at a word passes over eight parts that sleep.
 */
export function writeDispatch(module: WasmModule, flags: number, parts: readonly Dispatched[]): Callable[] {
  const functions: Callable[] = [];
  for (let first = 0; first < parts.length; first += functionParts) {
    const callable = module.declare();
    functions.push(callable);
    const { code } = callable;
    const words = new Map<number, Dispatched[]>();
    for (const one of parts.slice(first, first + functionParts)) {
      const word = Math.floor(one.part / together);
      words.set(word, [...(words.get(word) ?? []), one]);
    }
    for (const [word, own] of words) {
      code.loadFrom(Access.load64, flags + together * word);
      code.op(Op.i64Eqz, Op.i32Eqz);
      code.branch(null, () => {
        for (const { part, before, calls } of own) {
          code.loadFrom(Access.load32From8, flags + part);
          code.branch(null, () => {
            code.storeAt(Access.store32To8, flags + part, () => code.i32(0));
            before(code);
            for (const call of calls) code.call(call);
          });
        }
      });
    }
  }
  return functions;
}
