import { describe, expect, test } from "vitest";
import { elaborate, module, reg, UInt } from "../../hdl/index.ts";
import { hierarchy } from "../../hdl/netlist/index.ts";
import { simulateDesign } from "./index.ts";
import { conditionTest, parseCondition } from "./signal-condition.ts";

const Counter = module("Counter", { in: {}, out: { count: UInt(40) } }, () => {
  const ticks = reg(UInt(40), 0xff_ffff_fffen);
  ticks.next = ticks.add(1);
  return { count: ticks };
});
const design = elaborate(Counter);
const top = hierarchy(design);

describe("a condition as given", () => {
  test("a signal alone, with a value, wide and negative", () => {
    expect(parseCondition("--until", "ticks", top)).toEqual({ signal: "ticks", width: 40, value: null });
    expect(parseCondition("--until", "count=3", top)).toEqual({ signal: "count", width: 40, value: 3n });
    expect(parseCondition("--until", "count=-1", top)).toEqual({ signal: "count", width: 40, value: 2n ** 40n - 1n });
  });

  test.each([
    ["cuont", "--until cuont: there is no signal cuont; did you mean count?"],
    ["count=", '--until count: "" is no number'],
    ["count=x", '"x" is no number'],
    ["count=0x10000000000", "does not fit into 40 bits"],
  ])("refuses %s", (text, message) => expect(() => parseCondition("--until", text, top)).toThrow(message));
});

test.each(["wasm", "interpreter"] as const)("holds in the cycles in which it should on %s", (engine) => {
  const dut = simulateDesign(design, "Counter", { engine });
  const zero = conditionTest(dut.engine, parseCondition("--until", "ticks=0", top));
  const last = conditionTest(dut.engine, parseCondition("--until", "ticks=-1", top));
  const any = conditionTest(dut.engine, parseCondition("--until", "count", top));
  const seen = Array.from({ length: 4 }, () => {
    dut.engine.settle();
    const row = [zero(), last(), any()];
    dut.step();
    return row;
  });
  expect(seen).toEqual([
    [false, false, true],
    [false, true, true],
    [true, false, false],
    [false, false, true],
  ]);
});
