/**
 * What a testbench process gives an input in every cycle, in our simulator and in C++ alike:
 *
 * - `random`: new random bits. `mostly`: 1 in 7 of 8 cycles, from three of them.
 * - `window`: 1 in the cycles of each `period` from `from` on, `length` of them, and 0 in the others.
 */
export type Drive = { readonly kind: "random" | "mostly" } | Window;

export interface Window {
  readonly kind: "window";
  readonly period: number;
  readonly from: number;
  readonly length: number;
}

/** The seed of all random bits of a driven run: words of a xorshift generator of 32 bits (shifts 13, 17, 5). */
export const driveSeed = 0x2545f491;

/** Where the random bits of an input come from in every cycle. */
export interface RandomBits {
  /** They are in a new word; else in the word of the input before. */
  readonly fresh: boolean;
  /** The lowest of them in the word. */
  readonly low: number;
  readonly count: number;
}

/**
 * Shares random words among inputs in their order, so that stimulus costs little beside what it is given to: each input
 * takes the next one, two or four bytes of a word, or the lowest of a new one.
 * @throws RangeError for an input of more than 32 bits
 */
export function shareWords(inputs: readonly { readonly width: number; readonly drive: Drive }[]): RandomBits[] {
  let next = 4;
  return inputs.map(({ width, drive }) => {
    if (width > 32) throw new RangeError(`an input is ${width} bits wide; driven ports have up to 32`);
    const bytes = width <= 8 ? 1 : width <= 16 ? 2 : 4;
    const first = bytes * Math.ceil(next / bytes);
    const fresh = first + bytes > 4;
    const low = fresh ? 0 : first;
    next = low + bytes;
    return { fresh, low: 8 * low, count: drive.kind === "mostly" ? 3 : width };
  });
}
