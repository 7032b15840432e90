import { describe, expect, test } from "vitest";
import { bitSummaries } from "./bit-summary.ts";
import { designOf, Sketch } from "./sketch.fuzz.ts";
import { summariesOf } from "./summary.ts";

/** The masks of the only output of a module with inputs a and b of four bits: a is bits 0 to 3, b bits 4 to 7. */
function masks(build: (s: Sketch, a: number, b: number) => number): string[] {
  const s = new Sketch("Top");
  const [a, b] = [s.input("a", 4), s.input("b", 4)];
  s.output("y", build(s, a, b));
  const design = designOf(s);
  const through = bitSummaries(design, summariesOf(design))(0).through[2] ?? [];
  return through.map((mask) => mask.toString(2).padStart(8, "0"));
}

describe("bitSummaries", () => {
  test("bitwise operators map bit to bit", () => {
    expect(masks((s, a, b) => s.op("xor", a, b))).toEqual(["00010001", "00100010", "01000100", "10001000"]);
  });

  test("sums and products depend on the bits at and below", () => {
    const prefix = ["00010001", "00110011", "01110111", "11111111"];
    for (const kind of ["add", "sub", "mul"] as const) expect(masks((s, a, b) => s.op(kind, a, b))).toEqual(prefix);
  });

  test("variable shifts depend on the amount and on the bits on one side", () => {
    const shift = (kind: "shl" | "shru") => masks((s, a, b) => s.node({ kind, width: 4, a, b }));
    expect(shift("shl")).toEqual(["11110001", "11110011", "11110111", "11111111"]);
    expect(shift("shru")).toEqual(["11111111", "11111110", "11111100", "11111000"]);
  });

  test("comparisons, divisions and selectors depend on everything", () => {
    expect(masks((s, a, b) => s.compare("lts", a, b))).toEqual(["11111111"]);
    expect(new Set(masks((s, a, b) => s.op("remu", a, b)))).toEqual(new Set(["11111111"]));
    expect(masks((s, a, b) => s.node({ kind: "case", width: 4, selector: a, arms: [], otherwise: b }))).toEqual([
      "00011111",
      "00101111",
      "01001111",
      "10001111",
    ]);
  });

  test("state stops everything, and instances are looked through", () => {
    expect(masks((s, a) => s.reg(4, a, "r"))).toEqual(["00000000", "00000000", "00000000", "00000000"]);
    const leaf = new Sketch("Leaf");
    leaf.output("y", leaf.cat([leaf.slice(leaf.input("x", 4), 0, 1), leaf.constant(3, 0)]));
    const top = new Sketch("Top");
    const a = top.input("a", 4);
    top.instance("u", 0, [a]);
    top.output("y", top.out(0, 1, 4));
    const design = designOf(leaf, top);
    expect(bitSummaries(design, summariesOf(design))(1).through[1]).toEqual([0n, 0n, 0n, 1n]);
  });
});
