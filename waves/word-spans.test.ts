import { expect, test } from "vitest";
import { wordSpans } from "./word-spans.ts";

test("near words are one piece, far ones and those of other memories are others", () => {
  const heap = new ArrayBuffer(1 << 16);
  const own = new Uint32Array(2);
  const views = [
    new Uint32Array(heap, 4096, 1),
    own,
    new Uint32Array(heap, 16, 3),
    new Uint32Array(heap, 40, 1),
    new Uint32Array(heap, 20, 1),
  ];
  const { pieces, places, length } = wordSpans(views);
  const shapes = pieces.map(({ words, at }) => [words.buffer === heap, words.byteOffset, words.length, at]);
  expect(shapes).toEqual([
    [true, 16, 7, 0],
    [true, 4096, 1, 7],
    [false, 0, 2, 8],
  ]);
  expect([...places]).toEqual([7, 8, 0, 6, 1]);
  expect(length).toBe(10);
});
