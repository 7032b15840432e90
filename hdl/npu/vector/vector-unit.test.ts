import { describe, expect, test } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { vectorOperations } from "../isa/index.ts";
import { npuConfig } from "../npu-config.ts";
import { VectorUnit } from "./vector-unit.ts";

const seed = seedOf(undefined);
const side = 4;
const config = npuConfig({ side, scratchpadRows: 512, accumulatorRows: 512 });

type Operation = (typeof vectorOperations)[number];

interface Job {
  readonly op: Operation;
  readonly act: "none" | "relu" | "relu6" | "clip";
  readonly rows: number;
  readonly cols: number;
  readonly src: number;
  readonly src2: number;
  readonly dst: number;
  readonly imm: number;
  readonly scale: number;
  readonly srcInt8: boolean;
  readonly src2Int8: boolean;
  readonly dstInt8: boolean;
  readonly broadcast: boolean;
  readonly zeroPoint: number;
  readonly low: number;
  readonly high: number;
  readonly poolWidth: number;
  readonly poolOutWidth: number;
  readonly poolPixels: number;
}

interface Memories {
  readonly sums: number[][];
  readonly bytes: number[][];
  readonly bias: number[][];
  readonly scale: { multiplier: number; shift: number }[][];
  readonly table: number[];
}

function toEven(x: number): number {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

const lowest = -(2 ** 31);

/** Carries out a job on the memories in plain arithmetic. */
function reference(job: Job, { sums, bytes, bias, scale, table }: Memories): void {
  const { op, rows, cols, imm } = job;
  const blocks = Math.ceil(cols / side);
  const x = (row: number, lane: number) => (job.srcInt8 ? bytes : sums)[row]?.[lane] ?? 0;
  const lanesOf = (block: number) => Math.min(side, cols - block * side);
  const results: { dst: number; scale: number; values: number[]; lanes: number }[] = [];
  for (let block = 0; block < blocks; block++)
    for (let row = 0; row < rows; row++) {
      const values = Array.from({ length: side }, (_, lane) => {
        const a = x(job.src + block * rows + row, lane);
        const yRow = !job.broadcast ? block * rows + row : (imm & 0x8000) !== 0 ? row : block;
        const b = (job.src2Int8 ? bytes : sums)[job.src2 + yRow]?.[lane] ?? 0;
        const all = Array.from({ length: cols }, (_, c) => x(job.src + Math.floor(c / side) * rows + row, c % side));
        const [height, width, stride] = [imm & 15, (imm >> 4) & 15, (imm >> 8) & 15];
        const window = Array.from({ length: height * width }, (_, i) => {
          const top = Math.floor(row / job.poolOutWidth) * stride + Math.floor(i / width);
          const left = (row % job.poolOutWidth) * stride + (i % width);
          return x(job.src + block * job.poolPixels + top * job.poolWidth + left, lane);
        });
        const amount = BigInt(imm & 63);
        switch (op) {
          case "add":
            return (imm & 1 ? a - b : a + b) | 0;
          case "mul":
            return Number(BigInt.asIntN(32, (BigInt(a) * BigInt(b) + ((1n << amount) >> 1n)) >> amount));
          case "max":
            return Math.max(a, b);
          case "relu":
            return Math.max(0, a);
          case "relu6":
            return Math.min(imm, Math.max(0, a));
          case "clip":
            return Math.min(imm, Math.max(-imm, a));
          case "lut":
            return table[Math.min(255, Math.max(0, a + imm))] ?? 0;
          case "rowmax":
            return all.reduce((most, value) => Math.max(most, value), lowest);
          case "rowsum":
            return all.reduce((sum, value) => (sum + value) | 0, 0);
          case "recip":
            return Math.min(2 ** 31 - 1, Math.floor(2 ** 31 / Math.max(1, a)));
          case "rsqrt": {
            let root = Math.floor(2 ** 30 / Math.sqrt(Math.max(1, a)));
            const of = BigInt(Math.max(1, a));
            while (BigInt(root) ** 2n * of > 2n ** 60n) root--;
            while (BigInt(root + 1) ** 2n * of <= 2n ** 60n) root++;
            return root;
          }
          case "poolmax":
            return window.reduce((most, value) => Math.max(most, value), lowest);
          case "poolavg":
            return window.reduce((sum, value) => (sum + value) | 0, 0);
          default:
            return a;
        }
      });
      const byRow = op === "rowmax" || op === "rowsum";
      if (byRow && block < blocks - 1) continue;
      results.push({
        dst: job.dst + (byRow ? 0 : block * rows) + row,
        scale: job.scale + (byRow ? 0 : block),
        values,
        lanes: byRow ? side : lanesOf(block),
      });
    }
  for (const { dst, scale: parameters, values, lanes } of results) {
    const counted = values.map((value, lane) => (lane < lanes ? value : 0));
    if (!job.dstInt8) {
      sums[dst] = counted;
      continue;
    }
    const low = job.act === "none" ? -128 : job.act === "clip" ? job.low : job.zeroPoint;
    const high = job.act === "none" || job.act === "relu" ? 127 : job.high;
    bytes[dst] = counted.map((value, lane) => {
      if (lane >= lanes) return 0;
      const { multiplier = 0, shift = 0 } = scale[parameters]?.[lane] ?? {};
      const sum = (value + (bias[parameters]?.[lane] ?? 0)) | 0;
      const scaled = Math.fround(Math.fround(sum) * Math.fround(multiplier * 2 ** -(24 + shift)));
      const rounded = toEven(Math.min(1000, Math.max(-1000, scaled))) + job.zeroPoint;
      // As the hardware: the lower bound goes first.
      return rounded < low ? low : rounded > high ? high : rounded;
    });
  }
}

const packed = (row: readonly number[], bits: number): bigint =>
  row.reduce((word, value, i) => word | (BigInt.asUintN(bits, BigInt(value)) << BigInt(bits * i)), 0n);

function memories(random: Random): Memories {
  const rows = (count: number, value: () => number) =>
    Array.from({ length: count }, () => Array.from({ length: side }, value));
  return {
    sums: rows(512, () => random.int32() >> random.below(31)),
    bytes: rows(512, () => random.int8()),
    bias: rows(256, () => random.below(2000) - 1000),
    scale: Array.from({ length: 256 }, () =>
      Array.from({ length: side }, () => ({ multiplier: 2 ** 23 + random.below(2 ** 23), shift: random.below(20) })),
    ),
    table: Array.from({ length: 256 }, () => random.below(65_536) - 32_768),
  };
}

interface Chances {
  /** That a memory refuses an access. */
  readonly stalls: number;
  /** That what is under way is cancelled in a cycle; it is then begun anew. */
  readonly cancels?: number;
}

/** Runs jobs one after the other. */
function run(
  engine: "interpreter" | "wasm",
  jobs: readonly Job[],
  held: Memories,
  { stalls, cancels = 0 }: Chances,
  random: Random,
) {
  const { sums, bytes, bias, scale, table } = structuredClone(held);
  const dut = simulate(VectorUnit(config), { engine, seed });
  for (let i = 0; i < 256; i++) {
    dut.in.bias = { enable: 1, address: i, row: bias[i] ?? [] };
    const words = (scale[i] ?? []).map(({ multiplier, shift }) => multiplier + shift * 2 ** 24);
    dut.in.scale = { enable: 1, address: i, row: words };
    dut.in.table = { enable: 1, address: i, entry: table[i] ?? 0 };
    dut.step();
  }
  dut.in.bias = { enable: 0, address: 0, row: [0, 0, 0, 0] };
  dut.in.scale = { enable: 0, address: 0, row: [0, 0, 0, 0] };
  dut.in.table = { enable: 0, address: 0, entry: 0 };

  const queue = jobs.map((job, tag) => ({
    ...job,
    tag: tag % 16,
    srcInt8: Number(job.srcInt8),
    src2Int8: Number(job.src2Int8),
    dstInt8: Number(job.dstInt8),
    broadcast: Number(job.broadcast),
  }));
  const faults: number[] = [];
  let cycles = 0;
  let accepted = 0;
  let cancelled = -1; // cycles since cancel began, -1 if it is not
  for (; faults.length < jobs.length; cycles++) {
    if (cycles > 200_000) throw new Error("the vector unit does not end");
    if (cancelled < 0 && cancels > 0 && random.bool(cancels)) {
      cancelled = 0;
      accepted = faults.length;
    }
    dut.in.cancel = Number(cancelled >= 0);
    const next = queue[accepted];
    dut.in.command.valid = Number(next !== undefined);
    if (next) dut.in.command.bits = next;
    const { accumulatorRead, scratchpadRead, write, add } = dut.out;
    const reads = [...accumulatorRead, ...scratchpadRead].map((port) => {
      port.ready = Number(!random.bool(stalls));
      return port;
    });
    write.ready = Number(!random.bool(stalls));
    add.ready = Number(!random.bool(stalls));
    const answers = reads.map((port, i) => {
      const taken = port.valid && port.ready;
      return { valid: Number(taken), row: taken ? ((i < 2 ? sums : bytes)[Number(port.bits)] ?? []) : [] };
    });
    if (write.valid && write.ready) {
      const { address, data, mask } = write.bits;
      expect(mask).toBe(15);
      const word = BigInt(data);
      bytes[Number(address)] = Array.from({ length: side }, (_, i) =>
        Number(BigInt.asIntN(8, (word >> BigInt(8 * i)) & 255n)),
      );
    }
    if (add.valid && add.ready) sums[Number(add.bits.address)] = add.bits.sums.map(Number);
    if (cancelled >= 0) {
      expect([dut.in.command.ready, cancelled < 2000]).toEqual([0, true]);
      cancelled = dut.out.busy ? cancelled + 1 : -1;
    } else if (dut.out.done) {
      expect(dut.out.tag).toBe(faults.length % 16);
      faults.push(dut.out.fault);
    }
    if (next && dut.in.command.ready) accepted++;
    dut.step();
    const zeros = [0, 0, 0, 0];
    dut.in.accumulatorData = answers.slice(0, 2).map(({ valid, row }) => ({ valid, bits: valid ? row : zeros }));
    dut.in.scratchpadData = answers.slice(2).map(({ valid, row }) => ({ valid, bits: packed(row, 8) }));
  }
  return { sums, bytes, faults, cycles };
}

const plain: Job = {
  ...{ op: "copy", act: "none", rows: 1, cols: 1, src: 0, src2: 0, dst: 0, imm: 0, scale: 0 },
  ...{ srcInt8: false, src2Int8: false, dstInt8: false, broadcast: false, zeroPoint: 0, low: -128, high: 127 },
  ...{ poolWidth: 1, poolOutWidth: 1, poolPixels: 1 },
};

function randomJob(random: Random, op: Operation): Job {
  const pools = op === "poolmax" || op === "poolavg";
  const [height, width, stride] = [1 + random.below(3), 1 + random.below(3), 1 + random.below(2)];
  const [outWidth, outHeight] = [1 + random.below(3), 1 + random.below(3)];
  const poolWidth = (outWidth - 1) * stride + width + random.below(2);
  const [low, high] = [random.int8(), random.int8()].sort((a, b) => a - b);
  const act = (["none", "relu", "relu6", "clip"] as const)[random.below(4)] ?? "none";
  return {
    op,
    act,
    rows: pools ? outWidth * outHeight : 1 + random.below(6),
    cols: 1 + random.below(11),
    src: 0,
    src2: 200 + random.below(20),
    dst: 400 + random.below(20),
    imm: pools ? height | (width << 4) | (stride << 8) : random.below(64) | (random.below(2) << 15),
    scale: random.below(254),
    srcInt8: random.bool(0.5),
    src2Int8: random.bool(0.5),
    dstInt8: random.bool(0.5),
    broadcast: random.bool(0.4),
    zeroPoint: random.int8(),
    low: low ?? 0,
    high: high ?? 0,
    poolWidth,
    poolOutWidth: outWidth,
    poolPixels: poolWidth * ((outHeight - 1) * stride + height),
  };
}

describe(`VectorUnit (${replay(seed)})`, () => {
  test.each([0, 0.4])("every operation on random matrices, %d of the accesses refused", (stalls) => {
    const random = new Random(seed);
    const held = memories(random);
    const jobs = [0, 1, 2, 3, 4].flatMap(() => vectorOperations.map((op) => randomJob(random, op)));
    const { sums, bytes, faults } = run("wasm", jobs, held, { stalls }, random);
    const expected = structuredClone(held);
    for (const job of jobs) reference(job, expected);
    expect(faults).toEqual(jobs.map(() => 0));
    expect({ sums, bytes }).toEqual({ sums: expected.sums, bytes: expected.bytes });
  });

  test.each([
    [0.02, vectorOperations.filter((op) => op !== "recip" && op !== "rsqrt")],
    [0.001, ["recip", "rsqrt"] as const],
  ])("what is cancelled at any time leaves nothing behind: with probability %d, %j", (cancels, operations) => {
    const random = new Random(seed);
    const held = memories(random);
    const jobs = [0, 1, 2].flatMap(() => operations.map((op) => randomJob(random, op)));
    const { sums, bytes, faults } = run("wasm", jobs, held, { stalls: 0.2, cancels }, random);
    const expected = structuredClone(held);
    for (const job of jobs) reference(job, expected);
    expect(faults).toEqual(jobs.map(() => 0));
    expect({ sums, bytes }).toEqual({ sums: expected.sums, bytes: expected.bytes });
  });

  test("jobs follow each other, on the interpreter too", () => {
    const random = new Random(seed);
    const held = memories(random);
    const jobs = (["add", "rowsum", "poolavg", "copy"] as const).map((op, i) => ({
      ...randomJob(random, op),
      dst: 400 + 20 * i,
    }));
    const expected = structuredClone(held);
    for (const job of jobs) reference(job, expected);
    for (const engine of ["interpreter", "wasm"] as const) {
      const { sums, bytes, faults } = run(engine, jobs, held, { stalls: 0.2 }, new Random(seed));
      expect({ engine, faults, sums, bytes }).toEqual({
        engine,
        faults: [0, 0, 0, 0],
        sums: expected.sums,
        bytes: expected.bytes,
      });
    }
  });

  test("requantises a row a cycle", () => {
    const random = new Random(seed);
    const held = memories(random);
    const take = (rows: number) =>
      run("wasm", [{ ...plain, rows, cols: 4, dstInt8: true, dst: 100 }], held, { stalls: 0 }, random).cycles;
    expect(take(200) - take(100)).toBe(100);
  });

  test.each([
    ["no rows", { rows: 0 }],
    ["no columns", { cols: 0 }],
    ["a window of no height", { op: "poolmax", imm: 0x110 }],
    ["a source beyond the accumulators", { src: 511, rows: 4 }],
    ["a source beyond the scratchpad", { src: 511, rows: 4, srcInt8: true }],
    ["a result beyond the memory", { dst: 510, rows: 4 }],
    ["a scale beyond its memory", { dst: 100, cols: 9, dstInt8: true, scale: 254 }],
  ] as const)("%s is a fault, and the next job runs", (_, wrong) => {
    const random = new Random(seed);
    const held = memories(random);
    const { faults, sums } = run(
      "wasm",
      [
        { ...plain, ...wrong },
        { ...plain, src: 300, dst: 7 },
      ],
      held,
      { stalls: 0 },
      random,
    );
    expect(faults).toEqual([1, 0]);
    expect(sums[7]?.[0]).toBe(held.sums[300]?.[0]);
  });
});
