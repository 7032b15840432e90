import { describe, expect, test } from "vitest";
import { Random } from "../../testbench/bench/random.ts";
import { replay, seedOf } from "../../testbench/bench/seed.ts";
import { simulate } from "../../testbench/bench/simulate.ts";
import { npuConfig } from "./npu-config.ts";
import { Scratchpad } from "./scratchpad.ts";

const seed = seedOf(undefined);

describe.each(["interpreter", "wasm"] as const)(`Scratchpad on the %s engine (${replay(seed)})`, (engine) => {
  test.each([
    { banks: 1, readers: 1, writers: 1 },
    { banks: 4, readers: 4, writers: 3 },
    { banks: 2, readers: 2, writers: 3 },
  ])("$banks banks, $readers readers, $writers writers: first come by index, rows as written", (shape) => {
    const { banks, readers, writers } = shape;
    const rows = 8 * banks;
    const config = npuConfig({ side: 4, scratchpadRows: rows, scratchpadBanks: banks });
    const dut = simulate(Scratchpad(config, readers, writers), { engine, seed });
    const random = new Random(seed);
    const row = () => random.below(2 ** 32);
    const memory = Array.from({ length: rows }, row);
    for (const [address, data] of memory.entries()) {
      dut.in.write.forEach((port, i) => {
        Object.assign(port, { valid: Number(i === 0), bits: { address, data, mask: 15 } });
      });
      dut.step();
    }

    let expected: (number | null)[] = new Array(readers).fill(null);
    let conflicts = 0;
    for (let cycle = 0; cycle < 500; cycle++) {
      for (let i = 0; i < readers; i++) {
        const { valid, bits } = dut.out.data[i] ?? { valid: -1, bits: 0 };
        expect([cycle, i, valid]).toEqual([cycle, i, Number(expected[i] !== null)]);
        if (expected[i] !== null) expect(bits).toBe(expected[i]);
      }
      // Reads stay away from the rows that are written in the same cycle: what those yield is undefined.
      const half = random.below(2);
      const pick = (which: number) => 2 * random.below(rows / 2) + which;
      const reads = Array.from({ length: readers }, () => ({ valid: random.below(2), bits: pick(half) }));
      const writes = Array.from({ length: writers }, () => ({
        valid: random.below(2),
        bits: { address: pick(1 - half), data: row(), mask: random.below(16) },
      }));
      reads.forEach((request, i) => {
        Object.assign(dut.in.read[i] ?? {}, request);
      });
      writes.forEach((request, i) => {
        Object.assign(dut.in.write[i] ?? {}, request);
      });

      const bankOf = (address: number) => Math.floor(address / 8);
      const readTaken = new Set<number>();
      expected = reads.map(({ valid, bits }, i) => {
        const granted = valid === 1 && !readTaken.has(bankOf(bits));
        expect(dut.in.read[i]?.ready).toBe(Number(granted));
        if (valid) readTaken.add(bankOf(bits));
        return granted ? (memory[bits] ?? 0) : null;
      });
      const refusedReads = reads.filter(({ valid }, i) => valid === 1 && expected[i] === null).length;
      expect(dut.out.readConflicts).toBe(refusedReads);

      const writeTaken = new Set<number>();
      let refusedWrites = 0;
      writes.forEach(({ valid, bits: { address, data, mask } }, i) => {
        const granted = valid === 1 && !writeTaken.has(bankOf(address));
        expect(dut.in.write[i]?.ready).toBe(Number(granted));
        if (valid) writeTaken.add(bankOf(address));
        if (valid && !granted) refusedWrites++;
        if (!granted) return;
        let bytes = 0;
        for (let byte = 0; byte < 4; byte++) if ((mask >> byte) & 1) bytes |= 255 << (8 * byte);
        memory[address] = (((memory[address] ?? 0) & ~bytes) | (data & bytes)) >>> 0;
      });
      expect(dut.out.writeConflicts).toBe(refusedWrites);
      conflicts += refusedReads + refusedWrites;
      dut.step();
    }
    if (readers > 1) expect(conflicts).toBeGreaterThan(0);
  });
});
