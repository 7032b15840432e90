import { describe, expect, test } from "vitest";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { instructionWord, type Matrix } from "../movers/tile-memories.fuzz.ts";
import { npuConfig } from "../npu-config.ts";
import { LoadPlan } from "./load-plan.ts";

const config = npuConfig({ side: 4, scratchpadRows: 1024, accumulatorRows: 256 });
const matrix: Matrix = { sub: "scratchpad", local: 5, dram: 0x12345678, rows: 6, cols: 10, stride: 99 };

describe.each(["interpreter", "wasm"] as const)("LoadPlan on the %s engine", (engine) => {
  test("a padded matrix of int32 is read row by row, its first byte beyond its padding", () => {
    const dut = simulate(LoadPlan(config), { engine });
    const padded: Matrix = { ...matrix, sub: "accumulator", int32: true, top: 3, bottom: 1, left: 2, right: 5 };
    dut.in.instruction = instructionWord("load", padded);
    expect(dut.out).toMatchObject({
      descriptor: {
        address: 0x12345678 - 3 * 99 - 2 * 4,
        counts: [10, 1, 1],
        length: 17 * 4,
        padding: { enable: 1, top: 3, bottom: 9, left: 8, right: 48 },
      },
      placement: { target: "Sums", local: 5, step: 10, blocks: 5, width: 17 },
      reason: "None",
    });
    expect(dut.out.descriptor.strides[0]).toBe(99);
  });

  test("a transposed one in tiles", () => {
    const dut = simulate(LoadPlan(config), { engine });
    dut.in.instruction = instructionWord("load", { ...matrix, transpose: true });
    expect(dut.out).toMatchObject({
      descriptor: { counts: [4, 3, 2], strides: [99, 4, 4 * 99], length: 4 },
      placement: { target: "Scratchpad", transpose: 1, width: 10 },
      reason: "None",
    });
  });

  test.each<[string, Partial<Matrix>, number, number]>([
    ["whole rows without gaps", { cols: 12, stride: 12 }, 1, 72],
    ["whole rows of int32 without gaps", { sub: "accumulator", int32: true, cols: 8, stride: 32 }, 1, 192],
    ["bytes for the accumulators", { sub: "accumulator", cols: 8, stride: 8 }, 1, 48],
    ["biases", { sub: "bias", cols: 8, stride: 32 }, 1, 192],
    ["a gap", { cols: 12, stride: 13 }, 0, 12],
    ["half a block", { cols: 10, stride: 10 }, 0, 10],
    ["padding", { cols: 12, stride: 12, bottom: 1 }, 0, 12],
    ["a transposed one", { cols: 12, stride: 12, transpose: true }, 0, 4],
    ["a table", { sub: "lut", cols: 12, stride: 24 }, 0, 24],
  ])("one long row or many: %s", (_, given, joined, length) => {
    const dut = simulate(LoadPlan(config), { engine });
    dut.in.instruction = instructionWord("load", { ...matrix, ...given });
    expect(dut.out).toMatchObject({ descriptor: { length, padding: { enable: 1 - joined } }, reason: "None" });
    if (joined) expect(dut.out.descriptor.counts).toEqual([1, 1, 1]);
  });

  test("as many bytes as a row of the bus cannot have are read row by row", () => {
    const dut = simulate(LoadPlan(npuConfig({ side: 64, accumulatorRows: 65_536 })), { engine });
    const all: Matrix = { ...matrix, local: 0, sub: "accumulator", int32: true, rows: 2048, cols: 2048, stride: 8192 };
    dut.in.instruction = instructionWord("load", all);
    expect(dut.out).toMatchObject({ descriptor: { length: 8192, counts: [2048, 1, 1] }, reason: "None" });
  });
});
