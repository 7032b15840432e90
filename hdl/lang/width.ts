/**
 * Arithmetic on widths in the type checker. A width is a literal number type; sums are computed on its decimal digits
 * with tuples, so that a step costs the checker a few instantiations a digit and stays exact to 9,999 bits.
 */
type Digits = {
  0: [];
  1: [0];
  2: [0, 0];
  3: [0, 0, 0];
  4: [0, 0, 0, 0];
  5: [0, 0, 0, 0, 0];
  6: [0, 0, 0, 0, 0, 0];
  7: [0, 0, 0, 0, 0, 0, 0];
  8: [0, 0, 0, 0, 0, 0, 0, 0];
  9: [0, 0, 0, 0, 0, 0, 0, 0, 0];
};
type TimesTen<T extends 0[]> = [...T, ...T, ...T, ...T, ...T, ...T, ...T, ...T, ...T, ...T];
type Tuple<S extends string, A extends 0[] = []> = S extends `${infer Digit extends keyof Digits}${infer Rest}`
  ? Tuple<Rest, [...TimesTen<A>, ...Digits[Digit]]>
  : A;

/**
 * Deliberately unknown to the checker: a width or a type that only elaboration knows. It unifies with every width, and
 * the elaborator checks what the editor could not.
 */
// biome-ignore lint/suspicious/noExplicitAny: the one place where a width is deliberately unknown to the checker
export type Dynamic = any;

/** The width A + B; unknown where either is. */
export type Sum<A extends number, B extends number> = number extends A | B
  ? Dynamic
  : [...Tuple<`${A}`>, ...Tuple<`${B}`>]["length"] & number;

// biome-ignore format: one line a decade
type Exact =
  | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10
  | 11 | 12 | 13 | 14 | 15 | 16 | 17 | 18 | 19 | 20
  | 21 | 22 | 23 | 24 | 25 | 26 | 27 | 28 | 29 | 30
  | 31 | 32 | 33 | 34 | 35 | 36 | 37 | 38 | 39 | 40
  | 41 | 42 | 43 | 44 | 45 | 46 | 47 | 48 | 49 | 50
  | 51 | 52 | 53;

/** What a testbench sees of W bits: a number up to 53 bits, where numbers are exact, and a bigint above. */
export type Value<W extends number> = number extends W ? number | bigint : W extends Exact ? number : bigint;

/** What may stand for a number in hardware: an integer, checked against the width at elaboration. */
export type Literal = number | bigint;

/** The widest width of which values are numbers in testbenches. */
export const exactWidth = 53;

/** Bits needed to tell `n` things apart, at least 1: ⌈log₂ n⌉. Its type is unknown to the checker. */
export function clog2(n: number): Dynamic {
  if (!Number.isSafeInteger(n) || n < 1) throw new RangeError(`clog2 needs a whole number from 1 up, not ${n}`);
  let width = 0;
  while (2 ** width < n) width++;
  return Math.max(1, width);
}

/** Throws a RangeError unless `width` is a whole number from 1 to 65,536. */
export function checkWidth(width: number): void {
  if (!Number.isSafeInteger(width) || width < 1 || width > 65_536)
    throw new RangeError(`a width is a whole number from 1 to 65536, not ${width}`);
}
