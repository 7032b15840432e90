import { Bundle, UInt } from "../../lang/index.ts";

/** Where an instruction goes: one of the four queues, or the controller itself. */
export const units = ["Load", "Execute", "Vector", "Store", "Controller"] as const;
export type Unit = (typeof units)[number];

/** Bits of an instruction. */
export const instructionBits = 128;

/**
 * The lowest 16 bits of every instruction. A token is popped from, or pushed to, the semaphore between a queue and its
 * neighbour (`prev` towards Load, `next` towards Store): pops before the instruction begins, pushes when it is done.
 */
export const Header = Bundle({
  op: UInt(4),
  popPrev: UInt(1),
  popNext: UInt(1),
  pushPrev: UInt(1),
  pushNext: UInt(1),
  sub: UInt(3),
  flags: UInt(5),
});

/** The four token bits of the header, from bit 4. */
export const tokens: readonly string[] = ["pop_prev", "pop_next", "push_prev", "push_next"];

/** One operand: `width` bits, unsigned. */
export interface Operand {
  readonly name: string;
  readonly width: number;
  readonly about: string;
  /** What the values are called, from 0; larger ones are illegal. Null: a number. */
  readonly values: readonly string[] | null;
}

/** How the instructions of one opcode look. Bits that no operand covers are reserved and 0. */
export interface Format {
  readonly mnemonic: string;
  readonly opcode: number;
  readonly unit: Unit;
  readonly about: string;
  /** Values of `sub` by name, from 0; empty: `sub` is reserved. */
  readonly subs: readonly string[];
  /** Bits of `flags` by name, from bit 0; bits beyond are reserved. */
  readonly flags: readonly string[];
  /** From bit 16 upwards. */
  readonly operands: readonly Operand[];
}

/** An operand that is a number. */
export const number = (name: string, width: number, about: string): Operand => ({ name, width, about, values: null });

/** An operand of which each value has a name. */
export const choice = (name: string, width: number, values: readonly string[], about: string): Operand => ({
  name,
  width,
  about,
  values,
});

/** Bit of an instruction at which each operand begins, and the first reserved bit after them. */
export function offsets({ operands }: Format): { readonly low: ReadonlyMap<string, number>; readonly end: number } {
  const low = new Map<string, number>();
  let end = 16;
  for (const { name, width } of operands) {
    low.set(name, end);
    end += width;
  }
  return { low, end };
}

/** Which of the token bits an instruction of this unit may set: Load has no neighbour before it, Store none after. */
export function legalTokens(unit: Unit): readonly boolean[] {
  const [prev, next] = [unit !== "Controller" && unit !== "Load", unit !== "Controller" && unit !== "Store"];
  return [prev, next, prev, next];
}
