import { describe, expect, test } from "vitest";
import { Random } from "../../testbench/bench/random.ts";
import { replay, seedOf } from "../../testbench/bench/seed.ts";
import { simulate } from "../../testbench/bench/simulate.ts";
import { engineConfig } from "./config.ts";
import { WeightBuffer } from "./weight-buffer.ts";

const seed = seedOf(undefined);

describe.each(["interpreter", "wasm"] as const)(`WeightBuffer on the %s engine (${replay(seed)})`, (engine) => {
  test("what is read is loaded into the array in the next cycle", () => {
    const [rows, cols, weightWords] = [2, 3, 6];
    const dut = simulate(WeightBuffer(engineConfig({ rows, cols, weightWords })), { engine, seed });
    const random = new Random(seed);
    const words = new Map<number, number[]>();
    for (let cycle = 0; cycle < 300; cycle++) {
      const write = random.below(weightWords);
      const read = random.below(weightWords);
      const data = Array.from({ length: cols }, () => random.int8());
      const enable = read !== write && words.has(read) && random.bool();
      dut.in.write = { enable: 1, address: write, data };
      dut.in.read = { enable: Number(enable), address: read };
      dut.step();
      expect(dut.out.load).toBe(Number(enable));
      if (enable) expect(dut.out.weights).toEqual(words.get(read));
      words.set(write, data);
    }
  });
});
