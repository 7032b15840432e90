import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../bench/random.ts";
import { firstMismatch, int8Matrix, int32Matrix, randomInt8Matrix, referenceMatmul } from "./matrix.ts";

describe("referenceMatmul", () => {
  it("multiplies", () => {
    const a = int8Matrix(2, 3, Int8Array.of(1, 2, 3, -4, 5, -128));
    const w = int8Matrix(3, 2, Int8Array.of(7, -1, 0, 2, -128, 127));
    expect(referenceMatmul(a, w)).toEqual(int32Matrix(2, 2, Int32Array.of(-377, 384, 16356, -16242)));
  });

  it("agrees with sums of big integers", () => {
    const size = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(fc.nat(), size, size, size, (seed, m, k, n) => {
        const random = new Random(seed);
        const a = randomInt8Matrix(random, m, k);
        const w = randomInt8Matrix(random, k, n);
        const product = referenceMatmul(a, w);
        for (let row = 0; row < m; row++) {
          for (let col = 0; col < n; col++) {
            let sum = 0n;
            for (let i = 0; i < k; i++) sum += BigInt(a.data[row * k + i] ?? 0) * BigInt(w.data[i * n + col] ?? 0);
            expect(product.data[row * n + col]).toBe(Number(sum));
          }
        }
      }),
    );
  });

  it("wraps at 32 bits, from K = 131,072 at the earliest", () => {
    const all = (k: number) => new Int8Array(k).fill(-128);
    const corner = (k: number) => referenceMatmul(int8Matrix(1, k, all(k)), int8Matrix(k, 1, all(k))).data[0];
    expect(corner(131_071)).toBe(131_071 * 16_384);
    expect(corner(131_072)).toBe(-(2 ** 31));
  });

  it("refuses unequal inner dimensions", () => {
    expect(() => referenceMatmul(int8Matrix(2, 3), int8Matrix(4, 5))).toThrow("cannot multiply 2 × 3 by 4 × 5: 3 ≠ 4");
  });
});

describe("firstMismatch", () => {
  it("is null for equal matrices", () => {
    expect(firstMismatch(int32Matrix(2, 2), int32Matrix(2, 2))).toBeNull();
  });

  it("names the first place in row-major order and counts all", () => {
    const expected = int32Matrix(2, 3, Int32Array.of(1, 2, 3, 4, 5, 6));
    const got = int32Matrix(2, 3, Int32Array.of(1, 2, 3, 4, -5, 60));
    expect(firstMismatch(expected, got)).toEqual({ row: 1, col: 1, expected: 5, got: -5, count: 2 });
  });

  it("refuses unequal shapes of equal size", () => {
    expect(() => firstMismatch(int8Matrix(2, 3), int8Matrix(3, 2))).toThrow(
      "cannot compare 3 × 2 with the expected 2 × 3",
    );
  });
});

describe("matrices", () => {
  it.each([
    [0, 1],
    [1, 0],
    [-1, 4],
    [1.5, 2],
    [2 ** 16, 2 ** 15],
    [Number.NaN, 1],
  ])("refuses %s × %s", (rows, cols) => {
    expect(() => int8Matrix(rows, cols)).toThrow(RangeError);
    expect(() => int32Matrix(rows, cols)).toThrow(RangeError);
  });

  it("refuses data of another length", () => {
    expect(() => int8Matrix(2, 3, new Int8Array(5))).toThrow("a 2 × 3 matrix has 6 elements, not 5");
  });

  it("draws random elements from the whole range, the same for the same seed", () => {
    const one = randomInt8Matrix(new Random(9), 100, 100);
    expect(randomInt8Matrix(new Random(9), 100, 100)).toEqual(one);
    expect(new Set(one.data).size).toBe(256);
  });
});
