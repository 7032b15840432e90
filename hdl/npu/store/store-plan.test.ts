import { describe, expect, test } from "vitest";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { instructionWord, type Matrix } from "../movers/tile-memories.fuzz.ts";
import { npuConfig } from "../npu-config.ts";
import { StorePlan } from "./store-plan.ts";

const config = npuConfig({ side: 4, scratchpadRows: 1024, accumulatorRows: 256 });
const matrix: Matrix = { sub: "scratchpad", local: 5, dram: 0x12345678, rows: 6, cols: 10, stride: 99 };

describe.each(["interpreter", "wasm"] as const)("StorePlan on the %s engine", (engine) => {
  test("a matrix row by row", () => {
    const dut = simulate(StorePlan(config), { engine });
    dut.in.instruction = instructionWord("store", matrix);
    expect(dut.out).toMatchObject({
      descriptor: { address: 0x12345678, strides: [99, 0, 0], counts: [6, 1, 1], length: 10 },
      job: { sums: 0, local: 5, step: 6, lines: 6, blocks: 3, lanes: 2, joined: 0, sends: 0 },
      reason: "None",
    });
  });

  test.each<[string, Partial<Matrix>, number, number]>([
    ["whole rows without gaps", { cols: 12, stride: 12 }, 1, 72],
    ["whole rows of int32 without gaps", { sub: "accumulator", int32: true, cols: 8, stride: 32 }, 1, 192],
    ["a gap", { cols: 12, stride: 13 }, 0, 12],
    ["rows on top of each other", { cols: 12, stride: 8 }, 0, 12],
    ["half a block", { cols: 10, stride: 10 }, 0, 10],
    ["int32 as far apart as bytes", { sub: "accumulator", int32: true, cols: 8, stride: 8 }, 0, 32],
  ])("one long row or many: %s", (_, given, joined, length) => {
    const dut = simulate(StorePlan(config), { engine });
    dut.in.instruction = instructionWord("store", { ...matrix, ...given });
    expect(dut.out).toMatchObject({
      job: { joined },
      descriptor: { length, counts: [joined ? 1 : 6, 1, 1] },
      reason: "None",
    });
  });

  test("as many bytes as a row of the bus cannot have are written row by row", () => {
    const dut = simulate(StorePlan(npuConfig({ side: 64, accumulatorRows: 65_536 })), { engine });
    const all: Matrix = { ...matrix, local: 0, sub: "accumulator", int32: true, rows: 2048, cols: 2048, stride: 8192 };
    dut.in.instruction = instructionWord("store", all);
    expect(dut.out).toMatchObject({ descriptor: { length: 8192, counts: [2048, 1, 1] }, reason: "None" });
  });
});
