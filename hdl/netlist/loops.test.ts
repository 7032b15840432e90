import { describe, expect, test } from "vitest";
import type { Design } from "./design.ts";
import { checkLoops } from "./loops.ts";
import { designOf, Sketch } from "./sketch.fuzz.ts";

function loopOf(design: Design): string {
  try {
    checkLoops(design);
  } catch (error) {
    expect(error).toHaveProperty("name", "DesignError");
    return error instanceof Error ? error.message : "";
  }
  return "none";
}

/** A sketch with a word `w` (node 0) that `drive` gives its driver; the driver is named w. */
function round(width: number, drive: (s: Sketch, w: number) => number): Design {
  const s = new Sketch("Top");
  const w = s.node({ kind: "cross", width, a: 0 }, "w");
  const driver = drive(s, w);
  s.set(w, { a: driver });
  s.output("y", w);
  return designOf(s);
}

describe("checkLoops by bits", () => {
  test("no loop without a circle", () => {
    const s = new Sketch("Top");
    const a = s.input("a", 8);
    const r = s.reg(8, 0, "r");
    s.set(r, { next: s.op("add", r, a) });
    expect(loopOf(designOf(s))).toBe("none");
  });

  test("a shift register of one word is no loop", () => {
    expect(loopOf(round(8, (s, w) => s.cat([s.slice(w, 0, 7), s.input("a", 1)])))).toBe("none");
  });

  test("constant shifts either way are no loop, variable ones are", () => {
    for (const kind of ["shl", "shru"] as const) {
      const shift = (amount: (s: Sketch) => number) =>
        loopOf(round(8, (s, w) => s.node({ kind, width: 8, a: w, b: amount(s) })));
      expect(shift((s) => s.constant(3, 1))).toBe("none");
      expect(shift((s) => s.constant(70, 1n << 69n))).toBe("none");
      expect(shift((s) => s.constant(3, 0))).toContain("combinational loop in Top: w[");
      expect(shift((s) => s.input("n", 3))).toContain("combinational loop in Top: w[");
    }
    const sign = round(8, (s, w) => s.node({ kind: "shrs", width: 8, a: w, b: s.constant(3, 1) }));
    expect(loopOf(sign)).toContain("w[7] (Top.ts:1) -> w[7]");
  });

  test("an adder whose low half feeds the high half is no loop, the other way round it is one", () => {
    const design = (low: number) =>
      round(8, (s, w) => {
        const zero = s.constant(4, 0);
        const parts = low === 4 ? [s.slice(w, 0, 4), zero] : [zero, s.slice(w, 4, 4)];
        return s.op("add", s.cat(parts), s.input("a", 8), "sum");
      });
    expect(loopOf(design(4))).toBe("none");
    expect(loopOf(design(0))).toMatch(
      /^combinational loop in Top: w\[4\] \(Top.ts:1\) -> sum\[0\] .*-> sum\[4\] .*-> w\[4\];/,
    );
  });

  test("comparisons, reductions, divisions and cases depend on every bit", () => {
    const high = (bit: (s: Sketch, w: number) => number) =>
      loopOf(round(8, (s, w) => s.cat([bit(s, w), s.input("a", 7)])));
    expect(high((s, w) => s.compare("ltu", w, s.constant(8, 3)))).toContain("loop");
    expect(high((s, w) => s.node({ kind: "reduce", op: "or", width: 1, a: w }))).toContain("loop");
    expect(high((s, w) => s.slice(s.op("divu", w, s.constant(8, 3)), 0, 1))).toContain("loop");
    expect(
      high((s, w) => s.node({ kind: "case", width: 1, selector: w, arms: [], otherwise: s.constant(1, 0) })),
    ).toContain("loop");
    expect(high((s, w) => s.compare("ltu", s.slice(w, 0, 7), s.constant(7, 3)))).toBe("none");
    const ram = (s: Sketch) => s.memory("ram", 1, 256);
    expect(high((s, w) => s.node({ kind: "memRead", width: 1, memory: ram(s), address: w, sync: null }))).toContain(
      "loop",
    );
  });

  test("the upper bits of sext depend on the sign alone, of zext on nothing", () => {
    const wide = (kind: "sext" | "zext", low: number) =>
      loopOf(round(8, (s, w) => s.cat([s.slice(s.extend(kind, s.slice(w, low, 4), 8), 4, 4), s.input("a", 4)])));
    expect(wide("sext", 0)).toBe("none");
    expect(wide("sext", 1)).toContain("w[4] (Top.ts:1) -> w[4]");
    expect(wide("zext", 1)).toBe("none");
  });

  test("a mux's select reaches all bits", () => {
    const select = (bit: number) =>
      loopOf(
        round(2, (s, w) => {
          const chosen = s.mux(s.slice(w, bit, 1), s.input("a", 1), s.input("b", 1), "chosen");
          return s.cat([chosen, s.slice(s.input("c", 2), 0, 1)]);
        }),
      );
    expect(select(0)).toBe("none");
    expect(select(1)).toBe(
      "combinational loop in Top: w[1] (Top.ts:1) -> chosen (Top.ts:5) -> w[1]; put a register (reg or pipe) on one of these signals",
    );
  });
});

describe("checkLoops through instances", () => {
  function pass(): Sketch {
    const s = new Sketch("Pass");
    const x = s.input("x", 2);
    s.output("y", s.op("add", x, s.input("z", 2), "sum"));
    s.output("r", s.reg(2, x, "held"));
    return s;
  }

  test("names the instance, its ports and the module's path", () => {
    const core = new Sketch("Core");
    const a = core.node({ kind: "not", width: 2, a: 0 }, "a");
    const u1 = core.instance("u1", 0, [a, core.input("b", 2)]);
    core.set(a, { a: core.out(u1, 2, 2) });
    const top = new Sketch("Top");
    top.instance("core", 1, [top.input("b", 2)]);
    expect(loopOf(designOf(pass(), core, top))).toBe(
      "combinational loop in Top.core: a[0] (Core.ts:1) -> through instance u1 (Pass) from x[0] to y[0] (Core.ts:3) -> a[0]; put a register (reg or pipe) on one of these signals",
    );
  });

  test("a registered output closes no loop, nor does a bit that the child keeps apart", () => {
    const registered = new Sketch("Top");
    const first = registered.out(0, 3, 2);
    registered.instance("u1", 0, [first, first]);
    expect(loopOf(designOf(pass(), registered))).toBe("none");

    const apart = new Sketch("Top");
    const out = apart.out(0, 2, 2);
    apart.instance("u1", 0, [apart.cat([apart.slice(out, 0, 1), apart.input("b", 1)]), apart.constant(2, 0)]);
    expect(loopOf(designOf(pass(), apart))).toBe("none");
  });

  test("a ring of elements is found, a chain is none", () => {
    const ring = (last: boolean): Design => {
      const s = new Sketch("Top");
      const zero = s.constant(2, 0);
      const outs = [0, 1, 2].map((e) => s.out(0, 2, 2, e));
      s.instance("u", 0, [[(last ? outs[2] : zero) ?? zero, outs[0] ?? zero, outs[1] ?? zero], zero], [3]);
      return designOf(pass(), s);
    };
    expect(loopOf(ring(false))).toBe("none");
    expect(loopOf(ring(true))).toMatch(
      /in Top: through instance u\[\d\] \(Pass\) from x\[0\] to y\[0\] \(Top.ts:\d\) -> through/,
    );
  });
});

describe("checkLoops's report", () => {
  test("nameless nodes are told by kind and line", () => {
    const s = new Sketch("Top");
    s.node({ kind: "not", width: 1, a: 1 });
    s.node({ kind: "not", width: 1, a: 0 });
    expect(loopOf(designOf(s))).toContain("not at Top.ts:1 -> not at Top.ts:2 -> not at Top.ts:1;");
  });

  test("a node that feeds itself", () => {
    const s = new Sketch("Top");
    s.node({ kind: "not", width: 1, a: 0 }, "x");
    expect(loopOf(designOf(s))).toContain("x (Top.ts:1) -> x;");
  });

  test("the shortest cycle is shown", () => {
    const s = new Sketch("Top");
    for (let i = 0; i < 50; i++) s.node({ kind: "not", width: 1, a: (i + 1) % 50 }, `n${i}`);
    s.set(20, { kind: "and", a: 21, b: 19 });
    expect(loopOf(designOf(s))).toContain(": n19 (Top.ts:20) -> n20 (Top.ts:21) -> n19;");
  });

  test("a long chain neither overflows nor takes long", () => {
    const s = new Sketch("Top");
    let a = s.input("a", 32);
    for (let i = 0; i < 100_000; i++) a = s.not(a);
    s.output("y", a);
    expect(loopOf(designOf(s))).toBe("none");
  });
});
