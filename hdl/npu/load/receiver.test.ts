import { describe, expect, test } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { Feed, stepWith } from "../movers/feed.fuzz.ts";
import { takeWrites } from "../movers/memory-ports.fuzz.ts";
import { TileMemories } from "../movers/tile-memories.fuzz.ts";
import { nocConfig } from "../noc/index.ts";
import { npuConfig } from "../npu-config.ts";
import { Receiver } from "./receiver.ts";

const seed = seedOf(undefined);
const side = 4;
const config = npuConfig({ side, scratchpadRows: 256, scratchpadBanks: 1, accumulatorRows: 64 });
const noc = nocConfig({ width: 2, height: 2, payloadBits: 8 * side });

interface Job {
  readonly node: number;
  readonly tag: number;
  readonly local: number;
  readonly rows: number;
  readonly sums: number;
  readonly accumulate: number;
}

const job: Job = { node: 1, tag: 3, local: 9, rows: 3, sums: 0, accumulate: 0 };

/** The receiver before memories that, as those of a tile, are ready only for what is there. */
function receiverOf(engine: "interpreter" | "wasm", stalls: number) {
  const dut = simulate(Receiver(config, noc), { engine, seed });
  const random = new Random(seed);
  const memories = new TileMemories(config);
  const jobs = new Feed(dut.in.job, (bits: Job) => {
    dut.in.job.bits = { ...bits, mask: 0 };
  });
  const arriving = new Feed(dut.in.flit, (bits: { readonly source: number; readonly payload: bigint }) => {
    dut.in.flit.bits = { ...bits, last: 1 };
  });
  const flits = arriving.items;
  const chance = () => !random.bool(stalls);
  const grants: { node: number; tag: number }[] = [];
  const results: string[] = [];
  const bench = { dut, random, memories, flits, grants, results, writes: 0, give, flitsOf, step, finish };

  function give(...more: readonly Job[]): void {
    jobs.items.push(...more);
  }
  function flitsOf(source: number, count: number) {
    return Array.from({ length: count }, () => ({ source, payload: BigInt(random.int32() >>> 0) }));
  }
  function step(): void {
    const { grant, result } = dut.out;
    jobs.offer(chance);
    arriving.offer(chance);
    bench.writes += takeWrites(memories, dut.out, chance);
    grant.ready = Number(chance());
    result.ready = Number(chance());
    if (grant.valid && grant.ready) {
      const { payload, destination, mask, last } = grant.bits;
      expect([mask, last]).toEqual([0, 1]);
      grants.push({ node: destination, tag: Number(payload) });
    }
    if (result.valid && result.ready) results.push(result.bits.reason);
    stepWith(dut, jobs, arriving);
  }
  function finish(count: number): void {
    for (let cycles = 0; results.length < count; cycles++) {
      if (cycles > 2000) throw new Error(`only ${results.length} of ${count} RECEIVEs have ended`);
      step();
    }
  }
  return bench;
}

describe.each(["interpreter", "wasm"] as const)(`Receiver on the %s engine (${replay(seed)})`, (engine) => {
  test.each([0, 0.5])("rows into both memories, one RECEIVE after the other, stalls %d", (stalls) => {
    const bench = receiverOf(engine, stalls);
    const { random, memories, flits, grants, results } = bench;
    const expected = new TileMemories(config);
    const given = Array.from({ length: 12 }, (_, i) => ({
      ...{ node: [0x01, 0x10, 0x11][random.below(3)] ?? 0, tag: random.below(16), rows: 1 + random.below(5) },
      ...{ local: 5 * (i % 6), sums: Number(i % 3 !== 0), accumulate: Number(i % 3 === 2) },
    }));
    bench.give(...given);
    given.forEach(({ node, rows, local, sums, accumulate }, i) => {
      while (grants.length <= i) bench.step();
      const own = bench.flitsOf(node, sums ? 4 * rows : rows);
      flits.push(...own);
      expected.receive(sums ? "accumulator" : "scratchpad", local, accumulate === 1, own);
    });
    bench.finish(given.length);
    expect(memories.contents).toEqual(expected.contents);
    expect(grants).toEqual(given.map(({ node, tag }) => ({ node, tag })));
    expect(results).toEqual(given.map(() => "None"));
  });

  test("a flit a cycle from the grant on", () => {
    for (const sums of [0, 1]) {
      const bench = receiverOf(engine, 0);
      bench.give({ ...job, rows: 6, sums });
      while (bench.grants.length === 0) bench.step();
      bench.flits.push(...bench.flitsOf(1, sums ? 24 : 6));
      const from = bench.dut.cycle;
      while (bench.flits.length > 0) bench.step();
      expect(bench.dut.cycle - from).toBe(sums ? 24 : 6);
    }
  });

  test.each([0, 1])("flits of another node are dropped, whatever the memory does, and told, sums %d", (sums) => {
    const bench = receiverOf(engine, 0.3);
    const expected = new TileMemories(config);
    bench.flits.push(...bench.flitsOf(1, 3)); // before anything is awaited: nobody's
    for (let i = 0; i < 20; i++) bench.step();
    expect([bench.flits, bench.results]).toEqual([[], []]);

    bench.give({ ...job, sums });
    while (bench.grants.length === 0) bench.step();
    const own = bench.flitsOf(1, sums ? 12 : 3);
    bench.flits.push(...bench.flitsOf(0x10, 2), ...own.slice(0, 2), ...bench.flitsOf(0x11, 3), ...own.slice(2));
    bench.finish(1);
    expected.receive(sums ? "accumulator" : "scratchpad", job.local, false, own);
    expect(bench.memories.contents).toEqual(expected.contents);
    expect(bench.results).toEqual(["Reject"]);

    bench.give({ ...job, sums });
    while (bench.grants.length < 2) bench.step();
    bench.flits.push(...bench.flitsOf(1, sums ? 12 : 3));
    bench.finish(2);
    expect(bench.results).toEqual(["Reject", "None"]);
  });

  test("it waits for the network: for its grant to go, then for flits", () => {
    const { dut, give, step, flitsOf } = receiverOf(engine, 0);
    give(job);
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      step();
      waits.push(dut.out.waits);
    }
    expect(waits).toEqual([0, 1, 1, 1, 1, 1, 1, 1]);
    const [flit] = flitsOf(1, 1);
    Object.assign(dut.in.flit, { valid: 1, bits: { source: 1, payload: flit?.payload ?? 0n, last: 1 } });
    expect(dut.out.waits).toBe(0);
  });

  test("what is dropped anywhere ends, with what waits behind it, and leaves nothing", () => {
    for (let time = 1; time < (engine === "wasm" ? 30 : 12); time++) {
      const bench = receiverOf(engine, 0.2);
      const { dut, flits, results, memories } = bench;
      bench.give({ ...job, sums: 1, rows: 2 }, { ...job, rows: 4 }, { ...job, sums: 1 });
      for (let i = 0; i < time; i++) {
        if (bench.grants.length > 0 && flits.length === 0) flits.push(...bench.flitsOf(1, 5));
        bench.step();
      }
      dut.in.drop = 1;
      const before = [bench.writes, bench.grants.length];
      bench.finish(3);
      expect([bench.writes, bench.grants.length]).toEqual(before);
      for (let i = 0; flits.length > 0; i++) {
        if (i > 50) throw new Error("flits that nobody awaits are not taken");
        bench.step();
      }
      dut.in.drop = 0;
      bench.give({ ...job, sums: 1, local: 40 });
      while (bench.grants.length === before[1]) bench.step();
      const own = bench.flitsOf(1, 12);
      flits.push(...own);
      bench.finish(4);
      const expected = new TileMemories(config);
      expected.receive("accumulator", 40, false, own);
      expect(memories.accumulators.slice(160, 172)).toEqual(expected.accumulators.slice(160, 172));
      expect(results[3]).toBe("None");
    }
  });
});
