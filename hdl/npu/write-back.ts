import { Bool, module, reg, when } from "../lang/index.ts";
import { AccumulatorAddress, AccumulatorTarget } from "./accumulator.ts";
import { Command } from "./command.ts";
import type { EngineConfig } from "./config.ts";
import { TileWalk } from "./tile-walk.ts";

/**
 * Says where each row of sums that leaves the array belongs: the rows of an n-tile again for each of its k-tiles, the
 * first of which overwrites them unless the job accumulates.
 *
 * - `start`: `job` is there from the next cycle on.
 * - `valid`: a row of sums leaves the array, in this cycle; it goes to `target`. `last`: it is the job's last.
 */
export const WriteBack = (config: EngineConfig) => {
  const Walk = TileWalk(config);
  const Address = AccumulatorAddress(config);

  return module(
    "WriteBack",
    {
      in: { start: Bool, job: Command(config), valid: Bool },
      out: { target: AccumulatorTarget(config), last: Bool },
    },
    ({ start, job, valid }) => {
      const tile = reg(Address, 0); // the n-tile's first row, from `accumulatorBase`
      const offset = reg(Address, 0); // the row that comes next

      const walk = Walk({ advance: valid, rows: job.m, kTiles: job.kTiles, nTiles: job.nTiles });
      const after = offset.add(1);

      when(valid, () => {
        offset.next = after;
        when(walk.lastRow, () => {
          when(walk.lastK, () => {
            tile.next = after;
          }).otherwise(() => {
            offset.next = tile;
          });
        });
      });
      when(start, () => {
        tile.next = 0;
        offset.next = 0;
      });

      return {
        target: { address: job.accumulatorBase.add(offset), accumulate: walk.firstK.not().or(job.accumulate) },
        last: valid.and(walk.last),
      };
    },
  );
};
