import { describe, expect, test } from "vitest";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { BurstFiller } from "./burst-filler.ts";
import { dmaConfig } from "./dma-config.ts";

const config = dmaConfig({ dataBytes: 4 });

interface Shape {
  readonly len: number;
  readonly lane: number;
  readonly first: number;
  readonly last: number;
}

/** A beat of bytes from `from` on, of which `count` are there. */
const beat = (from: number, count = 4, last = 0) => ({
  data: Array.from({ length: 4 }, (_, i) => (from + i) * 2 ** (8 * i)).reduce((a, b) => a + b),
  strobe: 2 ** count - 1,
  ...{ last, end: 0 },
});

function filled(
  engine: "interpreter" | "wasm",
  shapes: readonly Shape[],
  data: readonly ReturnType<typeof beat>[],
  stopAt = Infinity,
) {
  const dut = simulate(BurstFiller(config), { engine, timeout: 100 });
  const out: { beat: string; cycle: number }[] = [];
  let bytes = 0;
  const total = shapes.reduce((sum, { len }) => sum + len + 1, 0);
  dut.run(
    function* () {
      for (const shape of shapes) yield* dut.in.burst.send(shape);
    },
    function* () {
      for (const one of data) yield* dut.in.data.send(one);
      dut.in.stop = Number(stopAt <= data.length);
    },
    function* () {
      while (out.length < total) {
        const { data: word, strb, last } = yield* dut.out.w.recv();
        bytes += Number(dut.out.bytes);
        const shown = Array.from({ length: 4 }, (_, i) =>
          (Number(strb) >> i) & 1 ? ((Number(word) >>> (8 * i)) & 255).toString(16).padStart(2, "0") : "--",
        );
        out.push({ beat: shown.join(" ") + (last ? "." : ""), cycle: dut.cycle });
      }
    },
  );
  return { beats: out.map((one) => one.beat), cycles: out.map(({ cycle }) => cycle), bytes };
}

describe.each(["interpreter", "wasm"] as const)("BurstFiller on the %s engine", (engine) => {
  test("shifts rows to where they lie, over several bursts, a beat a cycle", () => {
    const { beats, cycles, bytes } = filled(
      engine,
      [
        { len: 1, lane: 3, first: 1, last: 0 },
        { len: 0, lane: 0, first: 0, last: 1 },
        { len: 1, lane: 0, first: 1, last: 1 },
        { len: 0, lane: 1, first: 1, last: 1 },
      ],
      [beat(0x10), beat(0x14, 2, 1), beat(0x20), beat(0x24, 3, 1), beat(0x30, 3, 1)],
    );
    expect(beats).toEqual([
      "-- -- -- 10",
      "11 12 13 14.",
      "15 -- -- --.",
      "20 21 22 23",
      "24 25 26 --.",
      "-- 30 31 32.",
    ]);
    expect(cycles.map((cycle) => cycle - (cycles[0] ?? 0))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(bytes).toBe(16);
  });

  test("fills up with nothing where the data stop", () => {
    const { beats, bytes } = filled(
      engine,
      [
        { len: 3, lane: 2, first: 1, last: 0 },
        { len: 0, lane: 0, first: 0, last: 1 },
      ],
      [beat(0x10), beat(0x14)],
      2,
    );
    expect(beats).toEqual(["-- -- 10 11", "12 13 14 15", "16 17 -- --", "-- -- -- --.", "-- -- -- --."]);
    expect(bytes).toBe(8);
  });
});
