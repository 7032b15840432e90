import { expect, test } from "vitest";
import { partsThatGoRound, wavefronts } from "./wavefronts.ts";

test("a lane is one wavefront after the latest that it takes from", () => {
  const grid = Array.from({ length: 6 }, (_, at) => [
    ...(at % 3 > 0 ? [at - 1] : []),
    ...(at >= 3 ? [at - 3] : []),
    ...(at === 5 ? [0] : []),
  ]);
  expect(wavefronts(6, grid)).toEqual(Int32Array.of(0, 1, 2, 1, 2, 3));
  expect(wavefronts(3, [[1, 1], [2], []])).toEqual(Int32Array.of(2, 1, 0));
});

test("a ring of lanes has no wavefronts", () => {
  expect(wavefronts(3, [[2], [0], [1]])).toBeNull();
  expect(wavefronts(2, [[], [1]])).toBeNull();
});

test("what goes round is together, whatever hangs on it", () => {
  const successors = [[1], [2, 4], [1, 3], [], [4]].map((own) => new Set(own));
  expect(partsThatGoRound(successors)).toEqual([[0], [1, 2], [3], [4]]);
});
