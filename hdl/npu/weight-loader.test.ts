import { describe, expect, test } from "vitest";
import { Random } from "../../testbench/bench/random.ts";
import { replay, seedOf } from "../../testbench/bench/seed.ts";
import { simulate } from "../../testbench/bench/simulate.ts";
import { engineConfig } from "./config.ts";
import { WeightLoader } from "./weight-loader.ts";

const seed = seedOf(undefined);

describe.each(["interpreter", "wasm"] as const)(`WeightLoader on the %s engine (${replay(seed)})`, (engine) => {
  test.each([1, 2, 5])("%i rows: reads a tile as soon as the one before it is taken", (rows) => {
    const weightWords = 12 * rows + 1;
    const dut = simulate(WeightLoader(engineConfig({ rows, cols: 2, weightWords })), { engine, seed });
    const random = new Random(seed);
    for (let run = 0; run < 10; run++) {
      const [kTiles, nTiles] = [1 + random.below(4), 1 + random.below(3)];
      const weightBase = random.below(weightWords - kTiles * nTiles * rows + 1);
      dut.in.job = { m: 1, kTiles, nTiles, accumulate: 0, activationBase: 0, weightBase, accumulatorBase: 0 };
      dut.in.start = 1;
      dut.step();
      dut.in.start = 0;

      const words = Array.from({ length: kTiles * nTiles }, (_, tile) =>
        Array.from({ length: rows }, (_, i) => weightBase + tile * rows + rows - 1 - i),
      ).flat();
      let held = 0; // words of the shadow weights that are there
      for (let taken = 0; taken < kTiles * nTiles; ) {
        const take = held === rows && random.bool(0.5);
        dut.in.take = Number(take);
        if (take) {
          held = 0;
          taken++;
        }
        const expected = held < rows ? words.shift() : undefined;
        expect(dut.out.read.enable).toBe(Number(expected !== undefined));
        if (expected !== undefined) {
          expect(dut.out.read.address).toBe(expected);
          held++;
        }
        expect(dut.out.filled).toBe(Number(held === rows));
        dut.step();
      }
      dut.in.take = 0;
    }
  });

  test("taking a tile that is not complete fails a check", () => {
    const dut = simulate(WeightLoader(engineConfig({ rows: 2, cols: 2 })), { engine, seed });
    dut.in.take = 1;
    expect(() => dut.step()).toThrow("only a complete tile is taken");
  });
});
