import { describe, expect, test } from "vitest";
import { Bool, elaborate, module, UInt } from "../../hdl/index.ts";
import { topOf } from "../../hdl/netlist/index.ts";
import { simulateDesign } from "../bench/index.ts";
import { parseConstants, StimulusDriver } from "./stimulus.ts";

const Wires = module(
  "Wires",
  { in: { rst: Bool, rst_n: Bool, narrow: UInt(3), word: UInt(32), wide: UInt(70) }, out: { q: Bool } },
  ({ rst }) => ({ q: rst }),
);
const design = elaborate(Wires);
const inputs = topOf(design).ports.filter(({ direction }) => direction === "in");

describe("values that inputs are held at", () => {
  test("of any width, several at once", () => {
    const constants = parseConstants(["narrow=5,word=-1", "wide=0x3fffffffffffffffff"], inputs);
    expect([...constants]).toEqual([
      ["narrow", 5n],
      ["word", 0xffffffffn],
      ["wide", 2n ** 70n - 1n],
    ]);
  });

  test.each([
    ["narow=1", "--set narow: there is no such input; did you mean narrow?"],
    ["narrow", "--set narrow: give an input and its value"],
    ["=1", "give an input and its value"],
    ["narrow=8", "--set narrow: 8 does not fit into 3 bits"],
    ["narrow=1,narrow=2", "narrow is given twice"],
  ])("refuses %s", (text, message) => expect(() => parseConstants([text], inputs)).toThrow(message));
});

describe("driving", () => {
  const resets = [
    { port: "rst", level: "high", cycles: 3 },
    { port: "rst_n", level: "low", cycles: 5 },
  ] as const;

  test("resets are released when their cycles are over, constants stay", () => {
    const dut = simulateDesign(design, "Wires");
    const driver = new StimulusDriver(dut, { constants: new Map([["narrow", 5n]]), random: [], resets }, 1);
    const seen = [];
    for (let cycle = 0; cycle < 7; cycle++) {
      driver.drive(cycle);
      seen.push(`${dut.peek("rst")}${dut.peek("rst_n")}${dut.peek("narrow")}`);
      dut.step();
    }
    expect(seen).toEqual(["105", "105", "105", "005", "005", "015", "015"]);
    expect([0, 2, 3, 4].map((cycle) => driver.quiet(cycle))).toEqual([3, 1, 2, 1]);
    expect(driver.quiet(5)).toBeGreaterThan(1e15);
  });

  test("random inputs take every value of their width, the same ones for a seed", () => {
    const random = inputs.filter(({ name }) => ["narrow", "word", "wide"].includes(name));
    const values = (seed: number) => {
      const dut = simulateDesign(design, "Wires");
      const driver = new StimulusDriver(dut, { constants: new Map(), random, resets: [] }, seed);
      expect(driver.quiet(0)).toBe(1);
      return Array.from({ length: 100 }, (_, cycle) => {
        driver.drive(cycle);
        const row = random.map(({ name }) => dut.engine.peek(name));
        dut.step();
        return row;
      });
    };
    const first = values(1);
    expect(values(1)).toEqual(first);
    expect(values(2)).not.toEqual(first);
    expect(new Set(first.map(([narrow]) => narrow)).size).toBe(8);
    expect(first.some(([, word]) => (word ?? 0n) >> 31n === 1n)).toBe(true);
    expect(first.some(([, , wide]) => (wide ?? 0n) >> 69n === 1n)).toBe(true);
  });
});
