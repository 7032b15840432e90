import { cat, pipe, reg, UInt, type UInt as UIntType } from "../../../hdl/index.ts";

/** A word of stimulus and of a checksum. */
export const Word = UInt(32);
export type Word = UIntType<32>;

/**
 * `count` words that are random to what they feed: the first is a xorshift register (Marsaglia 2003, shifts 13, 17, 5,
 * period 2^32 − 1), each further one is what the one before it was a cycle ago. So stimulus costs little beside the
 * design that it feeds.
 */
export function randomWords(count: number, seed = 0x2545f491): readonly Word[] {
  const state = reg(Word, seed);
  const a = state.xor(state.shl(13));
  const b = a.xor(a.shr(17));
  state.next = b.xor(b.shl(5));
  const words: Word[] = [state];
  for (let previous: Word = state; words.length < count; words.push(previous)) previous = pipe(previous, seed);
  return words;
}

/** 1 in 7 of 8 cycles, at random, from three bits of a random word. */
export function mostly(word: Word, low: number): UIntType<1> {
  return word.bits(low, 3).any();
}

/** A register that takes up all `words` in every cycle: rotated left by one, then exclusive or. */
export function checksumOf(words: readonly Word[]): Word {
  const checksum = reg(Word, 0);
  const rotated = cat(checksum.bits(0, 31), checksum.bit(31));
  checksum.next = words.reduce((all, word) => all.xor(word), rotated);
  return checksum;
}
