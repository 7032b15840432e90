import { describe, expect, test } from "vitest";
import { clock, designOf, Sketch } from "../../hdl/netlist/sketch.fuzz.ts";
import { SimulationError } from "../engine.ts";
import { edgeActions } from "./action.ts";
import { kernelOf } from "./kernel.ts";
import { lanesOf } from "./layout.ts";
import { plan } from "./plan.ts";

/** A row of four cells with two registers each, and a register on top in a domain of its own. */
function row() {
  const cell = new Sketch("Cell");
  const west = cell.input("west", 8);
  const held = cell.reg(8, west, "held");
  cell.reg(40, cell.extend("zext", cell.op("add", held, west), 40), "sum");
  cell.output("east", held);
  const top = new Sketch("Row", [clock(), clock("slow")]);
  const x = top.input("x", 8);
  const outs = [0, 1, 2, 3].map((element) => top.out(0, 1, 8, element));
  top.instance("pe", 0, [[x, ...outs.slice(0, 3)]], [4]);
  top.reg(100, top.node({ kind: "cross", width: 100, a: top.extend("zext", x, 100) }), "slow_x", 1, null);
  return designOf(cell, top);
}

describe("the layout", () => {
  const { layout, flat, signals } = plan(row(), { lanes: "off" });

  test("holds each register of a definition as one array over the lanes of its group", () => {
    expect(
      layout.state.map(({ group, width, lanes, stride, domain }) => [group, width, lanes, stride, domain]),
    ).toEqual([
      [1, 8, 4, 4, 0],
      [1, 40, 4, 8, 0],
      [0, 100, 1, 16, 1],
    ]);
    for (const array of layout.state) {
      expect(array.address % 16).toBe(0);
      expect(lanesOf(plan(row(), { lanes: "off" }).design, flat, array).map((id) => layout.addresses[id])).toEqual(
        Array.from({ length: array.lanes }, (_, lane) => array.address + lane * array.stride),
      );
    }
    expect(layout.addresses[signals.get("pe[2].held") ?? -1]).toBe((layout.state[0]?.address ?? 0) + 8);
  });

  test("keeps banks, and all else, apart", () => {
    const ranges = layout.banks.flatMap(({ current, next, resetMask, resetValue, bytes }) =>
      [current, next, resetMask, resetValue].map((start) => [start, start + bytes] as const),
    );
    ranges.sort(([a], [b]) => a - b);
    ranges.forEach(([start], i) => {
      expect(start).toBeGreaterThanOrEqual(ranges[i - 1]?.[1] ?? 0);
    });
    expect(layout.bytes).toBeGreaterThan(layout.homes.end);
  });
});

describe("an edge", () => {
  test("samples only what its domain needs, operands first", () => {
    const planned = plan(row(), { lanes: "off" });
    const [fast, slow] = [0, 1].map((domain) => kernelOf(planned, edgeActions(planned, domain)).functions.flat());
    const kinds = (items = fast) =>
      items?.flatMap((item) => (typeof item === "number" ? (planned.nodes[item]?.kind ?? []) : [])).sort();
    expect(kinds(fast)).toEqual(["add", "add", "add", "add", "zext", "zext", "zext", "zext"]);
    expect(kinds(slow)).toEqual(["zext"]);
  });

  test("is cut into functions; what crosses them is kept in memory", () => {
    const chain = new Sketch("Chain");
    let last = chain.input("x", 8);
    for (let i = 0; i < 9000; i++) last = chain.op(i % 2 === 0 ? "add" : "xor", last, 0);
    chain.reg(8, last, "r");
    const planned = plan(designOf(chain));
    const { functions, kept } = kernelOf(planned, edgeActions(planned, 0));
    expect(functions.length).toBe(7);
    expect(kept.reduce((sum, bit) => sum + bit, 0)).toBe(6);
  });
});

test("constants and copies are seen through", () => {
  const s = new Sketch("Constants");
  const x = s.input("x", 8);
  const [zero, all] = [s.constant(8, 0), s.constant(8, 255)];
  const one = s.constant(1, 1);
  const same = [
    s.op("add", x, zero),
    s.op("and", all, x),
    s.op("or", x, zero),
    s.slice(x, 0, 8),
    s.mux(one, x, zero),
    s.cat([x]),
    s.op("mul", s.op("sub", all, s.constant(8, 254)), x),
  ];
  same.forEach((id, i) => {
    s.call(id, `copy${i}`);
  });
  s.call(s.op("and", x, zero), "nothing");
  s.call(s.op("sub", all, s.constant(8, 5)), "known");
  s.reg(8, x, "r");
  const { signals, nodes } = plan(designOf(s));
  same.forEach((_, i) => {
    expect(signals.get(`copy${i}`)).toBe(x);
  });
  expect(nodes[signals.get("nothing") ?? -1]).toEqual({ kind: "const", width: 8, value: 0n });
  expect(nodes[signals.get("known") ?? -1]).toEqual({ kind: "const", width: 8, value: 250n });
});

test("bounds of values: what is extended, multiplied and added knows how wide it can get", () => {
  const s = new Sketch("Ranges");
  const [a, b] = [s.input("a", 8), s.input("b", 8)];
  const [signedA, signedB] = [s.extend("sext", a, 32), s.extend("sext", b, 32)];
  const product = s.op("mul", signedA, signedB, "product");
  s.op("add", product, product, "sum");
  s.op("add", s.extend("zext", a, 16), s.extend("zext", b, 16), "plain");
  s.reg(8, a, "r");
  const { signals, ranges } = plan(designOf(s));
  const bounds = (name: string) => {
    const id = signals.get(name) ?? -1;
    return [ranges.unsigned[id], ranges.signed[id]];
  };
  expect(bounds("product")).toEqual([32, 16]);
  expect(bounds("sum")).toEqual([32, 17]);
  expect(bounds("plain")).toEqual([9, 10]);
});

test("a chain of 100,000 nodes is planned without running out of stack", () => {
  const s = new Sketch("Deep");
  const x = s.input("x", 8);
  let last = x;
  for (let i = 0; i < 100_000; i++) last = s.op("xor", last, x);
  s.output("y", last);
  expect(() => plan(designOf(s))).not.toThrow();
});

test("a memory beyond 4 GiB is refused by name", () => {
  const s = new Sketch("Large");
  s.memory("ram", 1024, 2 ** 26);
  expect(() => plan(designOf(s))).toThrow(SimulationError);
  expect(() => plan(designOf(s))).toThrow("ram does not fit the 4 GiB");
});
