import { describe, expect, test } from "vitest";
import { Random } from "../bench/random.ts";
import { readImportedDesign } from "../imported/index.ts";
import { simulateDesign } from "../index.ts";
import { importedCase } from "../peer/index.ts";
import { testWith } from "../peer/tool-presence.fuzz.ts";
import { compared, designOf, pathOf } from "./design-request.fuzz.ts";

const files = [
  ...["async-fifo/async_fifo.v", "async-fifo/AsyncFifo_topEntity_trueDualPortBlockRamWrapper.v"],
  "async-fifo/crossing.v",
].map(pathOf);
const crossing = (read: number, write: number) =>
  designOf(files, "crossing", { clocks: [`rclk:${read}`, `wclk:${write}`] });

/** Ticks of the reading and the writing clock. */
const periods = [
  [10, 7],
  [7, 10],
  [10, 3],
  [3, 11],
  [10, 10],
] as const;

describe.each(periods)("a queue between clocks of %d and %d ticks", (read, write) => {
  test.each(["wasm", "interpreter"] as const)("loses, doubles and reorders nothing: %s", async (engine) => {
    const { netlist, timing, stimulus } = await readImportedDesign({ ...crossing(read, write), randomInputs: false });
    const dut = simulateDesign(netlist.design, "crossing", { engine, clocks: timing, seed: 1 });
    const random = new Random(read * 64 + write);
    const out = (name: string) => Number(dut.engine.peek(name));
    const [taken, expected]: [number[], number[]] = [[], []];
    const seen = { full: 0, empty: 0 };
    for (const { port } of stimulus.resets) dut.poke(port, 1);
    dut.step(Math.max(...stimulus.resets.map(({ cycles }) => cycles)));
    for (const { port } of stimulus.resets) dut.poke(port, 0);

    // Stretches in which one side is faster than the other, or stands still.
    let rates = { sending: 1, receiving: 1 };
    for (let cycle = 0; cycle < (engine === "wasm" ? 10_000 : 1500); cycle++) {
      if (cycle % 100 === 0) rates = { sending: random.below(5) / 4, receiving: random.below(5) / 4 };
      dut.poke("sending", random.bool(rates.sending) ? 1 : 0);
      dut.poke("receiving", random.bool(rates.receiving) ? 1 : 0);
      if (out("taken") === 1) {
        expected.push((40_503 * taken.length) & 0xffff);
        taken.push(out("item"));
      }
      seen.full += out("full");
      seen.empty += out("empty");
      dut.step();
    }
    expect(taken).toEqual(expected);
    expect(Math.min(taken.length, seen.full, seen.empty)).toBeGreaterThan(50);
  });

  testWith("icarus")("has the outputs of Icarus Verilog in every cycle", async () => {
    const run = await compared(await importedCase(crossing(read, write), 7), { peer: "icarus", cycles: 3000 });
    expect(run).toMatchObject({ cycles: 3000, difference: null });
    // Items, of four digits, until all words of the memory were written once.
    expect(run.unknownDigits).toBeLessThan(2000);
  });
});
