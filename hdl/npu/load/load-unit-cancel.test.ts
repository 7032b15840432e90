import { describe, expect, test } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { instructionWord, type Matrix, TileMemories } from "../movers/tile-memories.fuzz.ts";
import { flitsOf, LoadBench, smallNoc, smallTile, someLoad as tile } from "./load-bench.fuzz.ts";

const seed = seedOf(undefined);

describe(`a LoadUnit that is cancelled (${replay(seed)})`, () => {
  const config = smallTile(4);
  const start = (stalls = 0) => new LoadBench(config, smallNoc(4), stalls, { latency: 20 }, { engine: "wasm", seed });

  test.each([
    [0, 0],
    [0.3, 0],
    [0, 1],
  ])("at any time, stalls %d, held %d", (stalls, held) => {
    const bench = start(stalls);
    const random = new Random(seed + held);
    const busy: bigint[] = [
      instructionWord("load", { ...tile, rows: 12, top: 3, left: 2 }),
      instructionWord("load", { ...tile, rows: 9, transpose: true, local: 100 }),
      instructionWord("receive", { sub: "accumulator", node: 1, tag: 0, local: 8, rows: 4 }),
      instructionWord("load", { ...tile, sub: "lut", rows: 2 }),
      instructionWord("load", { ...tile, sub: "accumulator", accumulate: true, int32: true }),
      instructionWord("load", { ...tile, rows: 130 }),
      instructionWord("load", { ...tile, rows: 0 }),
      instructionWord("receive", { sub: "scratchpad", node: 2, tag: 1, local: 8, rows: 4 }),
    ];
    let given = 0;
    for (let time = 0; time < 170; time += stalls > 0 ? 7 : 3) {
      bench.answers.splice(0, 2, flitsOf(1, random.below(24), random));
      bench.push(...busy);
      for (let i = 0; i < time; i++) bench.step();
      given = bench.given;
      bench.dut.in.cancel = 1;
      const { writes } = bench;
      const [ended, granted] = [bench.done.length, bench.grants.length];
      bench.step();
      if (!held) bench.dut.in.cancel = 0;
      for (let i = 0; bench.dut.out.busy; i++) {
        if (i > 200) throw new Error(`still busy ${i} cycles after it was cancelled in cycle ${time}`);
        bench.step();
      }
      bench.withdraw();
      expect([bench.writes, bench.grants.length]).toEqual([writes, granted]);
      expect(bench.done.length).toBe(given);
      expect(bench.done.slice(ended).every(({ fault }) => fault === "None")).toBe(true);
      bench.dut.in.cancel = 0;
      bench.flits.splice(0);

      // What was cut short anywhere leaves nothing behind for the next ones.
      const next: Matrix[] = [
        { ...tile, dram: 0x16000 + time, rows: 3, cols: 14, transpose: random.bool() },
        { ...tile, dram: 0x16000 + time, sub: "lut", rows: 1 },
        { ...tile, dram: 0x16000 + time, sub: "accumulator", int32: true, rows: 3 },
      ];
      const own = flitsOf(1, 8, random);
      bench.answers.splice(0, 2, own);
      bench.push(
        ...next.map((job) => instructionWord("load", job)),
        instructionWord("receive", { sub: "accumulator", node: 1, tag: 0, local: 100, rows: 2 }),
      );
      bench.finish(given + 4);
      expect(bench.done.slice(given).every(({ fault }) => fault === "None")).toBe(true);
      const expected = new TileMemories(config);
      for (const job of next) expected.load(job, bench.dram.memory);
      expected.receive("accumulator", 100, false, own);
      const rows = 4 * expected.span(next[0] ?? tile);
      expect(bench.memories.scratchpad.slice(0, rows)).toEqual(expected.scratchpad.slice(0, rows));
      expect(bench.memories.table.slice(0, 16)).toEqual(expected.table.slice(0, 16));
      expect(bench.memories.accumulators.slice(0, 48)).toEqual(expected.accumulators.slice(0, 48));
      expect(bench.memories.accumulators.slice(400, 408)).toEqual(expected.accumulators.slice(400, 408));
    }
    expect(given).toBeGreaterThan(100);
  });
});
