/**
 * What a testbench process gives an input in every cycle, in our simulator and in C++ alike:
 *
 * - `random`: new random bits. `mostly`: 1 in 7 of 8 cycles, at random.
 * - `window`: 1 in the cycles of each `period` from `from` on, `length` of them, and 0 in the others.
 */
export type Drive =
  | { readonly kind: "random" | "mostly" }
  | { readonly kind: "window"; readonly period: number; readonly from: number; readonly length: number };

/** The seed of all random bits of a driven run. */
export const driveSeed = 0x2545f491;

/** The next state of the xorshift generator of 32 bits; every word of random bits is one. */
export function xorshift(state: number): number {
  let next = state ^ (state << 13);
  next ^= next >>> 17;
  next ^= next << 5;
  return next >>> 0;
}

/** A checksum that takes up one more word. */
export function folded(checksum: number, word: number): number {
  return (((checksum << 1) | (checksum >>> 31)) ^ word) >>> 0;
}
