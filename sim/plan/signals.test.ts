import fc from "fast-check";
import { expect, test } from "vitest";
import { elaborate, module, PE, pipe, UInt, Vec } from "../../hdl/index.ts";
import { type Design, flatten } from "../../hdl/netlist/index.ts";
import { arrayNetlists, netlists } from "../fuzz/netlists.fuzz.ts";
import { SignalPaths, signalNodes, signalsByPath } from "./signals.ts";

const seed = Number(process.env.SYSTOLE_SEED ?? 20_240_607);

/** Looks for each of a design's paths one by one, anew every few hundred, and compares with all of them together. */
function compare(design: Design): number {
  const nodes = signalNodes(design, flatten(design), (id) => id);
  const all = signalsByPath(design, nodes);
  let paths = new SignalPaths(design, nodes);
  let count = 0;
  for (const [path, node] of all) {
    if (++count % 500 === 0) paths = new SignalPaths(design, nodes);
    expect(paths.get(path), path).toBe(node);
  }
  for (const path of ["", ".", "no.such", `${[...all.keys()][0]}.`]) expect(paths.get(path)).toBe(all.get(path));
  return count;
}

test(`a signal is found alone where it is among all (replay: SYSTOLE_SEED=${seed})`, () => {
  for (const designs of [netlists(), arrayNetlists()])
    fc.assert(
      fc.property(designs, ({ design }) => compare(design) > 0),
      { seed, numRuns: 40 },
    );
});

test("elements are found by their coordinates, as they are written", () => {
  const Inner = module("Inner", { in: { a: UInt(4) }, out: { b: UInt(4) } }, ({ a }) => ({ b: pipe(a).named("held") }));
  const Outer = module("Outer", { in: { a: UInt(4) }, out: { b: Vec(12, UInt(4)) } }, ({ a }) => ({
    b: Array.from({ length: 12 }, () => Inner({ a }).b),
  }));
  const design = elaborate(Outer);
  expect(compare(design)).toBeGreaterThan(24);
  const nodes = signalNodes(design, flatten(design), (id) => id);
  const paths = new SignalPaths(design, nodes);
  const all = signalsByPath(design, nodes);
  const eleventh = [...all.keys()].find((path) => path.endsWith("[11].held")) ?? "";
  expect(paths.get(eleventh)).toBe(all.get(eleventh));
  for (const wrong of [
    eleventh.replace("[11]", "[12]"),
    eleventh.replace("[11]", "[011]"),
    eleventh.replace("[11]", ""),
  ])
    expect(paths.get(wrong)).toBeUndefined();
  expect(compare(elaborate(PE))).toBeGreaterThan(5);
});
