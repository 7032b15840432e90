import { describe, expect, test } from "vitest";
import { Random } from "../../testbench/bench/random.ts";
import { replay, seedOf } from "../../testbench/bench/seed.ts";
import { simulate } from "../../testbench/bench/simulate.ts";
import { Accumulator } from "./accumulator.ts";
import { engineConfig } from "./config.ts";

const seed = seedOf(undefined);

describe.each(["interpreter", "wasm"] as const)(`Accumulator on the %s engine (${replay(seed)})`, (engine) => {
  test.each([1, 2, 5, 8])("%i rows: adds, overwrites, forwards and reads, cycle by cycle", (accumulatorRows) => {
    const cols = 3;
    const dut = simulate(Accumulator(engineConfig({ rows: 2, cols, accumulatorRows })), { engine, seed });
    const random = new Random(seed);
    const rows: number[][] = [];
    let written = 0;
    let result: number[] | null = null;
    for (let cycle = 0; cycle < 600; cycle++) {
      const valid = cycle < accumulatorRows || random.bool(0.7);
      const address = cycle < accumulatorRows ? cycle : random.below(accumulatorRows);
      const accumulate = cycle >= accumulatorRows && random.bool(0.8);
      const bits = Array.from({ length: cols }, () => random.int32());
      const asked = random.below(accumulatorRows);
      const read = cycle >= accumulatorRows && random.bool(0.5);
      dut.in.sums = { valid: Number(valid), bits };
      dut.in.target = { address, accumulate: Number(accumulate) };
      dut.in.read.valid = Number(read);
      dut.in.read.bits = asked;

      expect(dut.in.read.ready).toBe(Number(!valid));
      expect(dut.out.written).toBe(written);
      expect(dut.out.result.valid).toBe(Number(result !== null));
      if (result) expect(dut.out.result.bits).toEqual(result);

      dut.step();
      if (valid) rows[address] = bits.map((sum, i) => (sum + (accumulate ? (rows[address]?.[i] ?? 0) : 0)) | 0);
      written = Number(valid);
      result = read && !valid ? (rows[asked] ?? null) : null;
    }
  });
});
