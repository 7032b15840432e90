import { describe, expect, test } from "vitest";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { configurationValue } from "../isa/index.ts";
import { npuConfig } from "../npu-config.ts";
import { tileBenches } from "./tile-bench.fuzz.ts";

const seed = seedOf(undefined);
const config = npuConfig({ side: 4, scratchpadRows: 256, scratchpadBanks: 2, accumulatorRows: 64 });
const benchOf = tileBenches("compute", config);
const [aAt, wAt, cAt, dAt] = [0x8010_0000, 0x8010_1000, 0x8010_2003, 0x8010_3000];

describe.each(["interpreter", "wasm"] as const)(`ComputeTile on the %s engine (${replay(seed)})`, (engine) => {
  test.each([0, 0.3])("a matrix product from DRAM to DRAM, the bus stalling %d", (stalls) => {
    const { dram, start, wait, read, field, counter, monitors, random } = benchOf({
      ...{ engine, seed, timing: { stalls } },
    });
    const [m, k, n] = [6, 10, 7];
    const a = Array.from({ length: m }, () => Array.from({ length: k }, () => random.int8()));
    const w = Array.from({ length: k }, () => Array.from({ length: n }, () => random.int8()));
    const bytesOf = (rows: readonly (readonly number[])[]) => Uint8Array.from(rows.flat(), (value) => value & 255);
    dram.memory.write(aAt, bytesOf(a));
    dram.memory.write(wAt, bytesOf(w));
    const program = `
      load.scratchpad local=0 dram=${aAt} rows=${m} cols=${k} stride=${k}
      load.scratchpad local=0x80 dram=${wAt} rows=${k} bottom=2 cols=${n} stride=${n} push_next
      gemm a=0 w=0x80 acc=0 m=${m} k=${k} n=${n} a_stride=${m} acc_stride=${m} pop_prev push_next
      cfg reg=quantisation value=${configurationValue("quantisation", { zeroPoint: 0, low: -128, high: 127 })}
      vec op=relu src=0 dst=32 rows=${m} cols=${n} pop_prev push_next
      store.accumulator local=0 dram=${cAt} rows=${m} cols=${n} stride=${4 * n} int32 pop_prev
      store.accumulator local=32 dram=${dAt} rows=${m} cols=${n} stride=${4 * n} int32 interrupt
      halt code=7`;
    expect(start(program)).toBe(0);
    wait();
    expect([field("status", "state"), read("cause"), read("code"), read("interrupt")]).toEqual([
      "Halted",
      0,
      7,
      0b100001,
    ]);
    const product = a.flatMap((row) =>
      Array.from({ length: n }, (_, j) => row.reduce((sum, value, i) => sum + value * (w[i]?.[j] ?? 0), 0)),
    );
    const words = (at: number) => {
      const view = new DataView(dram.memory.read(at, 4 * m * n).slice().buffer);
      return Array.from({ length: m * n }, (_, i) => view.getInt32(4 * i, true));
    };
    expect(words(cAt)).toEqual(product);
    expect(words(dAt)).toEqual(product.map((sum) => Math.max(sum, 0)));

    const [first, second] = monitors.map(({ traffic }) => traffic);
    expect(counter("macsUseful")).toBe(m * k * n);
    expect(counter("macsIssued")).toBe(m * 3 * 2 * 16);
    expect(counter("bytesLoad0")).toBe(4 * (first?.readBeats ?? 0));
    expect(counter("bytesLoad1") + counter("bytesFetch")).toBe(4 * (second?.readBeats ?? 0));
    expect(counter("bytesFetch")).toBe(8 * 16);
    expect(counter("bytesStore")).toBe(2 * 4 * m * n);
    expect(counter("instructions")).toBe(8);
    expect(
      ["load", "execute", "vector", "store"].map((_, i) =>
        counter((["loadDone", "executeDone", "vectorDone", "storeDone"] as const)[i] ?? "loadDone"),
      ),
    ).toEqual([2, 1, 1, 2]);
  });
});
