import { describe, expect, test } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { TileMemories } from "../movers/tile-memories.fuzz.ts";
import { npuConfig } from "../npu-config.ts";
import { RowStream } from "./row-stream.ts";

const seed = seedOf(undefined);
const packetFlits = 4;
type EngineName = "interpreter" | "wasm";

interface Job {
  readonly sums: number;
  readonly local: number;
  readonly step: number;
  readonly lines: number;
  readonly blocks: number;
  readonly lanes: number;
  readonly joined: number;
  readonly sends: number;
}

interface Piece {
  readonly data: bigint;
  readonly strobe: bigint;
  readonly last: number;
  readonly final: number;
  readonly end: number;
  readonly sends: number;
}

/** The pieces of a job's rows and the one that ends it, row by row as the memories hold them. */
function piecesOf(job: Job, side: number, memories: TileMemories): Piece[] {
  const { sums, local, step, lines, blocks, lanes, joined, sends } = job;
  const sub = sums ? ("accumulator" as const) : ("scratchpad" as const);
  const pieces: Piece[] = [];
  for (let line = 0; line < lines; line++)
    for (let block = 0; block < blocks; block++) {
      const flits = memories.send({ sub, node: 0, tag: 0, local: local + block * step + line, rows: 1 });
      const bytes = (block === blocks - 1 ? lanes : side) * (sums ? 4 : 1);
      const count = Math.ceil(bytes / side);
      for (let i = 0; i < count; i++) {
        const ofLine = i === count - 1 && block === blocks - 1;
        const final = ofLine && line === lines - 1;
        pieces.push({
          data: flits[i] ?? 0n,
          strobe: 2n ** BigInt(Math.min(side, bytes - i * side)) - 1n,
          ...{ last: Number(joined ? final : ofLine), final: Number(final), end: 0, sends },
        });
      }
    }
  return pieces;
}

/** The stream before full memories that refuse by chance, and a taker that stalls. */
function streamOf(engine: EngineName, side: number, stalls: number) {
  const config = npuConfig({ side, scratchpadRows: 256, scratchpadBanks: 1, accumulatorRows: 256 });
  const dut = simulate(RowStream(config, packetFlits), { engine, seed });
  const random = new Random(seed + side);
  const memories = new TileMemories(config, random);
  const jobs: Job[] = [];
  const pieces: Piece[] = [];
  const bench = { dut, random, memories, pieces, refusals: 0, give, step, finish };

  function give(...more: readonly Job[]): void {
    jobs.push(...more);
  }
  function step(): void {
    const { job } = dut.in;
    const { scratchpadRead, accumulatorRead, piece } = dut.out;
    const [next] = jobs;
    if (next && !job.valid && !random.bool(stalls)) Object.assign(job, { valid: 1, bits: next });
    for (const port of [scratchpadRead, accumulatorRead]) {
      port.ready = 0;
      port.ready = Number(port.valid && !random.bool(stalls));
    }
    const reads = [scratchpadRead, accumulatorRead].map(({ valid, ready, bits }) => ({
      valid,
      ready,
      bits: Number(bits),
    }));
    expect(dut.out.refused).toBe(Number(reads.some(({ valid, ready }) => valid && !ready)));
    bench.refusals += dut.out.refused;
    piece.ready = Number(!random.bool(stalls));
    if (piece.valid && piece.ready)
      pieces.push({ ...piece.bits, data: BigInt(piece.bits.data), strobe: BigInt(piece.bits.strobe) });
    const taken = job.valid && job.ready;
    dut.step();
    // What was not asked for is anything.
    const [row = null, sums = null] = reads.map(({ ready, bits }) => (ready ? bits : null));
    dut.in.scratchpadData = {
      valid: Number(row !== null),
      bits:
        row === null
          ? BigInt(random.below(256))
          : (memories.send({ sub: "scratchpad", node: 0, tag: 0, local: row, rows: 1 })[0] ?? 0n),
    };
    dut.in.accumulatorData = {
      valid: Number(sums !== null),
      bits: Array.from({ length: side }, (_, i) =>
        sums === null ? random.int32() : (memories.accumulators[sums * side + i] ?? 0),
      ),
    };
    if (taken) {
      jobs.shift();
      job.valid = 0;
    }
  }
  /** Steps until so many jobs have ended. */
  function finish(count: number): void {
    for (let cycles = 0; pieces.filter(({ end }) => end).length < count; cycles++) {
      if (cycles > 5000) throw new Error(`after ${pieces.length} pieces ${count} jobs have not ended`);
      step();
    }
  }
  return bench;
}

/** Pieces without what those that end a job have beside that. */
const plain = (pieces: readonly Piece[]) => pieces.map((piece) => (piece.end ? "end" : piece));

describe.each(["interpreter", "wasm"] as const)(`RowStream on the %s engine (${replay(seed)})`, (engine) => {
  test.each([
    [2, 0.3],
    [4, 0],
    [4, 0.5],
    [16, 0.2],
  ])("rows of both memories, whole and cut, one job after the other, side %d, stalls %d", (side, stalls) => {
    const bench = streamOf(engine, side, stalls);
    const { dut, random, memories, pieces } = bench;
    const given = Array.from({ length: 16 }, (_, i): Job => {
      const [lines, blocks, sends] = [1 + random.below(6), 1 + random.below(3), Number(i % 4 === 3)];
      return {
        ...{ sums: Number(random.bool()), local: random.below(100), step: lines + random.below(3), lines, sends },
        ...(sends ? { blocks: 1, lanes: side, joined: 0 } : { blocks, lanes: 1 + random.below(side), joined: i % 2 }),
      };
    });
    bench.give(...given);
    bench.finish(given.length);
    expect(plain(pieces)).toEqual(given.flatMap((job) => [...piecesOf(job, side, memories), "end"]));
    expect(pieces.filter(({ end }) => end).map(({ strobe, last, sends }) => [strobe, last, sends])).toEqual(
      given.map(({ sends }) => [0n, 1, sends]),
    );
    expect(dut.out.busy).toBe(0);
    expect(bench.refusals > 0).toBe(stalls > 0);
  });

  test("a piece a cycle, and an end for each job", () => {
    const bench = streamOf(engine, 4, 0);
    const job: Job = { sums: 0, local: 0, step: 20, lines: 20, blocks: 2, lanes: 4, joined: 0, sends: 0 };
    for (const [sums, count] of [
      [0, 40],
      [1, 160],
    ] as const) {
      const [from, before] = [bench.dut.cycle, bench.pieces.length];
      bench.give({ ...job, sums });
      bench.finish(sums + 1);
      expect(bench.pieces.length - before).toBe(count + 1);
      // Until the first piece: the job, its row, the row's way.
      expect(bench.dut.cycle - from).toBe(count + 3);
    }
  });

  test.each([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ])("a stop anywhere: what was asked for comes, and packets are whole, sums %d, sends %d", (sums, sends) => {
    const side = 4;
    const bench = streamOf(engine, side, 0.3);
    const { dut, memories, pieces } = bench;
    const job: Job = { sums, local: 30, step: 64, lines: 60, blocks: 1, lanes: side, joined: 0, sends };
    const all = piecesOf(job, side, memories);
    const lengths = new Set<number>();
    for (let time = 1; time < (engine === "wasm" ? 60 : 20); time++) {
      pieces.splice(0);
      bench.give(job);
      for (let i = 0; i < time; i++) bench.step();
      dut.in.stop = 1;
      const asked = pieces.length;
      bench.finish(1);
      dut.in.stop = 0;
      const count = pieces.length - 1;
      expect(plain(pieces)).toEqual([...all.slice(0, count), "end"]);
      if (sends) expect(count % packetFlits).toBe(0);
      // Rows that are on their way, and of a packet the rest of `packetFlits` rows.
      expect(count - asked).toBeLessThan((9 + (sends ? packetFlits : 0)) * (sums ? 4 : 1));
      lengths.add(count);

      // Nothing is left of it for the next job.
      const next = { ...job, local: 5, lines: 3, sends: 0 };
      bench.give(next);
      bench.finish(2);
      expect(plain(pieces.slice(count + 1))).toEqual([...piecesOf(next, side, memories), "end"]);
    }
    expect(lengths.size).toBeGreaterThan(2);
    expect(Math.max(...lengths)).toBeLessThan(all.length);
  });
});
