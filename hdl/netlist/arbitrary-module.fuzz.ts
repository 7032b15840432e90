import fc from "fast-check";
import type { BinaryKind, Module, NodeId } from "./design.ts";
import { Sketch } from "./sketch.fuzz.ts";

const widths = [1, 2, 3, 8, 31, 32, 33, 64, 65, 130];
const binaries: readonly BinaryKind[] = ["and", "or", "xor", "add", "sub", "mul", "divu", "divs", "remu", "rems"];
const steps = [
  "const",
  "unary",
  "binary",
  "compare",
  "shift",
  "mux",
  "case",
  "cat",
  "slice",
  "extend",
  "reduce",
] as const;

/** The numbers that one step of a random module is made from. */
const step = fc.record({
  kind: fc.constantFrom(...steps),
  pick: fc.nat({ max: 59 }),
  a: fc.nat({ max: 199 }),
  b: fc.nat({ max: 199 }),
  c: fc.nat({ max: 199 }),
  width: fc.constantFrom(...widths),
  value: fc.oneof(fc.constantFrom(0n, 1n, -1n), fc.bigInt({ min: 0n, max: (1n << 130n) - 1n })),
});

/**
 * Random well-formed modules for tests of the passes: three inputs of 1, 8 and 33 bits, four registers, all operators,
 * many constants and repeated operands, no instances, no memories, no loops. The last nodes are its outputs.
 */
export const arbitraryModule: fc.Arbitrary<Module> = fc.array(step, { minLength: 1, maxLength: 60 }).map((choices) => {
  const s = new Sketch("Random");
  for (const [at, width] of [1, 8, 33].entries()) s.input(`in${at}`, width);
  const regs = [1, 8, 33, 64].map((width, at) => s.reg(width, s.nodes.length, `r${at}`, 0, BigInt(at % 2)));
  for (const choice of choices) addStep(s, choice);
  for (const [at, reg] of regs.entries()) s.set(reg, { next: resize(s, s.nodes.length - 1 - at, s.width(reg)) });
  const last = s.nodes.length;
  for (let at = 1; at <= 6; at++) s.output(`out${at}`, Math.max(last - at, 0));
  return s.module();
});

/** The node in `width` bits: sliced or extended. */
function resize(s: Sketch, id: NodeId, width: number): NodeId {
  const own = s.width(id);
  if (own === width) return id;
  return own > width ? s.slice(id, own - width, width) : s.extend(width % 2 === 0 ? "zext" : "sext", id, width);
}

function addStep(s: Sketch, choice: typeof step extends fc.Arbitrary<infer T> ? T : never): void {
  const { kind, pick, width, value } = choice;
  const any = (seed: number): NodeId => Math.max(s.nodes.length - 1 - (seed % Math.min(s.nodes.length, 24)), 0);
  const [a, b, c] = [any(choice.a), any(choice.b), any(choice.c)];
  const w = s.width(a);
  switch (kind) {
    case "const":
      s.constant(width, BigInt.asUintN(width, value));
      return;
    case "unary":
      s.node({ kind: pick % 4 === 0 ? "cross" : "not", width: w, a });
      return;
    case "binary":
      s.op(binaries[pick % binaries.length] ?? "and", a, resize(s, b, w));
      return;
    case "compare":
      s.compare((["eq", "ltu", "lts"] as const)[pick % 3] ?? "eq", a, resize(s, b, w));
      return;
    case "shift":
      s.node({
        kind: (["shl", "shru", "shrs"] as const)[pick % 3] ?? "shl",
        width: w,
        a,
        b: resize(s, b, 1 + (pick % 8)),
      });
      return;
    case "mux":
      s.mux(resize(s, c, 1), a, resize(s, b, w));
      return;
    case "case": {
      const selector = resize(s, c, 2);
      const arms = [0n, 3n, 1n].slice(pick % 3).map((match) => ({ match, value: match === 3n ? resize(s, b, w) : a }));
      s.node({ kind: "case", width: w, selector, arms, otherwise: resize(s, b, w) });
      return;
    }
    case "cat":
      // Narrow parts only, so that chains of cats do not grow without end.
      s.cat([resize(s, a, Math.min(w, 40)), ...(pick % 3 === 0 ? [] : [resize(s, b, Math.min(s.width(b), 40))])]);
      return;
    case "slice": {
      const low = pick % w;
      s.slice(a, low, 1 + (choice.b % (w - low)));
      return;
    }
    case "extend":
      s.extend(pick % 2 === 0 ? "zext" : "sext", a, Math.max(w, Math.min(width, 130)));
      return;
    case "reduce":
      s.node({ kind: "reduce", op: (["and", "or", "xor"] as const)[pick % 3] ?? "and", width: 1, a });
  }
}

/** Random inputs for `cycles` cycles of such a module. */
export const arbitraryInputs = (cycles: number): fc.Arbitrary<bigint[][]> =>
  fc.array(fc.tuple(bits(1), bits(8), bits(33)), { minLength: cycles, maxLength: cycles });

function bits(width: number): fc.Arbitrary<bigint> {
  return fc.bigInt({ min: 0n, max: (1n << BigInt(width)) - 1n });
}
