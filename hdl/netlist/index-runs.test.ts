import fc from "fast-check";
import { expect, test } from "vitest";
import { readRuns, toRuns } from "./index-runs.ts";
import { JsonReader } from "./json-reader.ts";

test("runs stand for the list that they were made from", () => {
  const index = fc.integer({ min: -1, max: 6 });
  fc.assert(
    fc.property(fc.array(index, { maxLength: 40 }), (indices) => {
      expect(readRuns(new JsonReader(toRuns(indices), ""))).toEqual(indices);
    }),
  );
});

test("equal steps become one run", () => {
  expect(toRuns([7, 7, 7, 7, 1, 3, 5, 9])).toEqual([[7, 4, 0], [1, 3, 2], 9]);
});
