import { describe, expect, test } from "vitest";
import { elaborate, engineConfig, module, PeArray, pipe, UInt } from "../../../hdl/index.ts";
import { designOf, Sketch } from "../../../hdl/netlist/sketch.fuzz.ts";
import { explain } from "../../explain.ts";
import { plan } from "../plan.ts";

/** A ring of cells of 8 bits, each a copy of its neighbour plus one. */
function ring(cells: number, towards: 1 | -1) {
  const cell = new Sketch("Cell");
  const held = cell.reg(8, cell.op("add", cell.input("from", 8), cell.constant(8, 1)), "held");
  cell.output("to", held);
  const top = new Sketch("Ring");
  const outs = Array.from({ length: cells }, (_, element) => top.out(0, 1, 8, element));
  top.instance("cell", 0, [outs.map((_, element) => outs[(element + towards + cells) % cells] ?? -1)], [cells]);
  top.output("last", outs.at(-1) ?? -1);
  return designOf(cell, top);
}

describe("a systolic array", () => {
  const { lanes, nodes, layout } = plan(elaborate(PeArray(engineConfig({ rows: 16, cols: 16 }))));

  test("is one group of all its PEs' registers in elements of their size, in place from the far corner", () => {
    const array = lanes.groups.find(({ group }) => group.name === "pe");
    expect(array?.group.lanes).toBe(256);
    expect(array?.group.roots.map(({ width }) => width).sort()).toEqual([1, 1, 1, 32, 8, 8, 8]);
    expect(array?.chunks).toBe("down");
    expect(array?.late).not.toContain(true);
    for (const { members, width } of array?.group.roots ?? [])
      members.forEach((id, lane) => {
        expect(layout.addresses[id]).toBe((layout.addresses[members[0] ?? -1] ?? 0) + (lane * Math.max(8, width)) / 8);
      });
  });

  test("has the triangles around it in chains of delays, updated after what reads them", () => {
    const order = lanes.groups.map(({ group }) => group.name);
    expect(order.indexOf("delays of 32 bits")).toBeLessThan(order.indexOf("pe"));
    expect(order.indexOf("delays of 8 bits")).toBeGreaterThan(order.indexOf("pe"));
    const inLanes = lanes.groups.reduce((sum, { group }) => sum + group.lanes * group.roots.length, 0);
    expect(inLanes / nodes.filter(({ kind }) => kind === "reg").length).toBeGreaterThan(0.98);
  });
});

test("a ring of more than one vector register takes its new values through a second bank", () => {
  expect(plan(ring(48, 1)).lanes.groups.map(({ late }) => late)).toEqual([[true]]);
  expect(plan(ring(16, 1)).lanes.groups.map(({ late }) => late)).toEqual([[false]]);
});

test("lanes can be turned off, or forced where they do not pay", () => {
  const groups = (cells: number, lanes: "auto" | "off" | "always") =>
    plan(ring(cells, -1), { lanes }).lanes.groups.length;
  expect(groups(48, "off")).toBe(0);
  expect(groups(2, "auto")).toBe(0);
  expect(groups(2, "always")).toBe(1);
});

describe("a sum that goes through an array within a cycle", () => {
  /** Elements that add what they hold to a sum, which goes from row to row, in one place maybe through logic. */
  function ripple(rows: number, cols: number, between = false) {
    const cell = new Sketch("Cell");
    const sum = cell.input("sum", 16);
    const held = cell.reg(16, cell.op("sub", cell.input("x", 16), cell.constant(16, 1)), "held");
    const total = cell.op("add", sum, cell.op("mul", held, held));
    cell.output("total", total);
    cell.output("passed", held);
    const top = new Sketch("Ripple");
    const x = top.input("x", 16);
    const at = (row: number, col: number): number => row * cols + col;
    const totals = Array.from({ length: rows * cols }, (_, element) => top.out(0, 2, 16, element));
    const passed = Array.from({ length: rows * cols }, (_, element) => top.out(0, 3, 16, element));
    const sums = totals.map((_, element) => {
      const above = totals[element - cols];
      return above === undefined ? x : between && element === 3 * cols ? top.not(above) : above;
    });
    const xs = passed.map((_, element) => passed[element % cols === 0 ? -1 : element - 1] ?? x);
    top.instance("cell", 0, [sums, xs], [rows, cols]);
    for (let col = 0; col < cols; col++) top.output(`total${col}`, totals[at(rows - 1, col)] ?? x);
    return designOf(cell, top);
  }

  test("is computed row after row, before the registers", () => {
    const { lanes, layout, nodes } = plan(ripple(6, 32));
    expect(lanes.wires.map(({ waves }) => waves)).toEqual([[32, 32, 32, 32, 32, 32]]);
    const [first = -1, second = -1] = lanes.wires[0]?.roots[0]?.members ?? [];
    expect((layout.addresses[second] ?? 0) - (layout.addresses[first] ?? 0)).toBe(2);
    expect(nodes[second]?.kind).toBe("input");
    expect(explain(ripple(6, 32))).toMatch(
      /^cell: 1 combinational output \(16 bits\) in 192 lanes, 6 wavefronts of 32, estimated \d+ instructions/m,
    );
  });

  test("stays scalar where wavefronts are narrow, or where it goes through other logic", () => {
    expect(plan(ripple(48, 1)).lanes.wires).toEqual([]);
    expect(explain(ripple(48, 1))).toMatch(/cell ×48, 1 combinational output \(16 bits\): estimated \d+/);
    expect(plan(ripple(6, 32, true)).lanes.wires).toEqual([]);
    expect(explain(ripple(6, 32, true))).toContain(
      "Cell ×192, 1 combinational output: values return through logic between the instances",
    );
  });
});

test("the explanation tells what is in lanes and what is not", () => {
  const text = explain(elaborate(PeArray(engineConfig({ rows: 16, cols: 16 }))));
  expect(text).toMatch(/^\d+ of \d+ registers are updated in lanes, \d+ one by one$/m);
  expect(text).toMatch(/^pe: 256 lanes in 16 chunks, estimated \d+ instructions in lanes, \d+ one by one$/m);
  expect(text).toContain("  in place, chunks down");
  expect(text).toMatch(/lane − 16 with a boundary of 16/);
  expect(explain(ring(48, 1))).toContain("1 of 1 through a second bank");
});

test("the explanation says why outputs that go through no instance stay scalar", () => {
  const offers = (cells: number) => {
    const cell = new Sketch("Cell");
    const held = cell.reg(8, cell.input("from", 8), "held");
    cell.output("to", cell.op("mul", held, cell.constant(8, 5)));
    const top = new Sketch("Offers");
    const outs = Array.from({ length: cells }, (_, element) => top.out(0, 1, 8, element));
    const x = top.input("x", 8);
    top.instance("cell", 0, [outs.map((_, element) => outs[element - 1] ?? x)], [cells]);
    top.output("last", outs.at(-1) ?? -1);
    return designOf(cell, top);
  };
  expect(explain(offers(16))).toContain("Cell ×16, 1 combinational output: they go through no instance");
  expect(explain(offers(128))).not.toContain("they go through no instance");
});

test("the explanation says why registers stay scalar", () => {
  const Cell = module("Cell", { in: { x: UInt(100) }, out: { y: UInt(100) } }, ({ x }) => ({ y: pipe(x) }));
  const Wide = module("Wide", { in: { x: UInt(100) }, out: { y: UInt(100) } }, ({ x }) => {
    let y = x;
    for (let i = 0; i < 8; i++) y = Cell({ x: y }).y;
    return { y };
  });
  expect(explain(elaborate(Wide))).toContain("Cell ×8, register of 100 bits: wider than a lane");
});
