import type { Code } from "../code.ts";
import { I32, Op } from "../opcodes.ts";
import type { Step } from "./chunk-loops.ts";

/** An address as code has it: what a local holds, if any, plus a constant. */
export interface Place {
  readonly pointer: number | null;
  readonly offset: number;
}

/**
 * The locals that walk through memory in a loop of so many rounds: one for each step. A pointer that goes down starts so
 * high that it ends at zero, since an address has no sign.
 */
export class LoopPointers {
  readonly #code: Code;
  readonly #rounds: number;
  readonly #locals = new Map<number, number>();

  constructor(code: Code, rounds: number) {
    this.#code = code;
    this.#rounds = rounds;
  }

  place(step: Step | undefined): Place {
    if (step?.kind !== "affine") throw new RangeError("an address in a loop was not put in order");
    if (step.step === 0 || this.#rounds === 1) return { pointer: null, offset: step.first };
    const lowest = Math.min(step.first, step.first + (this.#rounds - 1) * step.step);
    return { pointer: this.#local(step.step), offset: lowest };
  }

  /** Writes the loop around a body. */
  loop(steps: readonly Step[], body: () => void): void {
    const code = this.#code;
    for (const step of steps) this.place(step);
    for (const [step, local] of this.#locals) {
      code.i32(step < 0 ? -step * (this.#rounds - 1) : 0);
      code.set(local);
    }
    const left = code.local(I32);
    code.i32(this.#rounds);
    code.set(left);
    code.loop(() => {
      body();
      for (const [step, local] of this.#locals) {
        code.get(local);
        code.i32(step);
        code.op(Op.i32Add);
        code.set(local);
      }
      code.get(left);
      code.i32(1);
      code.op(Op.i32Sub);
      code.tee(left);
      code.brIf(0);
    });
  }

  #local(step: number): number {
    const known = this.#locals.get(step);
    if (known !== undefined) return known;
    const local = this.#code.local(I32);
    this.#locals.set(step, local);
    return local;
  }
}
