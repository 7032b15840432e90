import { describe, expect, test } from "vitest";
import { type AxiConfig, AxiRead, AxiWrite, axiConfig, module } from "../../hdl/index.ts";
import { replay, seedOf } from "../bench/seed.ts";
import { simulate } from "../bench/simulate.ts";
import { AxiMonitor } from "./axi-monitor.ts";
import { Dram, type DramTiming } from "./dram.ts";

const seed = seedOf(undefined);

/** Passes the testbench's transactions on to the memory. */
const Wires = (config: AxiConfig) => {
  const [Read, Write] = [AxiRead(config), AxiWrite(config)];
  return module(
    "Wires",
    { params: { ...config }, in: { reads: Read, writes: Write }, out: { read: Read, write: Write } },
    ({ reads, writes, read, write }) => ({ reads: read, writes: write, read: reads, write: writes }),
  );
};

const config = axiConfig({ dataBytes: 8, addressBits: 40 });
const burst = (id: number, addr: number, beats: number) => ({ id, addr, len: beats - 1, size: 3, burst: 1 });

function memoryOf(engine: "interpreter" | "wasm", timing: Partial<DramTiming>) {
  const dut = simulate(Wires(config), { engine, seed });
  const dram = new Dram({ seed, bytes: 2 ** 40, ...timing });
  const monitor = new AxiMonitor(dut.engine, { read: "read", write: "write" });
  dut.attach(dram.port(dut.engine, config, { read: "read", write: "write" }));
  dut.attach(monitor);

  /** Asks for bursts as fast as they are taken; all beats that come back, and when. */
  const read = (bursts: readonly ReturnType<typeof burst>[]) => {
    const asked: number[] = [];
    const beats: { id: number; data: bigint; resp: number; last: number; cycle: number }[] = [];
    const total = bursts.reduce((sum, { len }) => sum + len + 1, 0);
    dut.run(
      function* () {
        for (const one of bursts) {
          yield* dut.in.reads.ar.send(one);
          asked.push(dut.cycle);
        }
      },
      function* () {
        dut.in.reads.r.ready = 1;
        while (beats.length < total) {
          yield;
          const { valid, bits } = dut.in.reads.r;
          if (valid) beats.push({ ...bits, id: Number(bits.id), data: BigInt(bits.data), cycle: dut.cycle });
        }
        dut.in.reads.r.ready = 0;
      },
    );
    return { asked, beats };
  };
  /** Writes a burst of 64-bit words; its response, and the cycles of its last beat and of that. */
  const write = (one: ReturnType<typeof burst>, words: readonly bigint[], strb = 255) => {
    let sent = 0;
    let answer = { id: -1, resp: -1, cycle: -1 };
    dut.run(
      () => dut.in.writes.aw.send(one),
      function* () {
        for (const [i, data] of words.entries())
          yield* dut.in.writes.w.send({ data, strb, last: Number(i === one.len) });
        sent = dut.cycle;
      },
      function* () {
        dut.in.writes.b.ready = 1;
        do yield;
        while (!dut.in.writes.b.valid);
        const { id, resp } = dut.in.writes.b.bits;
        answer = { id: Number(id), resp, cycle: dut.cycle };
        dut.in.writes.b.ready = 0;
      },
    );
    return { sent, answer };
  };
  return { dut, dram, monitor, read, write };
}

describe.each(["interpreter", "wasm"] as const)(`DRAM on the %s engine (${replay(seed)})`, (engine) => {
  test("gives what is in it, after its latency, a beat a cycle", () => {
    const { dram, read } = memoryOf(engine, { latency: 37 });
    dram.memory.write(
      2 ** 38 + 8,
      Uint8Array.from({ length: 24 }, (_, i) => i + 1),
    );
    const { asked, beats } = read([burst(3, 2 ** 38 + 11, 3), burst(3, 2 ** 38, 2)]);
    const first = (asked[0] ?? 0) + 37;
    expect(beats).toEqual([
      { id: 3, data: 0x0807060504030201n, resp: 0, last: 0, cycle: first },
      { id: 3, data: 0x100f0e0d0c0b0a09n, resp: 0, last: 0, cycle: first + 1 },
      { id: 3, data: 0x1817161514131211n, resp: 0, last: 1, cycle: first + 2 },
      { id: 3, data: 0n, resp: 0, last: 0, cycle: first + 3 },
      { id: 3, data: 0x0807060504030201n, resp: 0, last: 1, cycle: first + 4 },
    ]);
  });

  test("takes what is strobed and answers after its latency", () => {
    const { dram, write } = memoryOf(engine, { latency: 21 });
    const { sent, answer } = write(burst(2, 0x1000, 2), [0x1122334455667788n, 0x99aabbccddeeff00n], 0x0f);
    expect(answer).toEqual({ id: 2, resp: 0, cycle: sent + 21 });
    expect([...dram.memory.read(0x1000, 16)]).toEqual(
      [0x88, 0x77, 0x66, 0x55, 0, 0, 0, 0].concat([0x00, 0xff, 0xee, 0xdd, 0, 0, 0, 0]),
    );
  });

  test("errors at addresses, at beats and beyond the memory", () => {
    const { dram, read, write } = memoryOf(engine, { latency: 2, base: 0x1000, bytes: 0x1000 });
    dram.fail({ on: "read", address: 0x1017, bytes: 2 }, { on: "read", beat: 6, response: 3 });
    const { beats } = read([burst(0, 0x1000, 4), burst(0, 0x1100, 4), burst(0, 0x2000, 1)]);
    expect(beats.map(({ resp }) => resp)).toEqual([0, 0, 2, 2, 0, 0, 3, 0, 3]);
    dram.fail({ on: "write", address: 0x1008, bytes: 1 });
    expect(write(burst(0, 0x1000, 2), [1n, 2n]).answer.resp).toBe(2);
    expect([dram.memory.byte(0x1000), dram.memory.byte(0x1008)]).toEqual([1, 0]);
    expect(write(burst(0, 0x1000, 1), [3n]).answer.resp).toBe(0);
    expect(write(burst(0, 0xff8, 1), [3n]).answer.resp).toBe(3);
  });

  test.each([
    [8, 64],
    [4, 128],
    [2.5, 205],
  ])("a bandwidth of %d bytes a cycle, of the whole memory or of a channel", (bandwidth, cycles) => {
    for (const limit of [{ bandwidth }, { channelBandwidth: bandwidth }, { bandwidth: 9, channelBandwidth: bandwidth }])
      check(limit);

    function check(limit: Partial<DramTiming>) {
      const { read } = memoryOf(engine, { latency: 10, ...limit });
      const { beats } = read([burst(0, 0, 32), burst(0, 0x100, 32)]);
      const took = (beats.at(-1)?.cycle ?? 0) - (beats[0]?.cycle ?? 0) + 1;
      expect(Math.abs(took - cycles)).toBeLessThanOrEqual(16 / bandwidth); // two beats may be saved up
    }
  });

  test("a row that is not open takes longer, once", () => {
    const { read } = memoryOf(engine, { latency: 10, rowBytes: 1024, banks: 2, rowMiss: 25 });
    const delay = (addr: number) => {
      const { asked, beats } = read([burst(0, addr, 1)]);
      return (beats[0]?.cycle ?? 0) - (asked[0] ?? 0);
    };
    expect([0, 8, 1024, 16, 2048, 1032, 24].map(delay)).toEqual([35, 10, 35, 10, 35, 10, 35]);
  });

  test("ids pass each other where they may, and keep their own order", () => {
    const { read } = memoryOf(engine, { latency: 30, reorder: true });
    const asked = Array.from({ length: 24 }, (_, i) => burst(i % 3, 0x1000 + 64 * i, 1 + (i % 4)));
    const { beats } = read(asked);
    const lasts = beats.filter(({ last }) => last).map(({ id }) => id);
    expect(lasts).not.toEqual(asked.map(({ id }) => id));
    for (const id of [0, 1, 2]) {
      const lengths = asked.filter((one) => one.id === id).flatMap(({ len }) => [...new Array<number>(len).fill(0), 1]);
      expect(beats.filter((one) => one.id === id).map(({ last }) => last)).toEqual(lengths);
    }
  });

  test("stalls hold everything back at times, and the monitor counts what moves", () => {
    const { dut, monitor, read, write } = memoryOf(engine, { latency: 5, stalls: 0.5 });
    const { beats } = read([burst(0, 0, 64)]);
    expect((beats.at(-1)?.cycle ?? 0) - (beats[0]?.cycle ?? 0)).toBeGreaterThan(90);
    const before = dut.cycle;
    const words = Array.from({ length: 32 }, (_, i) => BigInt(i));
    write(burst(0, 0x40, 32), words, 0xf0);
    expect(dut.cycle - before).toBeGreaterThan(45);
    expect(monitor.traffic).toEqual({
      ...{ readBursts: 1, readBeats: 64, writeBursts: 1, writeBeats: 32, bytes: 128, responses: 1, mostReads: 1 },
    });
    expect(monitor.moves).toBe(1 + 64 + 1 + 32 + 1);
  });
});

test.each([
  [{ latency: 0 }, "latency is a whole number from 1, not 0"],
  [{ bandwidth: 0 }, "bandwidth is more than 0"],
  [{ channelBandwidth: -1 }, "the bandwidth of a DRAM's channel is more than 0"],
  [{ stalls: 1 }, "stalls with probability"],
  [{ rowMiss: -1 }, "row miss"],
])("%j is refused", (timing, message) => {
  expect(() => new Dram(timing)).toThrow(message);
});
