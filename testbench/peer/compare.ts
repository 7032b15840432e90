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

/** How a peer's answers lie, and what of them counts. */
export interface AnswersOfCase {
  /** Where the case's outputs begin in the peer's `stride` words of a cycle. */
  readonly at: number;
  readonly stride: number;
  /** The number of the first cycle. */
  readonly first: number;
  /** Cycles below this one are not compared. */
  readonly skip: number;
  /** Whether a bit that the peer does not know is a difference. */
  readonly undefinedDiffers: boolean;
}

/**
 * Compares what we say of some cycles with what a peer does.
 * @param ours the outputs of one case, cycle by cycle; the peer may say more cycles
 */
export function firstMismatch(
  layout: PinLayout,
  ours: Uint32Array,
  { words, unknown }: Answers,
  { at, stride, first, skip, undefinedDiffers }: AnswersOfCase,
): Mismatch | null {
  const { outputWords, outputs } = layout;
  if (outputWords === 0) return null;
  const from = Math.max(0, skip - first);
  for (let cycle = from; cycle * outputWords < ours.length; cycle++) {
    const [own, theirs] = [cycle * outputWords, at + cycle * stride];
    for (let i = 0; i < outputWords; i++) {
      const open = unknown?.[theirs + i] ?? 0;
      const different = (ours[own + i] ?? 0) ^ (words[theirs + i] ?? 0);
      if (undefinedDiffers ? different === 0 && open === 0 : (different & ~open) === 0) continue;
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
  }
  return null;
}
