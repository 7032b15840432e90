import { describe, expect, test } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { Dram, type DramTiming } from "../../../testbench/models/dram.ts";
import { SparseMemory } from "../../../testbench/models/sparse-memory.ts";
import { randomTransfer } from "../../../testbench/workloads/dma/random-transfer.ts";
import { illegality, type Row, rowsOf, type Transfer } from "../../../testbench/workloads/dma/transfer.ts";
import { type DmaConfig, dmaConfig } from "./dma-config.ts";
import { DmaWriter } from "./dma-writer.ts";

const seed = seedOf(undefined);

interface Beat {
  readonly data: bigint;
  readonly strobe: bigint;
  readonly last: number;
  readonly end: number;
}

const end: Beat = { data: 0n, strobe: 0n, last: 1, end: 1 };

/** Random rows as beats, each byte there with probability `there`, and what they leave in `memory`. */
function beatsOf(rows: readonly Row[], dataBytes: number, random: Random, there: number, memory: SparseMemory): Beat[] {
  return rows.flatMap(({ destination, length }) =>
    Array.from({ length: Math.ceil(length / dataBytes) }, (_, beat) => {
      const first = beat * dataBytes;
      let [data, strobe] = [0n, 0n];
      for (let i = 0; i < dataBytes; i++) {
        const byte = random.below(256);
        data |= BigInt(byte) << BigInt(8 * i);
        if (first + i >= length || !random.bool(there)) continue;
        strobe |= 1n << BigInt(i);
        memory.setByte(destination + first + i, byte);
      }
      return { data, strobe, last: Number(first + dataBytes >= length), end: 0 };
    }),
  );
}

const ones = (word: bigint) => word.toString(2).replaceAll("0", "").length;

function writerOf(engine: "interpreter" | "wasm", config: DmaConfig, timing: Partial<DramTiming>) {
  const dut = simulate(DmaWriter(config), { engine, seed });
  const dram = new Dram({ seed, bytes: 2 ** config.addressBits, ...timing });
  dut.attach(dram.port(dut.engine, config, { write: "bus" }));
  const random = new Random(seed);
  const write = (jobs: readonly { transfer: Transfer; beats: readonly Beat[] }[], pauses: number) => {
    const statuses: { error: string; address: number; bytes: number; tag: number }[] = [];
    dut.run(
      function* () {
        for (const [i, { transfer }] of jobs.entries()) {
          const { destination, destinationStrides, onError, interrupt, length, counts } = transfer;
          const wrap = (one: number) => BigInt.asUintN(config.addressBits, BigInt(one));
          yield* dut.in.descriptor.send({
            ...{ address: destination, strides: destinationStrides.map(wrap), length, counts },
            ...{ proceed: Number(onError === "continue"), interrupt: Number(interrupt), tag: i % 16 },
          });
        }
      },
      function* () {
        for (const { beats } of jobs)
          for (const beat of [...beats, end]) {
            while (random.bool(pauses)) yield;
            yield* dut.in.data.send(beat);
          }
      },
      function* () {
        while (statuses.length < jobs.length) {
          while (random.bool(pauses)) yield;
          const status = yield* dut.out.status.recv();
          statuses.push({ ...status, address: Number(status.address) });
        }
      },
    );
    return statuses;
  };
  return { dut, dram, write };
}

const rows: Transfer = {
  ...{ source: 0, destination: 0x20fa9, length: 150, counts: [8, 1, 1], sourceStrides: [0, 0, 0] },
  ...{ destinationStrides: [151, 0, 0], padding: null, onError: "end", interrupt: false },
};

describe.each(["interpreter", "wasm"] as const)(`DmaWriter on the %s engine (${replay(seed)})`, (engine) => {
  const most = engine === "wasm" ? 60 : 8;

  test.each([
    ["16 bytes wide", {}, { latency: 30 }, 0],
    ["with stalls everywhere", { writes: 2 }, { latency: 5, stalls: 0.4 }, 0.3],
    ["1 byte wide, bursts of 4", { dataBytes: 1, burstBeats: 4 }, { latency: 9 }, 0.1],
  ])("transfers one behind the other, %s", (_, sizes, timing, pauses) => {
    const config = dmaConfig(sizes);
    const { dut, dram, write } = writerOf(engine, config, timing);
    const random = new Random(seed + 1);
    const memory = new SparseMemory();
    const jobs = Array.from({ length: most }, () => {
      const { counts, length, ...others } = randomTransfer(random);
      const transfer = { ...others, length: Math.min(length, 300), counts: counts.map((one) => Math.min(one, 3)) };
      const all = [...rowsOf(transfer, config.addressBits)];
      return { transfer, beats: beatsOf(all, config.dataBytes, random, random.bool() ? 1 : 0.7, memory) };
    });
    const statuses = write(jobs, pauses);
    expect(statuses).toMatchObject(
      jobs.map(({ transfer, beats }, i) => ({
        ...{ error: illegality(transfer) ?? "None", address: 0, tag: i % 16 },
        interrupt: Number(transfer.interrupt),
        bytes: beats.reduce((sum, { strobe }) => sum + ones(strobe), 0),
      })),
    );
    expect(memory.firstDifference(dram.memory)).toBeNull();
    expect([dut.out.busy, dut.out.cancel]).toEqual([0, 0]);
  });

  test("data that end early leave the rest as it was, wherever they end", () => {
    const config = dmaConfig();
    const { dram, write } = writerOf(engine, config, { latency: 3, stalls: 0.2 });
    const random = new Random(seed);
    const memory = new SparseMemory();
    const beatsOfRow = Math.ceil(rows.length / 16);
    for (let beats = 0; beats <= 8 * beatsOfRow; beats += engine === "wasm" ? 1 : 9) {
      const left = new SparseMemory();
      const given = beatsOf([...rowsOf(rows, 32)], 16, random, 1, left).slice(0, beats);
      const status = write([{ transfer: rows, beats: given }], 0);
      expect(status).toMatchObject([
        { error: "None", bytes: given.reduce((sum, { strobe }) => sum + ones(strobe), 0) },
      ]);
      let place = 0;
      for (const [i, { strobe, data }] of given.entries()) {
        if (i % beatsOfRow === 0) place = rows.destination + 151 * (i / beatsOfRow);
        for (let lane = 0; lane < ones(strobe); lane++)
          memory.setByte(place++, Number((data >> BigInt(8 * lane)) & 255n));
      }
      expect(memory.firstDifference(dram.memory), `${beats} beats`).toBeNull();
    }
  });

  test("data beyond the last row are dropped and an error of length", () => {
    const { dram, write } = writerOf(engine, dmaConfig(), { latency: 3 });
    const memory = new SparseMemory();
    const random = new Random(seed);
    const good = beatsOf([...rowsOf(rows, 32)], 16, random, 1, memory);
    const more = beatsOf([...rowsOf(rows, 32)], 16, random, 1, new SparseMemory());
    const statuses = write([{ transfer: rows, beats: [...good, ...more] }], 0);
    expect(statuses).toMatchObject([{ error: "Length", bytes: 1200 }]);
    expect(memory.firstDifference(dram.memory)).toBeNull();
  });

  test("an error of the bus belongs to its transfer, though the next one is under way", () => {
    const { dram, write } = writerOf(engine, dmaConfig(), { latency: 200 });
    const random = new Random(seed);
    const jobs = [0, 1, 2].map((i) => {
      const transfer = { ...rows, destination: 0x20fa9 + 0x2000 * i };
      return { transfer, beats: beatsOf([...rowsOf(transfer, 32)], 16, random, 1, new SparseMemory()) };
    });
    dram.fail({ on: "write", address: 0x22fa9 + 151 + 20, bytes: 1 });
    expect(write(jobs, 0)).toMatchObject([
      { error: "None", address: 0 },
      { error: "Write", address: 0x23040, response: 2 },
      { error: "None", address: 0 },
    ]);
  });
});
