import { expect, test } from "vitest";
import { simulate } from "../../testbench/bench/simulate.ts";
import { Bool, module, Vec } from "../lang/index.ts";
import { anyOf, firstOf } from "./priority.ts";

const Priority = module(
  "Priority",
  { in: { requests: Vec(5, Bool) }, out: { first: Vec(5, Bool), any: Bool, none: Bool } },
  ({ requests }) => ({ first: firstOf(requests), any: anyOf(requests), none: anyOf([]) }),
);

test.each(["interpreter", "wasm"] as const)("firstOf and anyOf of every pattern on the %s engine", (engine) => {
  const dut = simulate(Priority, { engine });
  for (let pattern = 0; pattern < 32; pattern++) {
    dut.in.requests = Array.from({ length: 5 }, (_, i) => (pattern >> i) & 1);
    const lowest = pattern & -pattern;
    expect(dut.out.first).toEqual(Array.from({ length: 5 }, (_, i) => (lowest >> i) & 1));
    expect([dut.out.any, dut.out.none]).toEqual([Number(pattern !== 0), 0]);
  }
});
