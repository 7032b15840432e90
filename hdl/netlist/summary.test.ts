import { describe, expect, test } from "vitest";
import { designOf, Sketch } from "./sketch.fuzz.ts";
import { bitsOf, summariesOf } from "./summary.ts";

function half(): Sketch {
  const s = new Sketch("Half");
  const x = s.input("x", 8);
  const z = s.input("z", 8);
  s.output("comb", s.not(x));
  s.output("held", s.reg(8, z, "r"));
  return s;
}

describe("summariesOf", () => {
  test("lists for each output the inputs of the same cycle", () => {
    const [summary] = summariesOf(designOf(half()));
    expect(summary).toEqual({ through: [[], [], [0], []], registered: false });
  });

  test("goes through instances, and stops at synchronous reads", () => {
    const s = new Sketch("Top");
    const a = s.input("a", 8);
    const b = s.input("b", 8);
    const u = s.instance("u", 0, [[b, a], a], [2]);
    const ram = s.memory("ram", 8, 256);
    const one = s.constant(1, 1);
    s.output("first", s.out(u, 2, 8, 0));
    s.output("second", s.out(u, 2, 8, 1));
    s.output("held", s.out(u, 3, 8, 1));
    s.output("async", s.node({ kind: "memRead", width: 8, memory: ram, address: a, sync: null }));
    s.output("sync", s.node({ kind: "memRead", width: 8, memory: ram, address: a, sync: { domain: 0, enable: one } }));
    const summary = summariesOf(designOf(half(), s))[1];
    expect(summary?.through).toEqual([[], [], [1], [0], [], [0], []]);
  });

  test("a definition whose outputs all come from state is registered", () => {
    const s = new Sketch("Reg");
    const r = s.reg(8, s.input("x", 8), "r");
    s.output("y", s.not(r));
    expect(summariesOf(designOf(s))[0]?.registered).toBe(true);
  });

  test("a path of 100,000 nodes does not overflow", () => {
    const s = new Sketch("Deep");
    let a = s.input("a", 1);
    for (let i = 0; i < 100_000; i++) a = s.not(a);
    s.output("y", a);
    expect(summariesOf(designOf(s))[0]?.through).toEqual([[], [0]]);
  });

  test("bitsOf", () => {
    expect(bitsOf(0n)).toEqual([]);
    expect(bitsOf(1n)).toEqual([0]);
    expect(bitsOf((1n << 70n) | 5n)).toEqual([0, 2, 70]);
  });
});
