import { expect, test } from "vitest";
import { simulate } from "../../testbench/bench/simulate.ts";
import { Bool, module, UInt, Vec } from "../lang/index.ts";
import { oneHotMux } from "./one-hot.ts";

const Choice = module(
  "Choice",
  { in: { chosen: Vec(3, Bool), items: Vec(3, UInt(8)) }, out: { item: UInt(8) } },
  ({ chosen, items }) => ({ item: oneHotMux(chosen, items) }),
);

test.each(["interpreter", "wasm"] as const)(
  "the item whose bit is 1, the last where none is, on the %s engine",
  (engine) => {
    const dut = simulate(Choice, { engine });
    dut.in.items = [10, 20, 30];
    for (const [chosen, item] of [
      [[1, 0, 0], 10],
      [[0, 1, 0], 20],
      [[0, 0, 1], 30],
      [[0, 0, 0], 30],
    ] as const) {
      dut.in.chosen = chosen;
      expect(dut.out.item).toBe(item);
    }
  },
);

test("a bit for each item", () => {
  expect(() => oneHotMux([], [1])).toThrow("0 bits choose one of 1 items; give one bit for each");
});
