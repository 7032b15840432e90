import { describe, expect, test } from "vitest";
import { Random } from "../../testbench/bench/random.ts";
import { replay, seedOf } from "../../testbench/bench/seed.ts";
import { simulate } from "../../testbench/bench/simulate.ts";
import { Accumulators } from "./accumulators.ts";
import { npuConfig } from "./npu-config.ts";

const seed = seedOf(undefined);
const config = npuConfig({ side: 2, accumulatorRows: 8 });

describe.each(["interpreter", "wasm"] as const)(`Accumulators on the %s engine (${replay(seed)})`, (engine) => {
  test("adds, overwrites and reads through both banks, in order of priority", () => {
    const [adders, readers] = [3, 2];
    const dut = simulate(Accumulators(config, adders, readers), { engine, seed });
    const random = new Random(seed);
    const memory = Array.from({ length: 8 }, () => [0, 0]);
    const bankOf = (address: number) => address >> 2;
    let expected: (readonly number[] | null)[] = new Array(readers).fill(null);
    let refused = 0;
    for (let cycle = 0; cycle < 1000; cycle++) {
      for (const [i, row] of expected.entries()) {
        const { valid, bits } = dut.out.data[i] ?? { valid: -1, bits: [] };
        expect([cycle, i, valid]).toEqual([cycle, i, Number(row !== null)]);
        if (row) expect([cycle, i, bits]).toEqual([cycle, i, row]);
      }
      const fill = cycle < 8; // overwrite every row first
      const adds = Array.from({ length: adders }, (_, i) => ({
        valid: fill ? Number(i === 0) : random.below(2),
        bits: {
          address: fill ? cycle : random.below(8),
          sums: [random.int32(), random.int32()],
          accumulate: fill ? 0 : random.below(2),
        },
      }));
      const reads = Array.from({ length: readers }, () => ({
        valid: fill ? 0 : random.below(2),
        bits: random.below(8),
      }));
      for (const [i, request] of adds.entries()) Object.assign(dut.in.add[i] ?? {}, request);
      for (const [i, request] of reads.entries()) Object.assign(dut.in.read[i] ?? {}, request);

      const taken = new Set<number>();
      const addGrants = adds.map(({ valid, bits }) => {
        const granted = valid === 1 && !taken.has(bankOf(bits.address));
        if (granted) taken.add(bankOf(bits.address));
        return granted;
      });
      const readGrants = reads.map(({ valid, bits }) => {
        const granted = valid === 1 && !taken.has(bankOf(bits));
        if (granted) taken.add(bankOf(bits));
        return granted;
      });
      expect(dut.in.add.map(({ ready }) => ready)).toEqual(addGrants.map(Number));
      expect(dut.in.read.map(({ ready }) => ready)).toEqual(readGrants.map(Number));
      const conflicts =
        adds.filter(({ valid }, i) => valid && !addGrants[i]).length +
        reads.filter(({ valid }, i) => valid && !readGrants[i]).length;
      expect(dut.out.conflicts).toBe(conflicts);
      refused += conflicts;

      expected = reads.map(({ bits }, i) => (readGrants[i] ? [...(memory[bits] ?? [])] : null));
      for (const [i, { bits }] of adds.entries())
        if (addGrants[i])
          memory[bits.address] = bits.sums.map((sum, lane) =>
            bits.accumulate ? (sum + (memory[bits.address]?.[lane] ?? 0)) | 0 : sum,
          );
      dut.step();
    }
    expect(refused).toBeGreaterThan(0);
  });
});
