import { Bool, module, mux, reg, when } from "../lang/index.ts";
import { Count } from "./command.ts";
import type { EngineConfig } from "./config.ts";

/**
 * The order in which every part of the engine goes through a matmul: n-tile by n-tile, in it k-tile by k-tile, in that
 * row by row.
 *
 * Each cycle with `advance` is one step. The outputs say where the walk stands: at the `firstRow` or `lastRow` of a tile,
 * in the `firstK` or `lastK` of an n-tile, at the `last` step of all. After that it stands at the first one again.
 * `rows`, `kTiles` and `nTiles` are from 1 and keep still during a walk.
 */
export const TileWalk = (config: EngineConfig) =>
  module(
    "TileWalk",
    {
      in: { advance: Bool, rows: Count(config), kTiles: Count(config), nTiles: Count(config) },
      out: { firstRow: Bool, lastRow: Bool, firstK: Bool, lastK: Bool, last: Bool },
    },
    ({ advance, rows, kTiles, nTiles }) => {
      const row = reg(Count(config), 0);
      const k = reg(Count(config), 0);
      const n = reg(Count(config), 0);

      const lastRow = row.add(1).eq(rows);
      const lastK = k.add(1).eq(kTiles);
      const lastN = n.add(1).eq(nTiles);
      const lastOfN = lastRow.and(lastK);

      when(advance, () => {
        row.next = mux(lastRow.not(), row.add(1), 0);
        when(lastRow, () => {
          k.next = mux(lastK.not(), k.add(1), 0);
        });
        when(lastOfN, () => {
          n.next = mux(lastN.not(), n.add(1), 0);
        });
      });

      return { firstRow: row.eq(0), lastRow, firstK: k.eq(0), lastK, last: lastOfN.and(lastN) };
    },
  );
