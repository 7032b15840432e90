/**
 * What a testbench process gives an input in every cycle, in our simulator and in C++ alike:
 *
 * - `random`: new random bits. `mostly`: 1 in 7 of 8 cycles, at random.
 * - `window`: 1 in the cycles of each `period` from `from` on, `length` of them, and 0 in the others.
 */
export type Drive =
  | { readonly kind: "random" | "mostly" }
  | { readonly kind: "window"; readonly period: number; readonly from: number; readonly length: number };

/**
 * The seed of all random bits of a driven run. They come from a xorshift generator of 32 bits (shifts 13, 17, 5), a step
 * for every random input in every cycle.
 */
export const driveSeed = 0x2545f491;
