import { describe, expect, test } from "vitest";
import { Random } from "../../testbench/bench/random.ts";
import { replay, seedOf } from "../../testbench/bench/seed.ts";
import { simulate } from "../../testbench/bench/simulate.ts";
import { engineConfig } from "./config.ts";
import { TileWalk } from "./tile-walk.ts";

const seed = seedOf(undefined);

describe.each(["interpreter", "wasm"] as const)(`TileWalk on the %s engine (${replay(seed)})`, (engine) => {
  test("goes n-tile by n-tile, k-tile by k-tile, row by row, and starts again", () => {
    const dut = simulate(TileWalk(engineConfig({ rows: 2, cols: 2 })), { engine, seed });
    const random = new Random(seed);
    for (let walk = 0; walk < 12; walk++) {
      const [rows, kTiles, nTiles] = [1 + random.below(4), 1 + random.below(4), 1 + random.below(4)];
      Object.assign(dut.in, { rows, kTiles, nTiles });
      for (let n = 0; n < nTiles; n++)
        for (let k = 0; k < kTiles; k++)
          for (let row = 0; row < rows; row++) {
            dut.in.advance = 0;
            dut.step(random.below(2));
            dut.in.advance = 1;
            const [lastRow, lastK, lastN] = [row === rows - 1, k === kTiles - 1, n === nTiles - 1];
            expect({ ...dut.out }).toEqual({
              firstRow: Number(row === 0),
              lastRow: Number(lastRow),
              firstK: Number(k === 0),
              lastK: Number(lastK),
              last: Number(lastRow && lastK && lastN),
            });
            dut.step();
          }
    }
  });
});
