import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { classifyGather } from "./gather.ts";
import { inferDims } from "./infer-dims.ts";
import { Sketch } from "./sketch.fuzz.ts";

/** A module with one array `pe` of two outputs (ports 1 and 2) whose only input is driven as `drive` says. */
function array(dims: readonly number[], drive: (element: number, s: Sketch, edge: number) => number) {
  const s = new Sketch("Top");
  const edge = s.input("edge", 8);
  const count = dims.reduce((n, size) => n * size, 1);
  s.instance("pe", 0, [Array.from({ length: count }, (_, e) => drive(e, s, edge))], dims);
  return classifyGather(s.module(), 0, 0);
}

describe("classifyGather", () => {
  test("broadcast", () => {
    expect(array([4], (_, __, edge) => edge)).toEqual({ kind: "broadcast", node: 0 });
    expect(array([], (_, __, edge) => edge)).toEqual({ kind: "broadcast", node: 0 });
  });

  test("a shift along each axis, either way, with its boundary", () => {
    const west = array([2, 3], (e, s, edge) => (e % 3 === 0 ? edge : s.out(0, 1, 8, e - 1)));
    expect(west).toEqual({
      kind: "shift",
      instance: 0,
      port: 1,
      axis: 1,
      offset: -1,
      boundary: [
        { element: 0, node: 0 },
        { element: 3, node: 0 },
      ],
    });
    const south = array([3, 2], (e, s, edge) => (e >= 4 ? edge : s.out(0, 2, 8, e + 2)));
    expect(south).toMatchObject({ kind: "shift", port: 2, axis: 0, offset: 1 });
    expect(south.kind === "shift" && south.boundary.map(({ element }) => element)).toEqual([4, 5]);
  });

  test("a torus is a shift whose boundary comes from the other side", () => {
    const torus = array([2, 4], (e, s) => s.out(0, 1, 8, e % 4 === 0 ? e + 3 : e - 1));
    expect(torus).toMatchObject({ kind: "shift", axis: 1, offset: -1 });
    expect(torus.kind === "shift" && torus.boundary.length).toBe(2);
  });

  test("the same element of another array is a shift by 0", () => {
    const s = new Sketch("Top");
    s.instance("a", 0, [], [3]);
    s.instance("b", 0, [[0, 1, 2].map((e) => s.out(0, 1, 8, e))], [3]);
    expect(classifyGather(s.module(), 1, 0)).toEqual({
      kind: "shift",
      instance: 0,
      port: 1,
      axis: 0,
      offset: 0,
      boundary: [],
    });
  });

  test("a permutation, and what is none of these", () => {
    const order = [2, 0, 3, 1];
    expect(array([4], (e, s) => s.out(0, 1, 8, order[e]))).toEqual({
      kind: "permutation",
      instance: 0,
      port: 1,
      sources: order,
    });
    expect(array([4], (e, s, edge) => (e === 2 ? edge : s.out(0, 1, 8, [2, 0, 3, 1][e])))).toEqual({ kind: "general" });
    expect(array([4], (e, s) => s.out(0, 1, 8, [2, 2, 3, 1][e]))).toEqual({ kind: "general" });
  });
});

describe("inferDims", () => {
  const grid = (rows: number, cols: number, source: (r: number, c: number) => [number, number]) =>
    Array.from({ length: rows * cols }, (_, e) => {
      const [r, c] = source(Math.floor(e / cols), e % cols);
      return r < 0 || c < 0 || r >= rows || c >= cols ? null : r * cols + c;
    });

  test("grids in any direction of flow", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 9 }),
        fc.integer({ min: 2, max: 9 }),
        fc.constantFrom(1, -1),
        fc.constantFrom(1, -1),
        (rows, cols, dx, dy) => {
          const east = grid(rows, cols, (r, c) => [r, c - dx]);
          const south = grid(rows, cols, (r, c) => [r - dy, c]);
          const other = east.map(() => null);
          expect(inferDims(rows * cols, [other, east, south])).toEqual([rows, cols]);
          expect(inferDims(rows * cols, [east])).toEqual([rows, cols]);
          expect(inferDims(rows * cols, [south])).toEqual([rows, cols]);
        },
      ),
    );
  });

  test("a grid called column by column is [cols, rows]", () => {
    const byColumn = (dr: number, dc: number) =>
      Array.from({ length: 12 }, (_, e) => {
        const [r, c] = [(e % 3) - dr, Math.floor(e / 3) - dc];
        return r < 0 || c < 0 ? null : c * 3 + r;
      });
    expect(inferDims(12, [byColumn(0, 1), byColumn(1, 0)])).toEqual([4, 3]);
  });

  test("a torus is a grid", () => {
    const east = grid(3, 4, (r, c) => [r, (c + 3) % 4]);
    const south = grid(3, 4, (r, c) => [(r + 2) % 3, c]);
    expect(inferDims(12, [east, south])).toEqual([3, 4]);
  });

  test("anything else is one row", () => {
    const chain = [null, 0, 1, 2, 3, 4];
    expect(inferDims(6, [])).toEqual([6]);
    expect(inferDims(6, [[null, null, null, null, null, null]])).toEqual([6]);
    expect(inferDims(6, [chain])).toEqual([6]);
    expect(inferDims(6, [chain, [null, null, 0, 1, 2, 3]])).toEqual([6]);
    expect(inferDims(6, [[null, 0, null, 2, 3, 4]])).toEqual([6]);
    expect(inferDims(7, [[null, 0, 1, null, 3, 4, null]])).toEqual([7]);
    expect(inferDims(12, [grid(3, 4, (r, c) => [r, c - 1]), grid(4, 3, (r, c) => [r - 1, c])])).toEqual([12]);
    expect(inferDims(1, [[null]])).toEqual([1]);
  });

  test("a scan chain through a grid does not hide it", () => {
    const east = grid(3, 4, (r, c) => [r, c - 1]);
    const scan = Array.from({ length: 12 }, (_, e) => (e === 0 ? null : e - 1));
    expect(inferDims(12, [scan, east])).toEqual([3, 4]);
  });
});
