import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "./random.ts";

const draw = (count: number, next: () => number) => Array.from({ length: count }, next);

describe("Random", () => {
  it("follows SplitMix64 and xoshiro128** from seed 42", () => {
    const random = new Random(42);
    const model = xoshiroModel(42n);
    expect(draw(1000, () => random.int32() >>> 0)).toEqual(draw(1000, model));
  });

  it("has a model that gives SplitMix64's published outputs for the seed 1234567, xoshiro128**'s for 1, 2, 3, 4", () => {
    expect([splitMixModel(1234567n, 1n), splitMixModel(1234567n, 2n)]).toEqual([
      6457827717110365317n,
      3203168211198807973n,
    ]);
    expect(draw(6, stepper([1n, 2n, 3n, 4n]))).toEqual([11520, 0, 5927040, 70819200, 2031721883, 1637235492]);
  });

  it("repeats with the seed and differs with it", () => {
    const seeds = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(seeds, seeds, (one, two) => {
        const first = new Random(one);
        const again = new Random(one);
        const other = new Random(two);
        const words = draw(4, () => first.int32());
        expect(draw(4, () => again.int32())).toEqual(words);
        if (one !== two) expect(draw(4, () => other.int32())).not.toEqual(words);
      }),
    );
  });

  it("reaches every int8, and both ends", () => {
    const random = new Random(1);
    const seen = new Set(draw(10_000, () => random.int8()));
    expect([seen.size, Math.min(...seen), Math.max(...seen)]).toEqual([256, -128, 127]);
  });

  it("stays below its bound and is even up to chance", () => {
    const random = new Random(2);
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 70_000; i++) {
      const value = random.below(7);
      counts[value] = (counts[value] ?? Number.NaN) + 1;
    }
    // Five standard deviations of a binomial with n = 70,000, p = 1/7.
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(5 * 92.6);
    expect(random.below(1)).toBe(0);
    expect(random.below(2 ** 32)).toBeLessThan(2 ** 32);
  });

  it("draws booleans with the probability asked for", () => {
    const random = new Random(3);
    const rate = (p: number) => draw(10_000, () => Number(random.bool(p))).reduce((sum, bit) => sum + bit) / 10_000;
    expect([rate(0), rate(1)]).toEqual([0, 1]);
    expect(rate(0.25)).toBeCloseTo(0.25, 1);
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53])("refuses the seed %s", (seed) => {
    expect(() => new Random(seed)).toThrow(`seed ${seed} is not an integer from 0 to 9007199254740991`);
  });

  it.each([0, -3, 1.5, 2 ** 32 + 1])("refuses below(%s)", (bound) => {
    expect(() => new Random(0).below(bound)).toThrow(RangeError);
  });
});

function xoshiroModel(seed: bigint): () => number {
  const words: bigint[] = [];
  for (const step of [1n, 2n]) {
    const output = splitMixModel(seed, step);
    words.push(output % 2n ** 32n, output / 2n ** 32n);
  }
  return stepper(words);
}

function splitMixModel(seed: bigint, step: bigint): bigint {
  let z = (seed + step * 0x9e3779b97f4a7c15n) % 2n ** 64n;
  z = ((z ^ (z / 2n ** 30n)) * 0xbf58476d1ce4e5b9n) % 2n ** 64n;
  z = ((z ^ (z / 2n ** 27n)) * 0x94d049bb133111ebn) % 2n ** 64n;
  return z ^ (z / 2n ** 31n);
}

function stepper(state: bigint[]): () => number {
  let [s0 = 0n, s1 = 0n, s2 = 0n, s3 = 0n] = state;
  const word = 2n ** 32n;
  const rotate = (x: bigint, count: bigint) => ((x * 2n ** count) % word) + x / 2n ** (32n - count);
  return () => {
    const result = (rotate((s1 * 5n) % word, 7n) * 9n) % word;
    const shifted = (s1 * 512n) % word;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = rotate(s3, 11n);
    return Number(result);
  };
}
