import { describe, expect, test } from "vitest";
import { Chip, ComputeTile, chipConfig, type Design, elaborate, MemoryTile, networkConfig } from "../../hdl/index.ts";
import { chipBench } from "../../hdl/npu/chip/chip-bench.fuzz.ts";
import { configurationValue } from "../../hdl/npu/isa/index.ts";
import { Random } from "../bench/random.ts";
import { replay, seedOf } from "../bench/seed.ts";
import { caseOf, differencesOf, differenceText, lockstepBatch, type PeerCase } from "./index.ts";
import { OwnRun } from "./own-run.ts";
import { type PinLayout, pinLayout } from "./pin-layout.ts";
import { RandomStimulus } from "./random-stimulus.ts";
import { InputRecord, RecordedStimulus } from "./recorded-stimulus.ts";
import { testWith } from "./tool-presence.fuzz.ts";

const seed = seedOf(undefined);
const folder = "out/lockstep/whole-tiles";

const memories = { scratchpadRows: 64, scratchpadBanks: 2, accumulatorRows: 16, instructions: 64 };
const bus = { reads: 2, writes: 2, burstBeats: 4, bufferBeats: 8 };
const config = chipConfig({ tile: { side: 2, ...memories, ...bus }, width: 1, height: 1, vcs: 2, vcDepth: 2 });
const noc = networkConfig(config);
const [compute, memory] = [0x00, 0x01] as const;
const [aAt, wAt, cAt, dAt] = [0x8010_0000, 0x8010_1000, 0x8010_2000, 0x8010_3000];
const [m, k, n] = [3, 4, 3];
const quantisation = configurationValue("quantisation", { zeroPoint: 1, low: -100, high: 90 });

/** Both tiles at work: A comes from the memory tile and C goes back there, W is loaded, the sums go out as int32. */
const programs: readonly (readonly [node: number, program: string])[] = [
  [
    memory,
    `load.scratchpad local=0 dram=${aAt} rows=${m} cols=${k} stride=${k} push_next
    send.scratchpad node=${compute} tag=3 local=0 rows=${2 * m} pop_prev
    receive.scratchpad node=${compute} tag=5 local=32 rows=${2 * m}
    fence queues=1
    store.scratchpad local=32 dram=${cAt} rows=${m} cols=${n} stride=${n}
    halt code=2`,
  ],
  [
    compute,
    `receive.scratchpad node=${memory} tag=3 local=0 rows=${2 * m}
    load.scratchpad local=16 dram=${wAt} rows=${k} cols=${n} stride=${n} push_next
    gemm a=0 w=16 acc=0 m=${m} k=${k} n=${n} a_stride=${m} acc_stride=${m} pop_prev push_next
    cfg reg=quantisation value=${quantisation}
    vec op=relu src=0 dst=8 rows=${m} cols=${n} pop_prev push_next
    store.accumulator local=8 dram=${dAt} rows=${m} cols=${n} stride=${4 * n} int32 pop_prev
    vec op=max src=0 src2=8 dst=32 rows=${m} cols=${n} dst_int8 act=clip push_next
    send.scratchpad node=${memory} tag=5 local=32 rows=${2 * m} pop_prev
    fence queues=8
    halt code=1`,
  ],
];

/** The blocks that are made of nearly all others, and where they are in the chip. */
const wholes: readonly { readonly name: string; readonly design: Design; readonly path: string }[] = [
  { name: "Chip", design: elaborate(Chip(config)), path: "" },
  { name: "ComputeTile", design: elaborate(ComputeTile(config.tile, noc)), path: "tiles" },
  { name: "MemoryTile", design: elaborate(MemoryTile(config.tile, noc)), path: "tiles_2" },
];

/** Runs the programs on a chip with a DRAM and a host; the inputs of each block, from power-on to the last counter read. */
function record(): { readonly inputs: readonly InputRecord[]; readonly results: Uint8Array } {
  const { dut, dram, load, start, wait, field, counter } = chipBench(config, {
    seed,
    timing: { latency: 4, stalls: 0.1 },
  });
  const inputs = wholes.map(({ design, path }) => new InputRecord(dut.engine, pinLayout(design), path));
  for (const one of inputs) dut.attach(one);
  const random = new Random(seed);
  for (const [at, count] of [[aAt, m * k] as const, [wAt, k * n] as const])
    dram.memory.write(
      at,
      Uint8Array.from({ length: count }, () => random.below(256)),
    );
  for (const [node, program] of programs) load(node, program);
  for (const [node] of programs) start(node);
  for (const [node] of programs) wait(node);
  for (const [node] of programs) expect(field(node, "status", "state")).toBe("Halted");
  expect([counter(compute, "macsUseful"), counter(memory, "bytesSend")]).toEqual([m * k * n, 4 * m]);
  return { inputs, results: dram.memory.read(dAt, 4 * m * n) };
}

const { inputs, results } = record();
const recorded = inputs[0]?.cycles.length ?? 0;
const cases = wholes.map(({ name, design }, i): PeerCase => {
  const cycles = inputs[i]?.cycles ?? [];
  const rest = (layout: PinLayout) => new RandomStimulus(design, layout, seed);
  return { ...caseOf(name, design, seed, `w${i}_`), stimulus: (layout) => new RecordedStimulus(cycles, rest(layout)) };
});

describe(`whole tiles run a recorded program (${replay(seed)})`, () => {
  test("which does its work, and does it when it is replayed", () => {
    expect(results.some((byte) => byte !== 0)).toBe(true);
    for (const one of cases) {
      const run = new OwnRun(one, 0);
      const { wasm } = run.cycles(recorded).simulate();
      const { outputs, outputWords } = run.layout;
      const interrupts = [...outputs.values()].filter(({ name }) => name.startsWith("interrupt"));
      expect(interrupts.length).toBe(one.name === "Chip" ? 2 : 1);
      for (const { first } of interrupts)
        expect(Array.from({ length: recorded }, (_, cycle) => wasm[cycle * outputWords + first])).toContain(1);
    }
  });

  // Its build takes seconds, that of Verilator minutes, and undefined bits are differences here.
  testWith("icarus")("with the same outputs in Icarus Verilog", { timeout: 300_000 }, async () => {
    const options = { peer: "icarus", cycles: recorded, interpreted: recorded, folder } as const;
    for (const one of cases) {
      const report = await lockstepBatch([one], options);
      const found = await differencesOf([one], report, options);
      expect(found.map(differenceText)).toEqual([]);
      expect(report.comparisons.map(({ cycles }) => cycles)).toEqual([recorded]);
    }
  });
});
