import { describe, expect, test } from "vitest";
import type { NodeId } from "../../hdl/netlist/index.ts";
import { designOf, Sketch } from "../../hdl/netlist/sketch.fuzz.ts";
import { compile, interpret } from "../index.ts";
import { edgeActions } from "./action.ts";
import { type Branch, type Item, itemsOf, type Kernel, kernelOf } from "./kernel.ts";
import { type Plan, plan } from "./plan.ts";
import { updatesOf } from "./updates.ts";

/** So many operations on `from` and `with`, one after the other. */
function chain(s: Sketch, from: NodeId, other: NodeId, operations = 30): NodeId {
  let last = from;
  for (let i = 0; i < operations; i++) last = s.op(i % 2 === 0 ? "add" : "xor", last, other);
  return last;
}

function edgeOf(s: Sketch): { planned: Plan; kernel: Kernel } {
  const planned = plan(designOf(s), { lanes: "off" });
  return { planned, kernel: kernelOf(planned, edgeActions(planned, 0)) };
}

function branchesOf({ functions }: Kernel): Branch[] {
  const branches: Branch[] = [];
  for (const items of functions)
    itemsOf(items, (item) => {
      if (typeof item !== "number" && item.kind === "branch") branches.push(item);
    });
  return branches;
}

const storesIn = (items: readonly Item[]): number =>
  items.filter((item) => typeof item !== "number" && item.kind === "next").length;
const nodesIn = (items: readonly Item[]): number => items.filter((item) => typeof item === "number").length;

describe("a kernel", () => {
  test("has one branch for all that is needed under one condition, and stores nothing where a register holds", () => {
    const s = new Sketch("Enabled");
    const [enable, x] = [s.input("enable", 1), s.input("x", 8)];
    const [a, b] = [s.reg(8, 0, "a"), s.reg(8, 0, "b")];
    const shared = chain(s, x, a);
    s.set(a, { next: s.mux(enable, shared, a) });
    s.set(b, { next: s.mux(s.not(enable), b, s.op("sub", shared, b)) });
    const { kernel } = edgeOf(s);
    const [branch, ...others] = branchesOf(kernel);
    expect(others).toEqual([]);
    expect(branch?.node).toBe(enable);
    expect([branch?.match, storesIn(branch?.taken ?? []), branch?.untaken]).toEqual([1n, 2, []]);
    expect(nodesIn(branch?.taken ?? [])).toBe(31);
  });

  test("evaluates cheap arms and what both arms need without a branch", () => {
    const s = new Sketch("Cheap");
    const [select, x] = [s.input("select", 1), s.input("x", 8)];
    const both = chain(s, x, x);
    s.reg(8, s.mux(select, s.op("add", both, x), s.op("sub", both, x)), "r");
    expect(branchesOf(edgeOf(s).kernel)).toEqual([]);
  });

  test("tells the values of a selector apart: an arm of a case, and a comparison with the same constant", () => {
    const s = new Sketch("States");
    const [state, x] = [s.input("state", 3), s.input("x", 8)];
    const work = chain(s, x, x);
    const isFive = s.compare("eq", state, s.constant(3, 5));
    s.reg(8, s.mux(isFive, s.op("add", work, x), x), "a");
    const arms = [5n, 6n].map((match) => ({ match, value: match === 5n ? work : x }));
    s.reg(8, s.node({ kind: "case", width: 8, selector: state, arms, otherwise: x }), "b");
    const [branch, ...others] = branchesOf(edgeOf(s).kernel);
    expect(others).toEqual([]);
    expect([branch?.node, branch?.match]).toEqual([state, 5n]);
  });

  test("has a value that a dead arm takes from the other side of a condition", () => {
    const design = (build: (s: Sketch, c: NodeId, x: NodeId, q: NodeId) => NodeId) => {
      const s = new Sketch("Dead");
      const [c, x] = [s.input("c", 1), s.input("x", 8)];
      const q = s.reg(8, 0, "q");
      s.set(q, { next: build(s, c, x, q) });
      return s;
    };
    const shared = design((s, c, x, q) => {
      const heavy = chain(s, x, x);
      return s.mux(c, s.op("add", s.mux(c, q, heavy), q), s.op("sub", heavy, q));
    });
    const nested = design((s, c, x, q) =>
      s.not(s.mux(c, q, s.op("add", s.mux(c, chain(s, x, q), x), s.constant(8, 1)))),
    );
    const crossed = design((s, c, x, q) => {
      const [low, high] = [chain(s, x, x), chain(s, q, x)];
      const [one, other] = [s.mux(c, q, low), s.mux(c, high, x)];
      return s.mux(c, chain(s, one, high), chain(s, other, low));
    });
    for (const sketch of [shared, nested, crossed]) {
      const engines = [compile(designOf(sketch)), interpret(designOf(sketch))];
      for (let cycle = 0; cycle < 20; cycle++) {
        for (const engine of engines) {
          engine.poke("c", BigInt((cycle >> 1) % 2));
          engine.poke("x", BigInt((cycle * 37) % 256));
          engine.step();
        }
        const [own, plain] = engines.map((engine) => engine.peek("q"));
        expect([cycle, own]).toEqual([cycle, plain]);
      }
    }
  });

  test("is found for long chains of guarded arms", () => {
    const s = new Sketch("Chain");
    const [select, x] = [s.input("select", 12), s.input("x", 8)];
    let last: NodeId = x;
    for (let stage = 0; stage < 3000; stage++) {
      const isOwn = s.compare("eq", select, s.constant(12, stage));
      last = s.mux(isOwn, chain(s, last, x, 16), last);
    }
    s.reg(8, last, "r");
    expect(branchesOf(edgeOf(s).kernel)).toHaveLength(3000);
  });

  test("stores the arms of a case over what none of them matches", () => {
    const s = new Sketch("Overridden");
    const [state, x] = [s.input("state", 3), s.input("x", 8)];
    const [fallback, r] = [s.op("add", x, x), s.reg(8, 0, "r")];
    const arms = [1n, 4n].map((match) => ({ match, value: chain(s, s.op("sub", x, r), s.constant(8, match)) }));
    const held = { match: 6n, value: r };
    s.set(r, {
      next: s.node({ kind: "case", width: 8, selector: state, arms: [...arms, held], otherwise: fallback }),
    });
    const { kernel } = edgeOf(s);
    const kinds = kernel.functions.flat().flatMap((item) => (typeof item === "number" ? [] : [item.kind]));
    expect(kinds).toEqual(["next", "branch", "branch", "branch"]);
    expect(branchesOf(kernel).map(({ match, taken }) => [match, storesIn(taken)])).toEqual([
      [1n, 1],
      [4n, 1],
      [6n, 1],
    ]);
  });

  test("comes back to a condition where outer values lie between", () => {
    const s = new Sketch("Twice");
    const [select, x] = [s.input("select", 1), s.input("x", 8)];
    const first = s.mux(select, chain(s, x, x), x);
    const between = chain(s, first, x);
    s.reg(8, s.mux(select, chain(s, between, x), x), "r");
    s.reg(8, between, "seen");
    expect(branchesOf(edgeOf(s).kernel).map(({ node }) => node)).toEqual([select, select]);
  });

  test("evaluates properties before it stores anything", () => {
    const s = new Sketch("Checked");
    const x = s.input("x", 8);
    const r = s.reg(8, 0, "r");
    const one = s.constant(1, 1);
    s.set(r, { next: s.op("add", r, x) });
    s.check(s.compare("ltu", chain(s, r, x), x), one, "small");
    const kinds = edgeOf(s)
      .kernel.functions.flat()
      .flatMap((item) => (typeof item === "number" ? [] : [item.kind]));
    expect(kinds).toEqual(["property", "stop", "next"]);
  });
});

test("state is updated in place where its readers come first; where two read each other, one is held", () => {
  const s = new Sketch("Swap");
  const [a, b, wide] = [s.reg(8, 0, "a"), s.reg(8, 0, "b"), s.reg(100, 0, "wide")];
  s.set(a, { next: b });
  s.set(b, { next: a });
  const last = s.reg(100, 0, "last");
  s.set(wide, { next: s.op("add", last, last) });
  s.set(last, { next: wide });
  const { planned, kernel } = edgeOf(s);
  const { late, held } = updatesOf(planned, kernel, new Set());
  expect(held.map((own) => [...own])).toEqual([[a]]);
  expect([...late]).toEqual([wide]);
  expect([...updatesOf(planned, kernel, new Set([b])).late].sort()).toEqual([b, wide].sort());
});
