/** The largest scale, one step of single precision below 1. */
const most = 1 - 2 ** -24;

/**
 * The word of the scale memory for the single-precision number nearest to `factor`: m · 2^−(24 + s), with m in bits 23:0
 * and s in bits 28:24. Factors that round to 1 become 1 − 2^−24, which leaves every sum below 2^23 as it is.
 * @throws RangeError unless 2^−32 ≤ factor ≤ 1, or the factor is 0
 */
export function scaleWord(factor: number): number {
  const single = Math.min(most, Math.fround(factor));
  if (factor === 0) return 0;
  if (!(factor <= 1 && single >= 2 ** -32))
    throw new RangeError(`a scale of ${factor}: the requantiser takes 2^-32 to 1`);
  let shift = 0;
  while (single * 2 ** shift < 0.5) shift++;
  return single * 2 ** (24 + shift) + shift * 2 ** 24;
}

/** The scale that a word of the scale memory stands for. */
export function scaleOf(word: number): number {
  return (word % 2 ** 24) * 2 ** -(24 + Math.floor(word / 2 ** 24));
}
