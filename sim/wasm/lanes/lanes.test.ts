import { describe, expect, test } from "vitest";
import { elaborate, engineConfig, PeArray } from "../../../hdl/index.ts";
import type { Design, NodeId } from "../../../hdl/netlist/index.ts";
import { designOf, Sketch } from "../../../hdl/netlist/sketch.fuzz.ts";
import type { Engine } from "../../engine.ts";
import { interpret } from "../../interpreter/interpreter.ts";
import { plan } from "../../plan/plan.ts";
import { compile } from "../index.ts";

const lanes = 21;

/** A row of cells, each of which computes something of the values that its own inputs had at the edge before. */
function row(widths: readonly number[], compute: (cell: Sketch, operands: readonly NodeId[]) => NodeId): Design {
  const cell = new Sketch("Cell");
  const operands = widths.map((width, i) => cell.reg(width, cell.input(`x${i}`, width), `r${i}`, 0, null));
  const value = compute(cell, operands);
  cell.output("y", cell.reg(cell.width(value), value, "result", 0, null));
  const top = new Sketch("Row");
  const inputs = widths.map((width, i) =>
    Array.from({ length: lanes }, (_, lane) => top.input(`x${i}_${lane}`, width)),
  );
  top.instance("cell", 0, inputs, [lanes]);
  top.output("y", top.out(0, widths.length, cell.width(value), 0));
  return designOf(cell, top);
}

/** The registers' random power-on values go through once; then once more with extreme inputs. */
function agree(design: Design, widths: readonly number[]): void {
  expect(plan(design, { lanes: "always" }).lanes.groups.some(({ group }) => group.lanes === lanes)).toBe(true);
  const oracle = interpret(design, { seed: 3 });
  const inLanes = compile(design, { seed: 3, lanes: "always" });
  const results = (engine: Engine) => Array.from({ length: lanes }, (_, lane) => engine.peek(`cell[${lane}].result`));
  for (let edge = 0; edge < 3; edge++) {
    for (const engine of [oracle, inLanes]) {
      widths.forEach((width, i) => {
        const extremes = [0n, 1n, (1n << BigInt(width)) - 1n, 1n << BigInt(width - 1), (1n << BigInt(width - 1)) - 1n];
        for (let lane = 0; lane < lanes; lane++)
          engine.poke(`x${i}_${lane}`, BigInt.asUintN(width, extremes[(lane * (i + 1)) % 5] ?? 0n));
      });
      engine.step();
    }
    expect(results(inLanes)).toEqual(results(oracle));
  }
}

const widths = [1, 5, 8, 13, 16, 20, 32, 47, 64];

describe("every operator agrees with the interpreter in lanes of", () => {
  test.each(widths)("%i bits: two operands", (width) => {
    for (const kind of ["and", "or", "xor", "add", "sub", "mul"] as const)
      agree(
        row([width, width], (s, [a = -1, b = -1]) => s.op(kind, a, b)),
        [width, width],
      );
    for (const kind of ["eq", "ltu", "lts"] as const)
      agree(
        row([width, width], (s, [a = -1, b = -1]) => s.node({ kind, width: 1, a, b })),
        [width, width],
      );
  });

  test.each(widths)("%i bits: choices", (width) => {
    agree(
      row([1, width, width], (s, [c = -1, a = -1, b = -1]) => s.mux(c, a, b)),
      [1, width, width],
    );
    const chosen = row([3, width, width], (s, [selector = -1, a = -1, b = -1]) => {
      const arms = [2n, 0n, 7n].map((match, i) => ({ match, value: i === 1 ? b : a }));
      return s.node({ kind: "case", width, selector, arms, otherwise: s.op("xor", a, b) });
    });
    agree(chosen, [3, width, width]);
    const compared = row([width, 32, 32], (s, [c = -1, a = -1, b = -1]) =>
      s.mux(s.node({ kind: "ltu", width: 1, a: c, b: s.constant(width, 1) }), a, b),
    );
    agree(compared, [width, 32, 32]);
  });

  test.each(widths)("%i bits: one operand", (width) => {
    const one = (make: (s: Sketch, a: NodeId) => NodeId) =>
      agree(
        row([width], (s, [a = -1]) => make(s, a)),
        [width],
      );
    one((s, a) => s.not(a));
    for (const op of ["and", "or", "xor"] as const) one((s, a) => s.node({ kind: "reduce", width: 1, op, a }));
    for (const to of widths.filter((to) => to >= width))
      for (const kind of ["zext", "sext"] as const) one((s, a) => s.extend(kind, a, to));
    for (const part of widths.filter((part) => part <= width)) {
      one((s, a) => s.slice(a, 0, part));
      one((s, a) => s.slice(a, width - part, part));
    }
    for (const kind of ["shl", "shru", "shrs"] as const)
      for (const amount of [0, 1, width - 1, width, 200])
        one((s, a) => s.node({ kind, width, a, b: s.constant(8, amount) }));
    one((s, a) => s.cat(width > 32 ? [a] : [s.slice(a, 0, 1), a, s.constant(3, 5)]));
  });

  test.each([
    [8, 8, 16],
    [8, 8, 32],
    [5, 7, 12],
    [16, 16, 32],
    [16, 9, 40],
    [32, 32, 64],
    [1, 8, 16],
    [16, 8, 20],
  ])("%i by %i bits: the product of %i", (a, b, width) => {
    for (const kind of ["zext", "sext"] as const) {
      const product = row([a, b], (s, [x = -1, y = -1]) =>
        s.op("mul", s.extend(kind, x, width), s.extend(kind, y, width)),
      );
      agree(product, [a, b]);
    }
  });

  test.each(["eq", "ltu", "lts"] as const)("what %s says of numbers too wide for lanes, as a mask", (kind) => {
    const wide = 72;
    const mask = row([wide, wide, 32], (s, [a = -1, b = -1, c = -1]) => {
      const compared = s.compare(kind, a, b);
      return s.op("xor", s.extend("sext", compared, 32), s.mux(compared, c, s.constant(32, 0)));
    });
    agree(mask, [wide, wide, 32]);
  });
});

describe("a systolic array", () => {
  const design = elaborate(PeArray(engineConfig({ rows: 9, cols: 7 })));

  test("is the same in lanes, one by one, and interpreted, through a reset and a checkpoint", () => {
    const engines = [
      interpret(design, { seed: 5 }),
      compile(design, { seed: 5, lanes: "off" }),
      compile(design, { seed: 5, lanes: "always" }),
    ];
    const paths = ["valid", "sums[0]", "sums[6]", "pe[0][0].south", "pe[4][3].south", "pe[8][6].east", "loaded"];
    for (let cycle = 0; cycle < 120; cycle++) {
      const seen = engines.map((engine) => {
        for (let i = 0; i < 9; i++) engine.poke(`activations.bits[${i}]`, (cycle * 31 + i * 77) & 255);
        for (let i = 0; i < 7; i++) engine.poke(`weights[${i}]`, (cycle * 13 + i * 51) & 255);
        engine.poke("load", cycle % 40 < 9 ? 1 : 0);
        engine.poke("activations.valid", cycle % 7 === 6 ? 0 : 1);
        engine.poke("activations.swap", cycle % 40 === 10 ? 1 : 0);
        engine.reset(cycle === 100);
        engine.step();
        if (cycle === 60) engine.restore(engine.checkpoint());
        return paths.map((path) => engine.peek(path));
      });
      expect(seen[1]).toEqual(seen[0]);
      expect(seen[2]).toEqual(seen[0]);
    }
  });

  test("a checkpoint of lanes is not one of an engine without", () => {
    const saved = compile(design, { lanes: "always" }).checkpoint();
    expect(() => compile(design, { lanes: "off" }).restore(saved)).toThrow("the checkpoint is not one of PeArray");
  });
});

describe("a sum that goes through an array within a cycle", () => {
  /** Sums go down, but in column 0 from another column of the row above, with no rule to it. */
  function ripple(rows: number, cols: number) {
    const cell = new Sketch("Cell");
    const sum = cell.input("sum", 16);
    const held = cell.reg(16, cell.op("sub", cell.input("x", 16), cell.constant(16, 3)), "held");
    cell.output("total", cell.op("add", sum, cell.op("mul", held, held)));
    cell.output("passed", held);
    const top = new Sketch("Ripple");
    const x = top.input("x", 16);
    const totals = Array.from({ length: rows * cols }, (_, element) => top.out(0, 2, 16, element));
    const passed = Array.from({ length: rows * cols }, (_, element) => top.out(0, 3, 16, element));
    const sums = totals.map((_, element) => {
      const row = Math.floor(element / cols);
      const column = element % cols === 0 ? 1 + ((row * row * 7) % (cols - 1)) : element % cols;
      return totals[(row - 1) * cols + column] ?? x;
    });
    const xs = passed.map((_, element) => (element === 0 ? x : (passed[element - 1] ?? x)));
    top.instance("cell", 0, [sums, xs], [rows, cols]);
    for (let column = 0; column < cols; column++) top.output(`total${column}`, totals[(rows - 1) * cols + column] ?? x);
    return designOf(cell, top);
  }

  test("is taken from where the row before has put it, however irregularly", () => {
    const design = ripple(24, 16);
    const engines = [interpret(design, { seed: 5 }), compile(design, { seed: 5, lanes: "always" })];
    for (let cycle = 0; cycle < 40; cycle++) {
      const [plain, own] = engines.map((engine) => {
        engine.poke("x", (cycle * 773) & 0xffff);
        engine.step();
        return Array.from({ length: 16 }, (_, column) => engine.peek(`total${column}`));
      });
      expect([cycle, own]).toEqual([cycle, plain]);
    }
  });
});
