import { expect, test } from "vitest";
import { erf, geluOf, hardSwishOf, leakyReluOf, siluOf } from "./real-functions.ts";

/** To 16 digits, from tables. */
const known: readonly (readonly [number, number])[] = [
  [0, 0],
  [0.1, 0.1124629160182849],
  [0.5, 0.5204998778130465],
  [1, 0.8427007929497149],
  [2, 0.9953222650189527],
  [2.4, 0.9993114861033549],
  [2.6, 0.9997639655834707],
  [3, 0.9999779095030014],
  [4, 0.9999999845827421],
];

test("the error function, odd, on both sides of where its expansion changes", () => {
  for (const [x, value] of known) {
    expect(Math.abs(erf(x) - value)).toBeLessThan(2e-15);
    expect(erf(-x)).toBe(-erf(x));
  }
  expect([erf(7), erf(-Infinity)]).toEqual([1, -1]);
});

test("activations at values that are easily checked", () => {
  expect(geluOf(1)).toBeCloseTo(0.8413447460685429, 14);
  expect(siluOf(1)).toBeCloseTo(0.7310585786300049, 14);
  expect([-4, -3, 0, 3, 5].map(hardSwishOf)).toEqual([-0, -0, 0, 3, 5]);
  expect([-8, 0, 2].map((x) => leakyReluOf(x, 0.25))).toEqual([-2, 0, 2]);
});
