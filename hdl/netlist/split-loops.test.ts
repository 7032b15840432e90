import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { definition, type Module } from "./design.ts";
import { wordCycles } from "./loops.ts";
import { evaluate } from "./semantics.ts";
import { designOf, Sketch } from "./sketch.fuzz.ts";
import { splitFalseLoops } from "./split-loops.ts";
import { validate } from "./validate.ts";

/** Values of all nodes after so many rounds of evaluation from 0 that every bit has come to rest. */
function settle(module: Module, inputs: readonly bigint[]): bigint[] {
  const values: bigint[] = module.nodes.map(() => 0n);
  for (let changed = true, round = 0; changed; round++) {
    if (round > 10_000) throw new Error("does not settle");
    changed = false;
    module.nodes.forEach((node, id) => {
      const value =
        node.kind === "input"
          ? (inputs[node.port] ?? 0n)
          : evaluate(
              node,
              (operand) => values[operand] ?? 0n,
              (operand) => module.nodes[operand]?.width ?? 0,
            );
      if (value !== values[id]) changed = true;
      values[id] = value;
    });
  }
  return values;
}

const width = 8;
type Operation = (s: Sketch, w: number, a: number, b: number) => number;

/** Low bits decide high ones: the low half of w is an input, the high half the low half of an operation on w. */
const upward: Record<string, Operation> = {
  add: (s, w, a) => s.op("add", w, a),
  sub: (s, w, a) => s.op("sub", w, a),
  "sub reversed": (s, w, a) => s.op("sub", a, w),
  mul: (s, w, a) => s.op("mul", w, a),
  and: (s, w, a) => s.op("and", w, a),
  or: (s, w, a) => s.op("or", w, a),
  xor: (s, w, a) => s.op("xor", w, a),
  not: (s, w) => s.not(w),
  mux: (s, w, a, b) => s.mux(s.slice(b, 0, 1), w, a),
  case: (s, w, a, b) =>
    s.node({
      kind: "case",
      width,
      selector: b,
      arms: [
        { match: 0n, value: w },
        { match: 3n, value: a },
      ],
      otherwise: w,
    }),
  shl: (s, w, _, b) => s.node({ kind: "shl", width, a: w, b: s.slice(b, 0, 4) }),
  "shl by a constant": (s, w) => s.node({ kind: "shl", width, a: w, b: s.constant(4, 1) }),
  cross: (s, w) => s.node({ kind: "cross", width, a: w }),
  sext: (s, w) => s.slice(s.extend("sext", w, 12), 0, 8),
  zext: (s, w) => s.slice(s.extend("zext", w, 12), 0, 8),
  ltu: (s, w, a) => s.extend("zext", s.compare("ltu", s.slice(w, 0, 4), s.slice(a, 0, 4)), width),
  "sum of sums": (s, w, a, b) => s.op("add", s.op("add", w, a), s.op("sub", b, w)),
};
const downward: Record<string, Operation> = {
  shru: (s, w, _, b) => s.node({ kind: "shru", width, a: w, b: s.slice(b, 0, 4) }),
  shrs: (s, w, _, b) => s.node({ kind: "shrs", width, a: w, b: s.slice(b, 0, 4) }),
  "shrs by a constant": (s, w) => s.node({ kind: "shrs", width, a: w, b: s.constant(4, 2) }),
};

function roundabout(operation: Operation, up: boolean): Module {
  const s = new Sketch("Top");
  const [a, b, c] = [s.input("a", width), s.input("b", width), s.input("c", 4)];
  const w = s.node({ kind: "cat", width, parts: [] }, "w");
  const x = operation(s, w, a, b);
  s.set(w, { parts: up ? [s.slice(x, 0, 4), c] : [c, s.slice(x, 4, 4)] });
  s.output("y", x);
  return s.module();
}

describe("splitFalseLoops", () => {
  test.each([
    ...Object.entries(upward).map(([name, operation]) => [name, operation, true] as const),
    ...Object.entries(downward).map(([name, operation]) => [name, operation, false] as const),
  ])("%s keeps its meaning and no word goes round", (_, operation, up) => {
    const module = roundabout(operation, up);
    const split = splitFalseLoops(module);
    expect(wordCycles(designOf(module), module, []).length).toBe(1);
    validate(designOf(split));
    expect(wordCycles(designOf(split), split, [])).toEqual([]);
    const byte = fc.bigInt({ min: 0n, max: 255n });
    fc.assert(
      fc.property(byte, byte, fc.bigInt({ min: 0n, max: 15n }), (...inputs) => {
        const after = settle(split, inputs);
        expect(after.slice(0, module.nodes.length)).toEqual(settle(module, inputs));
      }),
    );
  });

  test("a module without circles is returned as it is", () => {
    const s = new Sketch("Top");
    s.output("y", s.not(s.input("a", 4)));
    const module = s.module();
    expect(splitFalseLoops(module)).toBe(module);
  });

  test("a real loop and a module with instances are refused", () => {
    const s = new Sketch("Top");
    s.node({ kind: "not", width: 2, a: 0 }, "x");
    expect(() => splitFalseLoops(s.module())).toThrow("combinational loop in Top: x[0] (Top.ts:1) -> x[0];");
    const outer = new Sketch("Outer");
    outer.instance("u", 0, []);
    expect(() => splitFalseLoops(definition(designOf(new Sketch("Inner"), outer), 1))).toThrow(
      "flatten the design first",
    );
  });
});
