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
  /** Reserved bits between the operand before it and this one. */
  readonly gap: number;
  /** How many of its lowest bits each value of another operand leaves it; those above are reserved. Null: all. */
  readonly share: Share | null;
}

/** `bits[i]` of an operand are there where the operand called `of` is `i`. */
export interface Share {
  readonly of: string;
  readonly bits: readonly number[];
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

/** An operand that is a number, behind `gap` reserved bits. */
export const number = (name: string, width: number, about: string, gap = 0): Operand => ({
  ...{ name, width, about, gap },
  values: null,
  share: null,
});

/** An operand that is a number, of so many bits as the value of another one leaves it. */
export const shared = (name: string, width: number, about: string, share: Share): Operand => ({
  ...number(name, width, about),
  share,
});

/** An operand of which each value has a name. */
export const choice = (name: string, width: number, values: readonly string[], about: string): Operand => ({
  ...number(name, width, about),
  values,
});

/** Bit of an instruction at which each operand begins, and a 1 for each bit from 16 on that is always reserved. */
export function offsets({ operands }: Format): {
  readonly low: ReadonlyMap<string, number>;
  readonly reserved: bigint;
} {
  const low = new Map<string, number>();
  let end = 16;
  let reserved = (1n << BigInt(instructionBits)) - (1n << BigInt(end));
  for (const { name, width, gap } of operands) {
    low.set(name, end + gap);
    end += gap + width;
    reserved &= ~(((1n << BigInt(width)) - 1n) << BigInt(end - width));
  }
  return { low, reserved };
}

/** Which of the token bits an instruction of this unit may set: Load has no neighbour before it, Store none after. */
export function legalTokens(unit: Unit): readonly boolean[] {
  const [prev, next] = [unit !== "Controller" && unit !== "Load", unit !== "Controller" && unit !== "Store"];
  return [prev, next, prev, next];
}
