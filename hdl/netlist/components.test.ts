import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { components } from "./components.ts";

const graph = fc
  .integer({ min: 1, max: 12 })
  .chain((count) =>
    fc.array(fc.array(fc.nat({ max: count - 1 }), { maxLength: 4 }), { minLength: count, maxLength: count }),
  );

/** reach[a] has b when a path leads from a to b, by repeated widening. */
function reachability(edges: readonly (readonly number[])[]): Set<number>[] {
  const reach = edges.map((next) => new Set(next));
  for (let round = 0; round < edges.length; round++)
    for (const set of reach) for (const via of [...set]) for (const to of reach[via] ?? []) set.add(to);
  return reach;
}

describe("components", () => {
  test("are the classes of mutual reachability, each after those it leads to", () => {
    fc.assert(
      fc.property(graph, (edges) => {
        const { count, of, members, starts } = components(edges.length, (node) => edges[node] ?? []);
        const reach = reachability(edges);
        edges.forEach((next, a) => {
          for (const b of next) expect(of[b]).toBeLessThanOrEqual(of[a] ?? -1);
          edges.forEach((_, b) => {
            const together = a === b || (reach[a]?.has(b) && reach[b]?.has(a));
            expect(of[a] === of[b]).toBe(together);
          });
        });
        expect([...members].sort((a, b) => a - b)).toEqual(edges.map((_, node) => node));
        for (let c = 0; c < count; c++)
          for (const node of members.subarray(starts[c], starts[c + 1])) expect(of[node]).toBe(c);
      }),
    );
  });

  test("a path of a million nodes does not overflow", () => {
    const { count } = components(1_000_000, (node) => (node === 999_999 ? [0] : [node + 1]));
    expect(count).toBe(1);
  });
});
