import { describe, expect, test } from "vitest";
import { Random } from "../../testbench/bench/random.ts";
import { replay, seedOf } from "../../testbench/bench/seed.ts";
import { simulate } from "../../testbench/bench/simulate.ts";
import { engineConfig } from "./config.ts";
import { WriteBack } from "./write-back.ts";

const seed = seedOf(undefined);

describe.each(["interpreter", "wasm"] as const)(`WriteBack on the %s engine (${replay(seed)})`, (engine) => {
  test("sends every k-tile's rows to the rows of their n-tile", () => {
    const accumulatorRows = 100;
    const dut = simulate(WriteBack(engineConfig({ rows: 2, cols: 2, accumulatorRows })), { engine, seed });
    const random = new Random(seed);
    for (let run = 0; run < 12; run++) {
      const [m, kTiles, nTiles] = [1 + random.below(5), 1 + random.below(4), 1 + random.below(4)];
      const accumulate = random.below(2);
      const accumulatorBase = random.below(accumulatorRows - m * nTiles + 1);
      dut.in.job = { m, kTiles, nTiles, accumulate, activationBase: 0, weightBase: 0, accumulatorBase };
      dut.in.start = 1;
      dut.step();
      dut.in.start = 0;

      for (let n = 0; n < nTiles; n++)
        for (let k = 0; k < kTiles; k++)
          for (let row = 0; row < m; row++) {
            dut.in.valid = 0;
            dut.step(random.below(2));
            expect(dut.out.last).toBe(0);
            dut.in.valid = 1;
            const target = { address: accumulatorBase + n * m + row, accumulate: k > 0 ? 1 : accumulate };
            expect(dut.out.target).toEqual(target);
            expect(dut.out.last).toBe(Number(n === nTiles - 1 && k === kTiles - 1 && row === m - 1));
            dut.step();
          }
      dut.in.valid = 0;
    }
  });
});
