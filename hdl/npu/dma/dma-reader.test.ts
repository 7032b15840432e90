import { describe, expect, test } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { Dram, type DramFault, type DramTiming } from "../../../testbench/models/dram.ts";
import { randomTransfer } from "../../../testbench/workloads/dma/random-transfer.ts";
import { illegality, rowsOf, type Transfer } from "../../../testbench/workloads/dma/transfer.ts";
import { type DmaConfig, dmaConfig } from "./dma-config.ts";
import { DmaReader } from "./dma-reader.ts";

const seed = seedOf(undefined);

interface Read {
  /** Bytes by row; null for those that are not there. */
  readonly rows: (number | null)[][];
  readonly status: { readonly error: string; readonly address: number; readonly bytes: number; readonly tag: number };
}

function readerOf(engine: "interpreter" | "wasm", config: DmaConfig, timing: Partial<DramTiming>) {
  const dut = simulate(DmaReader(config), { engine, seed });
  const dram = new Dram({ seed, bytes: 2 ** config.addressBits, ...timing });
  dut.attach(dram.port(dut.engine, config, { read: "bus" }));
  const random = new Random(seed);
  const words = Uint32Array.from({ length: 2 ** 18 }, () => random.int32());
  dram.memory.write(0x100000, new Uint8Array(words.buffer));

  /** Hands over all transfers as fast as they are taken, and takes the data with pauses. */
  const read = (transfers: readonly Transfer[], pauses: number): Read[] => {
    const reads: Read[] = [];
    dut.run(
      function* () {
        for (const [i, transfer] of transfers.entries()) {
          const { source, sourceStrides, padding, onError, interrupt, length, counts } = transfer;
          const wrap = (one: number) => BigInt.asUintN(config.addressBits, BigInt(one));
          yield* dut.in.descriptor.send({
            ...{ address: wrap(source), strides: sourceStrides.map(wrap), length, counts },
            padding: padding
              ? { ...padding, enable: 1, across: padding.across.map(Number) }
              : { enable: 0, top: 0, bottom: 0, left: 0, right: 0, down: [0, 0, 0], across: [0, 0, 0] },
            ...{ proceed: Number(onError === "continue"), interrupt: Number(interrupt), tag: i % 16 },
          });
        }
      },
      function* () {
        let rows: (number | null)[][] = [[]];
        while (reads.length < transfers.length) {
          while (random.bool(pauses)) yield;
          const { data, strobe, last, end } = yield* dut.out.data.recv();
          if (end) {
            const status = yield* dut.out.status.recv();
            reads.push({ rows: rows.slice(0, -1), status: { ...status, address: Number(status.address) } });
            rows = [[]];
            continue;
          }
          for (let i = 0; i < config.dataBytes; i++)
            rows
              .at(-1)
              ?.push((BigInt(strobe) >> BigInt(i)) & 1n ? Number((BigInt(data) >> BigInt(8 * i)) & 255n) : null);
          if (last) rows.push([]);
        }
      },
    );
    return reads;
  };
  return { dut, dram, read };
}

/** What a transfer reads, each row to a whole number of beats. */
function expected(dram: Dram, transfer: Transfer, { dataBytes, addressBits }: DmaConfig): (number | null)[][] {
  return [...rowsOf(transfer, addressBits)].map(({ source, zeros, data, length }) => {
    const bytes = data > 0 ? dram.memory.read(source, data) : [];
    const row: (number | null)[] = [...new Array<number>(zeros).fill(0), ...bytes];
    while (row.length < length) row.push(0);
    while (row.length % dataBytes !== 0) row.push(null);
    return row;
  });
}

const smaller = ({ counts, length, ...transfer }: Transfer): Transfer => ({
  ...transfer,
  counts: counts.map((count) => Math.min(count, 3)),
  length: Math.min(length, 400),
});

describe.each(["interpreter", "wasm"] as const)(`DmaReader on the %s engine (${replay(seed)})`, (engine) => {
  const most = engine === "wasm" ? 60 : 8;

  test.each([
    ["16 bytes wide", {}, { latency: 30, stalls: 0 }, 0],
    ["with stalls everywhere", {}, { latency: 5, stalls: 0.4 }, 0.4],
    ["2 bytes wide, a buffer of one burst", { dataBytes: 2, burstBeats: 8, bufferBeats: 8 }, { latency: 9 }, 0.1],
  ])("transfers one behind the other, %s", (_, sizes, timing, pauses) => {
    const config = dmaConfig(sizes);
    const { dram, read } = readerOf(engine, config, timing);
    const random = new Random(seed + 1);
    const transfers = Array.from({ length: most }, () => smaller(randomTransfer(random)));
    const reads = read(transfers, pauses);
    for (const [i, transfer] of transfers.entries()) {
      const { rows, status } = reads[i] ?? {};
      expect(rows).toEqual(expected(dram, transfer, config));
      expect(status).toMatchObject({
        ...{ error: illegality(transfer) ?? "None", address: 0, tag: i % 16 },
        interrupt: Number(transfer.interrupt),
        bytes: rows?.flat().filter((byte) => byte !== null).length,
      });
    }
  });

  test("an error ends its transfer alone, or only leaves out bytes", () => {
    const config = dmaConfig();
    const { dram, read } = readerOf(engine, config, { latency: 60 });
    const rows: Transfer = {
      ...{ source: 0x100f50, destination: 0, length: 100, counts: [12, 1, 1], sourceStrides: [128, 0, 0] },
      ...{ destinationStrides: [0, 0, 0], padding: null, onError: "end", interrupt: false },
    };
    const transfers: Transfer[] = [
      rows,
      { ...rows, source: 0x120f50 },
      { ...rows, onError: "continue" },
      { ...rows, source: 0x130f50 },
    ];
    const faulty = 0x100f50 + 5 * 128 + 40;
    const fault: DramFault = { on: "read", address: faulty, bytes: 1 };
    dram.fail(fault);
    const reads = read(transfers, 0.1);
    expect(reads.map(({ status }) => [status.error, status.address, status.tag])).toEqual([
      ["Read", faulty - (faulty % 16), 0],
      ["None", 0, 1],
      ["Read", faulty - (faulty % 16), 2],
      ["None", 0, 3],
    ]);
    const whole = expected(dram, rows, config);
    expect(reads[0]?.rows).toEqual(whole.slice(0, 5));
    expect(reads[1]?.rows).toEqual(expected(dram, { ...rows, source: 0x120f50 }, config));
    const hole = faulty - (faulty % 16) - (rows.source + 5 * 128);
    const left = whole.map((row, i) => row.map((byte, at) => (i === 5 && at >= hole && at < hole + 16 ? null : byte)));
    expect(reads[2]?.rows).toEqual(left);
    expect(reads[3]?.rows).toEqual(expected(dram, { ...rows, source: 0x130f50 }, config));
  });

  test("cancel ends a long transfer soon", () => {
    const { dut } = readerOf(engine, dmaConfig({ bufferBeats: 256 }), { latency: 20 });
    dut.run(function* () {
      yield* dut.in.descriptor.send({
        ...{
          address: 0x100003,
          strides: [0, 0, 0],
          length: 2 ** 20,
          counts: [1, 1, 1],
          proceed: 1,
          interrupt: 0,
          tag: 5,
        },
        padding: { enable: 0, top: 0, bottom: 0, left: 0, right: 0, down: [0, 0, 0], across: [0, 0, 0] },
      });
      for (let i = 0; i < 100; i++) yield* dut.out.data.recv();
      dut.in.cancel = 1;
      for (let end = 0; end === 0; ) ({ end } = yield* dut.out.data.recv());
      dut.in.cancel = 0;
      expect(yield* dut.out.status.recv()).toMatchObject({ error: "None", tag: 5 });
    });
    expect(dut.cycle).toBeLessThan(1000);
    dut.step(10);
    expect(dut.out.busy).toBe(0);
  });
});
