import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryInputs, arbitraryModule } from "./arbitrary-module.fuzz.ts";
import { removeDead } from "./dead.ts";
import type { Node } from "./design.ts";
import { fold, foldModule } from "./fold.ts";
import { outputsOf } from "./settle.fuzz.ts";
import { shareCommon } from "./sharing.ts";
import { designOf, Sketch } from "./sketch.fuzz.ts";
import { validate } from "./validate.ts";

/** What drives the only output, `y`, after folding. */
function folded(build: (s: Sketch, x: number, z: number) => number): Node | string {
  const s = new Sketch("Top");
  const [x, z] = [s.input("x", 8), s.input("z", 8)];
  s.output("y", build(s, x, z));
  const module = foldModule(s.module());
  validate(designOf(module));
  const port = module.ports[2];
  const node = module.nodes[port?.node ?? -1];
  return node?.kind === "input" ? (module.ports[node.port]?.name ?? "") : (node ?? "none");
}

const constant = (width: number, value: bigint): Node => ({ kind: "const", width, value });

describe("fold", () => {
  test("a folded module does what the unfolded one does, in every pass", () => {
    fc.assert(
      fc.property(arbitraryModule, arbitraryInputs(4), (module, inputs) => {
        const expected = outputsOf(module, inputs);
        for (const pass of [fold, shareCommon, removeDead]) {
          const after = pass(designOf(module));
          validate(after);
          expect(outputsOf(after.modules[0] ?? module, inputs)).toEqual(expected);
        }
        const all = removeDead(shareCommon(fold(designOf(module))));
        validate(all);
        expect(outputsOf(all.modules[0] ?? module, inputs)).toEqual(expected);
      }),
      { numRuns: 400 },
    );
  });

  test("operators of constants", () => {
    expect(folded((s) => s.op("add", s.constant(8, 200), s.constant(8, 100)))).toEqual(constant(8, 44n));
    expect(folded((s) => s.op("divu", s.constant(8, 200), s.constant(8, 0)))).toEqual(constant(8, 255n));
    expect(folded((s) => s.node({ kind: "cross", width: 8, a: s.constant(8, 3) }))).toEqual(constant(8, 3n));
  });

  test("neutral and absorbing operands", () => {
    for (const kind of ["add", "or", "xor"] as const) {
      expect(folded((s, x) => s.op(kind, x, s.constant(8, 0)))).toBe("x");
      expect(folded((s, x) => s.op(kind, s.constant(8, 0), x))).toBe("x");
    }
    expect(folded((s, x) => s.op("sub", x, s.constant(8, 0)))).toBe("x");
    expect(folded((s, x) => s.op("sub", x, x))).toEqual(constant(8, 0n));
    expect(folded((s, x) => s.op("and", x, s.constant(8, 0)))).toEqual(constant(8, 0n));
    expect(folded((s, x) => s.op("and", s.constant(8, 255), x))).toBe("x");
    expect(folded((s, x) => s.op("xor", x, s.constant(8, 255)))).toMatchObject({ kind: "not" });
    expect(folded((s, x) => s.op("mul", x, s.constant(8, 1)))).toBe("x");
    expect(folded((s, x) => s.op("mul", s.constant(8, 0), x))).toEqual(constant(8, 0n));
    expect(folded((s, x) => s.op("divu", x, s.constant(8, 1)))).toBe("x");
    expect(folded((s, x) => s.not(s.not(x)))).toBe("x");
    expect(folded((s, x) => s.node({ kind: "shl", width: 8, a: x, b: s.constant(4, 8) }))).toEqual(constant(8, 0n));
    expect(folded((s, x) => s.compare("ltu", x, s.constant(8, 0)))).toEqual(constant(1, 0n));
  });

  test("muxes and cases", () => {
    expect(folded((s, x, z) => s.mux(s.constant(1, 0), x, z))).toBe("z");
    expect(folded((s, x, z) => s.mux(s.slice(z, 0, 1), x, x))).toBe("x");
    expect(folded((s, x) => s.mux(s.slice(x, 0, 1), s.constant(1, 1), s.constant(1, 0)))).toMatchObject({
      kind: "slice",
    });
    const choose = (selector: number, x: number, z: number): Node => ({
      kind: "case",
      width: 8,
      selector,
      arms: [{ match: 2n, value: x }],
      otherwise: z,
    });
    expect(folded((s, x, z) => s.node(choose(s.constant(2, 2), x, z)))).toBe("x");
    expect(folded((s, x, z) => s.node(choose(s.constant(2, 1), x, z)))).toBe("z");
    expect(folded((s, x) => s.node(choose(x, x, x)))).toBe("x");
  });

  test("slices of cats and extensions", () => {
    expect(folded((s, x, z) => s.slice(s.cat([z, x]), 0, 8))).toBe("x");
    expect(folded((s, x, z) => s.slice(s.cat([z, x]), 10, 3))).toMatchObject({ kind: "slice", low: 2, a: 1 });
    expect(folded((s, x) => s.slice(s.extend("zext", x, 16), 8, 8))).toEqual(constant(8, 0n));
    expect(folded((s, x) => s.slice(s.extend("sext", x, 16), 0, 8))).toBe("x");
    expect(folded((s, x) => s.cat([s.slice(x, 4, 4), s.slice(x, 0, 4)]))).toBe("x");
    expect(folded((s, x) => s.extend("sext", s.extend("zext", x, 9), 12))).toMatchObject({ kind: "zext", a: 0 });
  });

  test("copies of a top bit are a sign extension, zeros on top a zero extension", () => {
    const top = (s: Sketch, x: number) => s.slice(x, 7, 1);
    expect(folded((s, x) => s.cat([top(s, x), top(s, x), x]))).toEqual({ kind: "sext", width: 10, a: 0 });
    expect(folded((s, x) => s.cat([top(s, x), top(s, x), s.slice(x, 3, 5)]))).toMatchObject({ kind: "sext", width: 7 });
    expect(folded((s, x) => s.cat([s.slice(x, 2, 1), s.slice(x, 2, 1)]))).toMatchObject({ kind: "sext", width: 2 });
    expect(folded((s, x) => s.cat([s.slice(x, 6, 1), x]))).toMatchObject({ kind: "cat" });
    expect(folded((s, x) => s.cat([s.constant(3, 0), x]))).toEqual({ kind: "zext", width: 11, a: 0 });
    expect(folded((s, x) => s.cat([s.constant(3, 1), x]))).toMatchObject({ kind: "cat" });
  });

  test("a slice across parts of a cat takes of them what it needs", () => {
    const sliced = (low: number, width: number) => folded((s, x, z) => s.slice(s.cat([z, x, z]), low, width));
    expect(sliced(8, 16)).toMatchObject({ kind: "cat", width: 16, parts: [1, 0] });
    expect(sliced(6, 4)).toMatchObject({ kind: "cat", width: 4, parts: [expect.anything(), expect.anything()] });
  });

  test("a reduction or a comparison of parts asks each part", () => {
    const bits = (s: Sketch, x: number) => s.cat([s.slice(x, 6, 1), s.slice(x, 2, 1)]);
    const reduced = (op: "and" | "or" | "xor", a: (s: Sketch, x: number) => number) =>
      folded((s, x) => s.node({ kind: "reduce", width: 1, op, a: a(s, x) }));
    for (const op of ["and", "or", "xor"] as const) expect(reduced(op, bits)).toMatchObject({ kind: op, width: 1 });
    expect(reduced("or", (s, x) => s.not(x))).toMatchObject({ kind: "not" });
    expect(reduced("or", (s, x) => s.extend("zext", x, 12))).toEqual({ kind: "reduce", width: 1, op: "or", a: 0 });
    expect(reduced("and", (s, x) => s.extend("zext", x, 12))).toEqual(constant(1, 0n));
    expect(reduced("and", (s, x) => s.extend("sext", x, 12))).toEqual({ kind: "reduce", width: 1, op: "and", a: 0 });
    expect(folded((s, x) => s.compare("eq", bits(s, x), s.constant(2, 2)))).toMatchObject({ kind: "and", width: 1 });
    const widened = (value: number) =>
      folded((s, x) => s.compare("eq", s.extend("zext", x, 12), s.constant(12, value)));
    expect(widened(200)).toMatchObject({ kind: "eq", a: 0 });
    expect(widened(256)).toEqual(constant(1, 0n));
  });

  test("a choice made before is not made again", () => {
    const chosen = (build: (s: Sketch, bit: number, x: number, z: number) => number) =>
      folded((s, x, z) => build(s, s.slice(z, 0, 1), x, z));
    expect(chosen((s, bit, x, z) => s.mux(bit, s.mux(bit, x, z), x))).toBe("x");
    expect(chosen((s, bit, x, z) => s.mux(bit, x, s.mux(bit, z, x)))).toBe("x");
    const byBit = (selector: number, x: number, z: number): Node => ({
      kind: "case",
      width: 8,
      selector,
      arms: [{ match: 0n, value: x }],
      otherwise: z,
    });
    expect(chosen((s, bit, x, z) => s.node(byBit(bit, x, z)))).toMatchObject({ kind: "mux", a: 1, b: 0 });
  });

  test("a chain of registers that never change is constant", () => {
    const chain = (last: bigint) =>
      folded((s) => {
        const first = s.reg(8, s.constant(8, 5), "first", 0, 5n);
        const second = s.reg(8, s.op("add", first, s.constant(8, 1)), "second", 0, last);
        return second;
      });
    expect(chain(6n)).toEqual(constant(8, 6n));
    expect(chain(7n)).toMatchObject({ kind: "reg" });
    expect(folded((s) => s.reg(8, s.nodes.length, "held", 0, 3n))).toEqual(constant(8, 3n));
    expect(folded((s) => s.reg(8, s.nodes.length, "held", 0, null))).toMatchObject({ kind: "reg" });
  });

  test("names follow what stands for their node, and sources stay with it", () => {
    const s = new Sketch("Top");
    const x = s.input("x", 8);
    const sum = s.op("add", x, s.constant(8, 0), "sum");
    s.output("y", s.reg(8, s.not(sum), "r"));
    const module = foldModule(s.module());
    const find = (name: string) => module.names.find((entry) => entry.name === name)?.node ?? -1;
    expect(find("sum")).toBe(find("x"));
    expect(module.nodes[find("r")]?.kind).toBe("reg");
    expect(module.sources[module.nodeSources[find("r")] ?? -1]?.line).toBe(5);
  });

  test("words that go round are left in peace", () => {
    const s = new Sketch("Top");
    const a = s.input("a", 1);
    const w = s.node({ kind: "cat", width: 8, parts: [] }, "w");
    s.set(w, { parts: [s.slice(w, 0, 7), a] });
    s.output("y", s.slice(w, 7, 1));
    const module = foldModule(s.module());
    validate(designOf(module));
    expect(module.ports[1]?.node).toBe(0);
  });

  test("a module with nothing to fold is the same object", () => {
    const s = new Sketch("Top");
    s.output("y", s.not(s.input("x", 8)));
    const module = s.module();
    expect(foldModule(module)).toBe(module);
  });
});
