import { describe, expect, test } from "vitest";
import { Random } from "../../testbench/bench/random.ts";
import { replay, seedOf } from "../../testbench/bench/seed.ts";
import { simulate } from "../../testbench/bench/simulate.ts";
import { ActivationBuffer } from "./activation-buffer.ts";
import { engineConfig } from "./config.ts";

const seed = seedOf(undefined);

describe.each(["interpreter", "wasm"] as const)(`ActivationBuffer on the %s engine (${replay(seed)})`, (engine) => {
  test("what is read is the array's row in the next cycle, with its swap", () => {
    const [rows, activationWords] = [3, 6];
    const dut = simulate(ActivationBuffer(engineConfig({ rows, activationWords })), { engine, seed });
    const random = new Random(seed);
    const words = new Map<number, number[]>();
    for (let cycle = 0; cycle < 300; cycle++) {
      const write = random.below(activationWords);
      const read = random.below(activationWords);
      const data = Array.from({ length: rows }, () => random.int8());
      const enable = read !== write && words.has(read) && random.bool();
      const swap = random.below(2);
      dut.in.write = { enable: 1, address: write, data };
      dut.in.read = { enable: Number(enable), address: read, swap };
      dut.step();
      expect(dut.out.row.valid).toBe(Number(enable));
      if (enable) expect(dut.out.row).toEqual({ valid: 1, swap, bits: words.get(read) });
      words.set(write, data);
    }
  });
});
