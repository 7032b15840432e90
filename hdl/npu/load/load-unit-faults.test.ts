import { describe, expect, test } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { instructionWord, TileMemories } from "../movers/tile-memories.fuzz.ts";
import { flitsOf, LoadBench, smallNoc, smallTile, someLoad as tile } from "./load-bench.fuzz.ts";

const seed = seedOf(undefined);

describe(`a fault of a LoadUnit (${replay(seed)})`, () => {
  const config = smallTile(4);
  const start = (stalls = 0) => new LoadBench(config, smallNoc(4), stalls, { latency: 20 }, { engine: "wasm", seed });

  const faults: readonly (readonly [what: string, word: bigint, fault: string])[] = [
    ["no rows", instructionWord("load", { ...tile, rows: 0 }), "Operand"],
    ["no columns", instructionWord("load", { ...tile, cols: 0 }), "Operand"],
    ["a sum in the scratchpad", instructionWord("load", { ...tile, accumulate: true }), "Operand"],
    ["int32 in the scratchpad", instructionWord("load", { ...tile, int32: true }), "Operand"],
    ["a transposed accumulator", instructionWord("load", { ...tile, sub: "accumulator", transpose: true }), "Operand"],
    ["int32 in the table", instructionWord("load", { ...tile, sub: "lut", int32: true }), "Operand"],
    ["a row too many", instructionWord("load", { ...tile, local: 1024 - 31 }), "Range"],
    ["a row too many by padding", instructionWord("load", { ...tile, local: 1024 - 32, bottom: 1 }), "Range"],
    ["a column too many by padding", instructionWord("load", { ...tile, local: 1024 - 32, left: 1 }), "Range"],
    [
      "a transposed row too many",
      instructionWord("load", { ...tile, rows: 9, local: 1024 - 47, transpose: true }),
      "Range",
    ],
    ["beyond the accumulators", instructionWord("load", { ...tile, sub: "accumulator", local: 512 - 31 }), "Range"],
    ["beyond the bias", instructionWord("load", { ...tile, sub: "bias", local: 256 - 31 }), "Range"],
    ["beyond the table", instructionWord("load", { ...tile, sub: "lut", local: 256 - 127 }), "Range"],
    ["far beyond", instructionWord("load", { ...tile, rows: 4095, cols: 4095, local: 2 ** 20 - 1 }), "Range"],
    [
      "no rows to receive",
      instructionWord("receive", { sub: "scratchpad", node: 0, tag: 0, local: 0, rows: 0 }),
      "Operand",
    ],
    ["a tag of 16", instructionWord("receive", { sub: "scratchpad", node: 0, tag: 16, local: 0, rows: 1 }), "Operand"],
    ["no such node", instructionWord("receive", { sub: "scratchpad", node: 3, tag: 0, local: 0, rows: 1 }), "Operand"],
    ["rows beyond", instructionWord("receive", { sub: "accumulator", node: 0, tag: 0, local: 510, rows: 3 }), "Range"],
  ];
  test("what is wrong with an instruction is told, and nothing moves", () => {
    const bench = start();
    for (const [what, word, fault] of faults) {
      const [before, writes] = [bench.done.length, bench.writes];
      bench.push(word, instructionWord("load", tile, ["push_next"]));
      bench.finish(before + 2);
      const expected = [
        { fault, tag: 0, address: 0 },
        { fault: "None", tag: 2, address: 0 },
      ];
      expect({ what, done: bench.done.slice(before) }).toMatchObject({ what, done: expected });
      expect(bench.writes - writes, what).toBe(32);
    }
    expect(bench.grants).toEqual([]);
  });

  test.each([
    ["rows", { ...tile, rows: 12, stride: 21 }],
    ["transposed", { ...tile, rows: 12, cols: 14, stride: 21, transpose: true }],
    ["int32", { ...tile, sub: "accumulator", rows: 4, int32: true, stride: 67 } as const],
  ])("an error of the bus at any beat ends its LOAD alone, %s", (_, job) => {
    const bench = start(0.2);
    const others = [200, 300, 400].map((local) => ({ ...job, local, dram: 0x18000 }));
    const expected = new TileMemories(config);
    for (const other of others) expected.load(other, bench.dram.memory);
    const bytes = job.rows * job.stride;
    for (let address = job.dram; address < job.dram + bytes; address += 4) {
      const beat = address - (address % 4);
      const length = job.cols * ("int32" in job ? 4 : 1);
      const hit = [0, 1, 2, 3].some((i) => beat + i >= job.dram && (beat + i - job.dram) % job.stride < length);
      const before = bench.done.length;
      const { scratchpad, accumulators } = bench.memories;
      scratchpad.fill(0);
      accumulators.fill(0);
      bench.dram.fail({ on: "read", address, bytes: 1 });
      const jobs = [others[0] ?? job, job, others[1] ?? job, others[2] ?? job];
      bench.push(...jobs.map((one) => instructionWord("load", one)));
      bench.finish(before + jobs.length);
      expect(bench.done.slice(before).map(({ fault, address: at }) => [fault, at])).toEqual([
        ["None", 0],
        hit ? ["Read", beat] : ["None", 0],
        ["None", 0],
        ["None", 0],
      ]);
      expect(scratchpad.slice(800)).toEqual(expected.scratchpad.slice(800));
      expect(accumulators.slice(800)).toEqual(expected.accumulators.slice(800));
    }
  });

  test("flits of another node are dropped and told; those that nobody awaits are dropped", () => {
    const bench = start();
    const random = new Random(seed);
    bench.flits.push(...flitsOf(1, 5, random));
    for (let i = 0; i < 20; i++) bench.step();
    expect(bench.flits).toEqual([]);

    bench.push(instructionWord("receive", { sub: "scratchpad", node: 1, tag: 3, local: 9, rows: 3 }));
    while (bench.grants.length === 0) bench.step();
    for (let i = 0; i < 10; i++) bench.step();
    expect(bench.dut.out.waits).toEqual({ bus: 0, memory: 0, network: 1 });

    const own = flitsOf(1, 3, random);
    bench.flits.push(...flitsOf(2, 2, random), ...own, ...flitsOf(1, 4, random));
    bench.finish(1);
    for (let i = 0; i < 20; i++) bench.step();
    expect([bench.flits, bench.writes]).toEqual([[], 3]);
    expect(bench.done).toMatchObject([{ fault: "Reject" }]);
    expect(bench.grants.length).toBe(1);
    const expected = new TileMemories(config);
    expected.receive("scratchpad", 9, false, own);
    expect([...bench.memories.scratchpad.slice(36, 48)]).toEqual([...expected.scratchpad.slice(36, 48)]);

    bench.answers.push(flitsOf(1, 2, random));
    bench.push(instructionWord("receive", { sub: "scratchpad", node: 1, tag: 3, local: 40, rows: 2 }));
    bench.finish(2);
    expect(bench.done[1]).toMatchObject({ fault: "None" });
  });
});
