import { expect, test } from "vitest";
import { engineConfig } from "./config.ts";

test("the default is a 16 × 16 array that holds 256 × 256 × 256", () => {
  expect(engineConfig()).toEqual({
    rows: 16,
    cols: 16,
    activationWords: 4096,
    weightWords: 4096,
    accumulatorRows: 4096,
  });
});

test("an array of another size holds the same shape, with ragged tiles", () => {
  expect(engineConfig({ rows: 7, cols: 100 })).toEqual({
    rows: 7,
    cols: 100,
    activationWords: 37 * 256,
    weightWords: 37 * 3 * 7,
    accumulatorRows: 3 * 256,
  });
});

test.each([
  [{ rows: 0 }, "the number of rows of the PE array is a whole number from 1 to 256, not 0"],
  [{ rows: 10_000 }, "the number of rows of the PE array is a whole number from 1 to 256, not 10000"],
  [{ cols: 2.5 }, "the number of columns of the PE array is a whole number from 1 to 256, not 2.5"],
  [{ cols: Number.NaN }, "the number of columns of the PE array is a whole number from 1 to 256, not NaN"],
  [{ activationWords: -1 }, "the number of words of the activation buffer is a whole number from 1 to 1048576, not -1"],
  [{ rows: 8, weightWords: 7 }, "the number of words of the weight buffer is a whole number from 8 to 1048576, not 7"],
  [{ accumulatorRows: 0 }, "the number of rows of the accumulator bank is a whole number from 1 to 1048576, not 0"],
])("%j is refused", (sizes, message) => {
  expect(() => engineConfig(sizes)).toThrow(new RangeError(message));
});
