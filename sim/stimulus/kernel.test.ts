import { expect, test } from "vitest";
import type { NodeId } from "../../hdl/netlist/index.ts";
import { designOf, Sketch } from "../../hdl/netlist/sketch.fuzz.ts";
import type { EngineFace } from "../engine.ts";
import type { Stretch } from "../fuzz/stimulus.fuzz.ts";
import { plan } from "../plan/plan.ts";
import { compile } from "../wasm/index.ts";
import { compileLanes } from "./index.ts";
import { type LaneItem, laneEdgeKernel } from "./kernel.ts";
import { lanesInLockstep } from "./lanes.fuzz.ts";

/**
 * A ring of registers that turn and mix where `mode` is 1, load `x` where it is 2 and hold otherwise, with a memory that
 * is written where `mode` is 1.
 */
function ring(count: number) {
  const s = new Sketch("Ring");
  const mode = s.input("mode", 2);
  const x = s.input("x", 32);
  const [turn, load] = [1, 2].map((value) => s.compare("eq", mode, s.constant(2, value)));
  const regs = Array.from({ length: count }, (_, i) => s.reg(32, 0, `r${i}`, 0, BigInt(i)));
  const at = (i: number): NodeId => regs[(i + count) % count] ?? -1;
  for (const [i, reg] of regs.entries()) {
    const mixed = s.op("add", s.op("xor", at(i - 1), s.op("add", at(i + 1), x)), s.op("or", at(i + 7), x));
    s.set(reg, { next: s.mux(turn ?? -1, mixed, s.mux(load ?? -1, s.op("sub", x, at(i - 1)), reg)) });
  }
  const [address, data] = [s.slice(at(3), 4, 3), s.op("add", at(0), at(1))];
  const write = { domain: 0, enable: turn ?? -1, address, data, mask: null, source: null };
  const memory = s.memory("ram", 32, 6, { init: [], writes: [write] });
  s.output("y", s.node({ kind: "memRead", width: 32, memory, address: s.slice(at(5), 0, 3), sync: null }));
  return designOf(s);
}

function count(items: readonly LaneItem[], kind: string): number {
  return items.reduce<number>((sum, item) => {
    if (typeof item === "number") return sum;
    const inside = item.kind === "branch" ? count(item.taken, kind) + count(item.untaken, kind) : 0;
    return sum + inside + (item.kind === kind ? 1 : 0);
  }, 0);
}

test("what only some lanes do is in branches, stored there, and memory written as soon as it can be", () => {
  const kernel = laneEdgeKernel(plan(ring(20), { lanes: "off" }), 16, 1);
  expect([kernel.functions.length, kernel.kept.size, kernel.waiting.size]).toEqual([1, 0, 0]);
  const [items = []] = kernel.functions;
  const branches = items.filter((item) => typeof item !== "number" && item.kind === "branch");
  expect(count(branches, "next")).toBe(40);
  expect(count(items, "next")).toBe(40);
  // Registers that later ones read in their old state are loaded before any is stored.
  expect(kernel.held[0]?.size).toBeGreaterThan(15);
});

test("a branch too large for a function calls others, and state that they read late waits", () => {
  const kernel = laneEdgeKernel(plan(ring(400), { lanes: "off" }), 16, 1);
  expect(kernel.functions.flatMap((items) => count(items, "call")).reduce((a, b) => a + b, 0)).toBeGreaterThan(0);
  expect(kernel.steps.length).toBeLessThan(kernel.functions.length);
  expect(kernel.waiting.size).toBeGreaterThan(0);
});

test.each([20, 400])("lanes in different branches of a ring of %i equal single runs", (size) => {
  const stimulus = [7, 4, 11, 0, 23, 38, 51].map(
    (inputs, i): Stretch => ({ inputs, cycles: 1 + (i % 2), resets: i === 5 ? 1 : 0, action: "none" }),
  );
  lanesInLockstep(compile, ring(size), 7, 16, {}, stimulus);
});

test("a branch that all lanes take, or all but one, equals single runs too", () => {
  const [design, lanes] = [ring(20), 16];
  const engine = compileLanes(design, { seeds: Array.from({ length: lanes }, (_, i) => i), blockLanes: 16 });
  const singles = engine.lanes.map((_, seed) => compile(design, { seed }));
  const registers = Array.from({ length: 20 }, (_, i) => `r${i}`);
  for (const [cycle, mode] of [2, 1, 1, 2, 1].entries()) {
    for (const [i, own] of singles.entries())
      for (const one of [engine.lanes[i], own]) {
        one?.poke("mode", cycle === 3 && i === 5 ? 0 : mode);
        one?.poke("x", 0x1e3779b9 ^ (i * 0x1010101 + cycle));
      }
    engine.step();
    for (const own of singles) own.step();
    const seen = (one: EngineFace) => registers.map((path) => one.peek(path));
    expect(engine.lanes.map(seen)).toEqual(singles.map(seen));
  }
});

test.each((["old", "undefined", "new"] as const).flatMap((rule) => [0, 3, 6].map((value) => [rule, value] as const)))(
  "ports that write a constant and an input, one after the other, leave words as they are read: %s, %i",
  (readUnderWrite, value) => {
    const s = new Sketch("Ports");
    const [first, second] = [s.input("first", 1), s.input("second", 1)];
    const port = { domain: 0, mask: null, source: null };
    const memory = s.memory("ram", 8, 6, {
      init: [],
      readUnderWrite,
      writes: [
        { ...port, enable: first, address: s.input("a", 3), data: s.constant(8, value) },
        { ...port, enable: second, address: s.input("b", 3), data: s.input("data", 8) },
      ],
    });
    const sync = { domain: 0, enable: s.constant(1, 1) };
    s.output("read", s.node({ kind: "memRead", width: 8, memory, address: s.input("at", 3), sync }));
    const stimulus = Array.from({ length: 40 }, (_, i): Stretch => {
      return { inputs: (i * 7919 + 13) % 1000, cycles: 1, resets: 0, action: "none" };
    });
    lanesInLockstep(compile, designOf(s), 16, 16, {}, stimulus);
  },
);

test.each([0, 1, 2, 3, 4, 5])(
  "equal constants in values of different widths are each there to their own last use, %i",
  (order) => {
    const s = new Sketch("Constants");
    const x = s.input("x", 1);
    const [narrow = -1, wide = -1] = [32, 64].map((width) => s.constant(width, (1n << BigInt(width)) - 1n));
    const outputs = [
      () => s.output("joined", s.cat([wide, x, narrow])),
      () => s.output("narrow", narrow),
      () => s.output("zeros", s.constant(1024, 0n)),
    ];
    const [first, second] = [order % 3, ((order % 3) + 1 + Math.floor(order / 3)) % 3];
    for (const at of [first, second, 3 - first - second]) outputs[at]?.();
    lanesInLockstep(compile, designOf(s), 4, 4, {}, [{ inputs: 3, cycles: 1, resets: 0, action: "none" }]);
  },
);
