import type { Answers } from "./peer.ts";
import type { Field, PinLayout } from "./pin-layout.ts";

/** The first output that is not the same on both sides. */
export interface Mismatch {
  /** Cycle of the implicit domain, from 0. */
  readonly cycle: number;
  readonly output: string;
  readonly width: number;
  readonly ours: bigint;
  readonly theirs: bigint;
  /** Bits of the peer's value that are x or z. */
  readonly unknown: bigint;
}

const valueAt = (words: Uint32Array, at: number, { words: count, width }: Field): bigint => {
  let value = 0n;
  for (let i = count - 1; i >= 0; i--) value = (value << 32n) | BigInt(words[at + i] ?? 0);
  return BigInt.asUintN(width, value);
};

/**
 * Compares what we say of some cycles with what a peer does.
 * @param ours the outputs of one case, cycle by cycle; the peer may say more cycles
 * @param at where the case's outputs begin in the peer's `stride` words of a cycle
 * @param first the number of the first cycle
 */
export function firstMismatch(
  layout: PinLayout,
  ours: Uint32Array,
  { words, unknown }: Answers,
  at: number,
  stride: number,
  first: number,
): Mismatch | null {
  const { outputWords, outputs } = layout;
  if (outputWords === 0) return null;
  for (let cycle = 0, own = 0, theirs = at; own < ours.length; cycle++, own += outputWords, theirs += stride)
    for (let i = 0; i < outputWords; i++) {
      if (ours[own + i] === words[theirs + i] && (unknown === null || unknown[theirs + i] === 0)) continue;
      const field = [...outputs.values()].find((one) => i >= one.first && i < one.first + one.words);
      if (!field) throw new RangeError(`no output has word ${i}`);
      return {
        cycle: first + cycle,
        output: field.name,
        width: field.width,
        ours: valueAt(ours, own + field.first, field),
        theirs: valueAt(words, theirs + field.first, field),
        unknown: unknown ? valueAt(unknown, theirs + field.first, field) : 0n,
      };
    }
  return null;
}
