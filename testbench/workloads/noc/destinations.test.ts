import { describe, expect, test } from "vitest";
import { Random } from "../../bench/random.ts";
import { Destinations } from "./destinations.ts";
import { type Pattern, patterns } from "./pattern.ts";

function named(name: string): Pattern {
  const found = patterns.find((pattern) => pattern.name === name);
  if (!found) throw new Error(`no pattern ${name}`);
  return found;
}

describe.each(patterns)("$name", (pattern) => {
  test("draws destinations as often as it says", () => {
    const [width, height] = [4, 4];
    const destinations = new Destinations(pattern, width, height);
    const random = new Random(1);
    for (const node of [0, 6, 10]) {
      const draws = Array.from({ length: 4000 }, () => destinations.draw(node, random));
      for (let destination = 0; destination < width * height; destination++) {
        const share = pattern.share(node, destination, width, height);
        const drawn = draws.filter((draw) => draw === destination).length / draws.length;
        expect(Math.abs(drawn - share)).toBeLessThan(0.02);
        if (share === 0) expect(drawn).toBe(0);
      }
    }
  });
});

test("where packets of a fixed pattern go", () => {
  const to = (name: string, node: number) => new Destinations(named(name), 4, 4).draw(node, new Random(1));
  expect([1, 7, 5].map((node) => to("transpose", node))).toEqual([4, 13, null]);
  expect([0, 5, 15].map((node) => to("bit-complement", node))).toEqual([15, 10, 0]);
  expect([0, 2, 7].map((node) => to("neighbour", node))).toEqual([1, 3, 4]);
  expect(new Destinations(named("transpose"), 4, 4).senders).toBe(12);
});

test("bounds and mean latencies of the textbook", () => {
  // Half of all traffic crosses the middle of 8 rows; 63 of 64 destinations are others.
  expect(new Destinations(named("uniform"), 8, 8).bound(false)).toBeCloseTo((0.5 * 63) / 64, 6);
  // 4 of the 4 nodes west of the middle of a row go east.
  expect(new Destinations(named("bit-complement"), 8, 8).bound(false)).toBeCloseTo(0.25, 6);
  expect(new Destinations(named("transpose"), 8, 8).bound(false)).toBeCloseTo(1 / 7, 6);
  expect(new Destinations(named("neighbour"), 8, 8).bound(true)).toBeCloseTo(1, 6);
  // 16 / 3 hops on average on 8 × 8.
  expect(new Destinations(named("uniform"), 8, 8).meanZeroLoad(1)).toBeCloseTo((4 * 19) / 3 + 3, 6);
  expect(new Destinations(named("uniform"), 8, 8).meanZeroLoad(5)).toBeCloseTo((4 * 19) / 3 + 7, 6);
});
