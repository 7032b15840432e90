import { describe, expect, it } from "vitest";
import { Random } from "../../testbench/bench/random.ts";
import { distort } from "./distortion.ts";

const SIDE = 28;
const square = new Float64Array(SIDE * SIDE);
for (let y = 10; y < 18; y++) square.fill(1, y * SIDE + 10, y * SIDE + 18);

describe("distort", () => {
  it("moves a square a little: same ink to a third, near the same place, never darker than ink", () => {
    const random = new Random(8);
    const target = new Float64Array(SIDE * SIDE).fill(9);
    for (let i = 0; i < 50; i++) {
      distort(random, square, target);
      const ink = target.reduce((sum, pixel) => sum + pixel);
      const centre = target.reduce((sum, pixel, at) => sum + pixel * (at % SIDE), 0) / ink;
      expect(ink).toBeGreaterThan(64 / 1.4);
      expect(ink).toBeLessThan(64 * 1.4);
      expect(Math.abs(centre - 13.5)).toBeLessThan(1.5);
      expect(Math.min(...target)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...target)).toBeLessThanOrEqual(1 + 1e-12);
    }
  });

  it("differs from draw to draw and repeats with the seed", () => {
    const copies = (seed: number) => {
      const random = new Random(seed);
      return [0, 1].map(() => {
        const target = new Float64Array(SIDE * SIDE);
        distort(random, square, target);
        return target;
      });
    };
    const [first, second] = copies(9);
    expect(first).not.toEqual(second);
    expect(copies(9)).toEqual([first, second]);
  });
});
