import { expect, test } from "vitest";
import { designOf, Sketch } from "../../hdl/netlist/sketch.fuzz.ts";
import { plan } from "../plan/plan.ts";
import { blockWidth } from "./block-width.ts";

/** A chain of additions of one width. */
function chain(width: number) {
  const s = new Sketch("Chain");
  const x = s.input("x", width);
  let sum = x;
  for (let i = 0; i < 20; i++) sum = s.op("add", sum, x);
  s.output("sum", sum);
  return plan(designOf(s));
}

test.each([
  [8, 16, 16],
  [8, 4, 4],
  [16, 16, 8],
  [32, 16, 4],
  [32, 4, 4],
] as const)("signals of %i bits in %i lanes: %i share a vector", (width, count, expected) => {
  expect(blockWidth(chain(width), count)).toBe(expected);
});
