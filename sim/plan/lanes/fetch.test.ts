import { expect, test } from "vitest";
import { fetchOf } from "./fetch.ts";

const from = (first: number, count: number, step: number) => Array.from({ length: count }, (_, i) => first + i * step);

test("neighbours are one load, at any offset", () => {
  expect(fetchOf(from(99, 16, 1), 1)).toEqual({ kind: "load", addresses: [99], picks: [], patches: [] });
  expect(fetchOf(from(100, 4, 4), 4)).toEqual({ kind: "load", addresses: [100], picks: [], patches: [] });
});

test("a boundary is put over what the load brings", () => {
  const addresses = from(1000, 16, 1);
  addresses[0] = 64;
  expect(fetchOf(addresses, 1)).toEqual({
    kind: "load",
    addresses: [1000],
    picks: [],
    patches: [{ lane: 0, address: 64 }],
  });
});

test("one source for all is a splat; lanes that do not matter need nothing", () => {
  expect(fetchOf([80, 80, -1, 80], 4)).toEqual({ kind: "splat", addresses: [80], picks: [], patches: [] });
  expect(fetchOf([-1, -1], 8).patches).toEqual([]);
});

test("a permutation of near elements is a shuffle", () => {
  const reversed = from(256, 8, 2).reverse();
  expect(fetchOf(reversed, 2)).toEqual({
    kind: "shuffle",
    addresses: [256, 256],
    picks: [14, 15, 12, 13, 10, 11, 8, 9, 6, 7, 4, 5, 2, 3, 0, 1],
    patches: [],
  });
  const apart = [...from(512, 8, 1), ...from(640, 8, 1)].reverse();
  expect(fetchOf(apart, 1)).toMatchObject({ kind: "shuffle", addresses: [512, 640] });
});

test("what is everywhere is filled one by one", () => {
  const { kind, patches } = fetchOf([64, 5000, 900, 12_000], 4);
  expect(kind).not.toBe("shuffle");
  expect(patches.length).toBe(3);
});
