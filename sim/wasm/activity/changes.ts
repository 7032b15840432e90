import type { Code } from "../code.ts";
import { Access, I32, Op } from "../opcodes.ts";

/**
 * Collects, within one function, whether anything changed that certain parts take, and wakes these where the function
 * ends: one test for each set of parts, however much they take.
 */
export class Changes {
  readonly #code: Code;
  readonly #flags: number;
  readonly #noted = new Map<string, { readonly changed: number; readonly parts: readonly number[] }>();

  /** `flags` is the address of the parts' flags. */
  constructor(code: Code, flags: number) {
    this.#code = code;
    this.#flags = flags;
  }

  /** Takes from the stack an i32 that is not 0 where something changed that these parts take. */
  note(parts: readonly number[]): void {
    if (parts.length === 0) {
      this.#code.op(Op.drop);
      return;
    }
    const key = parts.join();
    const noted = this.#noted.get(key) ?? { changed: this.#code.local(I32), parts };
    this.#noted.set(key, noted);
    this.#code.get(noted.changed);
    this.#code.op(Op.i32Or);
    this.#code.set(noted.changed);
  }

  /** Wakes the parts for which something changed. */
  wake(): void {
    for (const { changed, parts } of this.#noted.values()) {
      this.#code.get(changed);
      this.#code.branch(null, () => wakeParts(this.#code, this.#flags, parts));
    }
  }
}

/** Parts whose flags are in one word from so many on are woken together. */
const fewestTogether = 3;

/** Wakes parts, given in ascending order. */
export function wakeParts(code: Code, flags: number, parts: readonly number[]): void {
  const words = new Map<number, number[]>();
  for (const part of parts) {
    const word = Math.floor(part / 8);
    const own = words.get(word) ?? [];
    words.set(word, own);
    own.push(part);
  }
  for (const [word, own] of words)
    if (own.length < fewestTogether)
      for (const part of own) code.storeAt(Access.store32To8, flags + part, () => code.i32(1));
    else
      code.storeAt(Access.store64, flags + 8 * word, () => {
        code.loadFrom(Access.load64, flags + 8 * word);
        code.i64(own.reduce((bits, part) => bits | (1n << BigInt(8 * (part % 8))), 0n));
        code.op(Op.i64Or);
      });
}
