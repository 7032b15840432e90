import { describe, expect, test } from "vitest";
import { checkCrossings } from "./crossings.ts";
import type { Design } from "./design.ts";
import { clock, designOf, Sketch } from "./sketch.fuzz.ts";

const both = [clock("clk"), clock("io")];

function crossingOf(design: Design): string {
  try {
    checkCrossings(design);
  } catch (error) {
    expect(error).toHaveProperty("name", "DesignError");
    return error instanceof Error ? error.message : "";
  }
  return "none";
}

/** `count` of domain clk; `use` may sample it in domain io. */
function two(use: (s: Sketch, count: number) => void): string {
  const s = new Sketch("Top", both);
  const count = s.reg(8, 0, "count");
  use(s, count);
  return crossingOf(designOf(s));
}

describe("checkCrossings within a module", () => {
  test("names both registers, clocks and lines", () => {
    expect(two((s, count) => s.reg(8, s.not(count), "data", 1))).toBe(
      "clock domain crossing in Top: count (clock clk, Top.ts:1) reaches data (clock io, Top.ts:3) without a synchroniser; use a synchroniser from hdl/lib, or cross(...) where it is known to be safe",
    );
  });

  test("cross makes it legal, and the register behind it belongs to its own domain", () => {
    expect(
      two((s, count) => {
        const first = s.reg(8, s.node({ kind: "cross", width: 8, a: count }), "first", 1);
        s.reg(8, first, "second", 1);
      }),
    ).toBe("none");
  });

  test("the top's inputs are free", () => {
    expect(
      two((s, count) => {
        const a = s.input("a", 8);
        s.reg(8, s.op("and", a, count), "x", 0);
        s.reg(8, a, "y", 1);
      }),
    ).toBe("none");
  });

  test("memory ports are samplers", () => {
    const one = (s: Sketch) => s.constant(1, 1);
    const write = (s: Sketch, address: number, domain: number) => ({
      writes: [
        { domain, enable: one(s), address, data: address, mask: null, source: { file: "w.ts", line: 9, column: 1 } },
      ],
    });
    expect(two((s, count) => s.memory("ram", 8, 4, write(s, count, 1)))).toContain(
      "count (clock clk, Top.ts:1) reaches memory ram (clock io, w.ts:9)",
    );
    expect(
      two((s, count) => {
        const memory = s.memory("ram", 8, 4);
        s.node({ kind: "memRead", width: 8, memory, address: count, sync: { domain: 1, enable: one(s) } }, "q");
      }),
    ).toContain("count (clock clk, Top.ts:1) reaches q (clock io,");

    // Written by clk: an asynchronous read carries clk, a synchronous one its own domain.
    const read = (sync: boolean) =>
      two((s, count) => {
        const memory = s.memory("ram", 8, 4, write(s, count, 0));
        const address = s.reg(8, 0, "address", 1);
        s.set(address, { next: address });
        const enable = one(s);
        const q = s.node(
          { kind: "memRead", width: 8, memory, address, sync: sync ? { domain: 1, enable } : null },
          "q",
        );
        s.reg(8, q, "data", 1);
      });
    expect(read(true)).toBe("none");
    expect(read(false)).toContain("memory ram (clock clk, w.ts:9) reaches data (clock io,");
  });
});

describe("checkCrossings through instances", () => {
  function stage(): Sketch {
    const s = new Sketch("Stage");
    const x = s.input("x", 8);
    s.output("comb", s.not(x));
    s.output("held", s.reg(8, x, "held_r"));
    return s;
  }

  const connect = (domain: number, use: (s: Sketch, count: number, u: number) => void) => {
    const s = new Sketch("Core", both);
    const count = s.reg(8, 0, "count");
    use(s, count, s.instance("u", 0, [[count, count]], [2], [domain]));
    const top = new Sketch("Top", both);
    top.instance("core", 1, [], [], [0, 1]);
    return crossingOf(designOf(stage(), s, top));
  };

  test("an input is sampled in the domain that the instance is given", () => {
    expect(connect(0, () => {})).toBe("none");
    expect(connect(1, () => {})).toContain(
      "in Top.core: count (clock clk, Core.ts:1) reaches u[0].held_r (clock io, Stage.ts:3)",
    );
  });

  test("an output carries the state behind it, or that of the inputs it follows", () => {
    const registered = connect(0, (s, _, u) => s.reg(8, s.out(u, 2, 8, 1), "data", 1));
    expect(registered).toContain("u[1].held_r (clock clk, Stage.ts:3) reaches data (clock io,");
    const through = connect(0, (s, _, u) => s.reg(8, s.out(u, 1, 8, 1), "data", 1));
    expect(through).toContain("count (clock clk, Core.ts:1) reaches data (clock io,");
  });

  test("one definition serves both domains", () => {
    const s = new Sketch("Top", both);
    const a = s.input("a", 8);
    const first = s.instance("first", 0, [a], [], [0]);
    const second = s.instance("second", 0, [a], [], [1]);
    s.reg(8, s.out(first, 2, 8), "x", 0);
    s.reg(8, s.out(second, 2, 8), "y", 1);
    expect(crossingOf(designOf(stage(), s))).toBe("none");
  });

  test("a cross inside the child clears its output", () => {
    const sync = new Sketch("Sync");
    sync.output("y", sync.reg(8, sync.node({ kind: "cross", width: 8, a: sync.input("x", 8) }), "r"));
    const s = new Sketch("Top", both);
    const count = s.reg(8, 0, "count");
    const u = s.instance("u", 0, [count], [], [1]);
    s.reg(8, s.out(u, 1, 8), "data", 1);
    expect(crossingOf(designOf(sync, s))).toBe("none");
  });

  test("two levels down", () => {
    const wrap = new Sketch("Wrap", both);
    const u = wrap.instance("inner", 0, [wrap.input("x", 8)], [], [1]);
    wrap.output("y", wrap.out(u, 2, 8));
    const s = new Sketch("Top", both);
    const count = s.reg(8, 0, "count");
    s.instance("w", 1, [count], [], [0, 1]);
    expect(crossingOf(designOf(stage(), wrap, s))).toContain(
      "count (clock clk, Top.ts:1) reaches w.inner.held_r (clock io, Stage.ts:3)",
    );
  });

  test("words that go round are no trouble", () => {
    expect(
      two((s, count) => {
        const w = s.node({ kind: "cross", width: 8, a: 0 });
        s.nodes[w] = { kind: "cat", width: 8, parts: [] };
        s.set(w, { parts: [s.slice(w, 0, 7), s.slice(count, 0, 1)] });
        s.reg(8, w, "data", 1);
      }),
    ).toContain("count (clock clk, Top.ts:1) reaches data (clock io");
  });
});
