import fc from "fast-check";
import { expect, test } from "vitest";
import { covering, limited, quantise, realOf } from "./quantisation.ts";

const size = fc.double({ min: 1e-3, max: 1e3, noNaN: true });

test("a covering quantisation stands for both ends and for 0, and none that is finer does", () => {
  fc.assert(
    fc.property(size, size, fc.constantFrom("both", "low", "high"), (a, b, which) => {
      const low = which === "high" ? 0 : -a;
      const high = which === "low" ? 0 : b;
      const quantisation = covering(low, high);
      const { scale, zeroPoint } = quantisation;
      expect(realOf(zeroPoint, quantisation)).toBe(0);
      expect([zeroPoint >= -128 && zeroPoint <= 127, Number.isInteger(zeroPoint)]).toEqual([true, true]);
      const slack = scale * 1e-9;
      expect(realOf(-128, quantisation)).toBeLessThanOrEqual(low + slack);
      expect(realOf(127, quantisation)).toBeGreaterThanOrEqual(high - slack);
      // A step more than the range, for the zero point is whole.
      expect(scale).toBeLessThanOrEqual((high - low) / 254 + slack);
    }),
  );
  expect(() => covering(1, 2)).toThrow("1 to 2 is no range around 0");
});

test("int8 that stand for real numbers, to the nearest", () => {
  const quantisation = { scale: 0.5, zeroPoint: 3 };
  expect([-100, -1.2, 0, 0.25, 0.75, 1e9].map((real) => quantise(real, quantisation))).toEqual([-128, 1, 3, 3, 5, 127]);
  expect([-100, 1.5, 100].map((real) => limited(real, quantisation))).toEqual([-65.5, 1.5, 62]);
});
