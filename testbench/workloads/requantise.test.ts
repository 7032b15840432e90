import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { requantisation, requantise } from "./requantise.ts";

const half = { multiplier: 2 ** 30, shift: 0 };

describe("requantise", () => {
  it("rounds halves away from zero", () => {
    expect([-3, -2, -1, 0, 1, 2, 3].map((x) => requantise(x, half))).toEqual([-2, -1, -1, 0, 1, 1, 2]);
  });

  it("rounds once", () => {
    // 3/8 is 0. Half of 3 rounds to 2, and a quarter of that to 1: what gemmlowp's two roundings make of it.
    expect(requantise(3, { multiplier: 2 ** 30, shift: 2 })).toBe(0);
    expect(requantise(4, { multiplier: 2 ** 30, shift: 2 })).toBe(1);
  });

  it("stays within 32 bits at the ends", () => {
    const most = { multiplier: 2 ** 31 - 1, shift: 0 };
    expect([requantise(2 ** 31 - 1, most), requantise(-(2 ** 31), most)]).toEqual([2 ** 31 - 2, -(2 ** 31) + 1]);
  });

  it("is within a half of the exact quotient", () => {
    const factors = fc.record({
      multiplier: fc.integer({ min: 2 ** 30, max: 2 ** 31 - 1 }),
      shift: fc.integer({ min: 0, max: 31 }),
    });
    const accumulators = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    fc.assert(
      fc.property(accumulators, factors, (accumulator, factor) => {
        const result = BigInt(requantise(accumulator, factor));
        const unit = 1n << BigInt(31 + factor.shift);
        const twiceError = 2n * (result * unit - BigInt(accumulator) * BigInt(factor.multiplier));
        expect(twiceError <= unit && twiceError >= -unit).toBe(true);
        expect(requantise(-accumulator, factor) + requantise(accumulator, factor)).toBe(0);
      }),
    );
  });
});

describe("requantisation", () => {
  it.each([
    [0.5, 2 ** 30, 0],
    [0.75, 3 * 2 ** 29, 0],
    [0.25, 2 ** 30, 1],
    [2 ** -32, 2 ** 30, 31],
    [0.5 - 2 ** -40, 2 ** 30, 0],
  ])("of %s", (scale, multiplier, shift) => {
    expect(requantisation(scale)).toEqual({ multiplier, shift });
  });

  it("is nearest", () => {
    fc.assert(
      fc.property(fc.double({ min: 2 ** -31, max: 1 - 2 ** -30, noNaN: true }), (scale) => {
        const { multiplier, shift } = requantisation(scale);
        expect(Math.abs(multiplier * 2 ** -(31 + shift) - scale)).toBeLessThanOrEqual(2 ** -(32 + shift));
      }),
    );
  });

  it.each([0, 1, 1 - 2 ** -33, -0.5, 2 ** -33, Number.NaN, Number.POSITIVE_INFINITY])("refuses %s", (scale) => {
    expect(() => requantisation(scale)).toThrow(`requantisation by ${scale}: a factor from 2^-32 to just under 1`);
  });
});
