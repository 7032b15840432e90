import { describe, expect, test } from "vitest";
import { factorOf, requantiseSingle, scaleWord, singleScale } from "./requantise-single.ts";

const range = { zeroPoint: 0, low: -128, high: 127 };

describe("scales in single precision", () => {
  test.each([
    [0.5, { multiplier: 2 ** 23, shift: 0 }],
    [2 ** -32, { multiplier: 2 ** 23, shift: 31 }],
    [1 - 2 ** -24, { multiplier: 2 ** 24 - 1, shift: 0 }],
    [1, { multiplier: 2 ** 24 - 1, shift: 0 }],
    [1 / 3, { multiplier: 11_184_811, shift: 1 }],
  ])("%d", (scale, expected) => {
    expect(singleScale(scale)).toEqual(expected);
    expect(factorOf(expected)).toBe(Math.min(1 - 2 ** -24, Math.fround(scale)));
    expect(scaleWord(expected)).toBe(expected.multiplier | (expected.shift << 24));
  });

  test.each([0, -0.5, 2 ** -33, 1.000_000_1, Number.NaN])("%d is refused", (scale) => {
    expect(() => singleScale(scale)).toThrow(`requantisation by ${scale}: a factor from 2^-32 to 1 wanted`);
  });
});

describe("sums to int8", () => {
  test("halves go to the even number, before the zero point is added", () => {
    const half = singleScale(0.5);
    const of = (sums: readonly number[], zeroPoint: number) =>
      sums.map((sum) => requantiseSingle(sum, half, { ...range, zeroPoint }));
    expect(of([1, 3, 5, -1, -3, -5], 0)).toEqual([0, 2, 2, 0, -2, -2]);
    expect(of([1, 3, 5, -1, -3, -5], 1)).toEqual([1, 3, 3, 1, -1, -1]);
  });

  test("a scale of 1 leaves every int8 as it is", () => {
    for (let q = -128; q <= 127; q++) expect(requantiseSingle(q, singleScale(1), range)).toBe(q);
  });

  test("a sum loses what single precision does not hold before it is scaled", () => {
    // 2^24 + 1 becomes 2^24, so 2^-25 of it is a half, which goes to 0; 2^24 + 3 becomes 2^24 + 4.
    expect(requantiseSingle(2 ** 24 + 1, singleScale(2 ** -25), range)).toBe(0);
    expect(requantiseSingle(2 ** 24 + 3, singleScale(2 ** -25), range)).toBe(1);
    // 2^31 − 1 becomes 2^31, so 2^-32 of it is a half, which goes to 0.
    expect(requantiseSingle(2 ** 31 - 1, singleScale(2 ** -32), range)).toBe(0);
  });

  test("beyond int8 it saturates, and the lower bound goes first", () => {
    expect(requantiseSingle(2 ** 31 - 1, singleScale(1), range)).toBe(127);
    expect(requantiseSingle(-(2 ** 31), singleScale(1), range)).toBe(-128);
    expect(requantiseSingle(0, singleScale(1), { zeroPoint: -9, low: 5, high: 3 })).toBe(5);
  });
});
