import { Bool, check, module, mux, reg, when } from "../lang/index.ts";
import { Access } from "../lib/index.ts";
import { Command, Count } from "./command.ts";
import type { EngineConfig } from "./config.ts";
import { TileWalk } from "./tile-walk.ts";
import { WeightAddress } from "./weight-buffer.ts";

/**
 * Keeps the array's shadow weights filled: reads the tiles of a job one after the other, each as `rows` words from its
 * last row to its first, and waits in between until the array has taken the tile.
 *
 * - `start`: `job` is there from the next cycle on; begin with its first tile.
 * - `take`: a row that swaps the weights in is being read, this cycle. The next tile begins in the same cycle.
 * - `read`: the weight buffer's read port.
 * - `filled`: a tile is complete after this cycle, so a row that swaps it in may be read in the next.
 */
export const WeightLoader = (config: EngineConfig) => {
  const { rows, weightWords } = config;
  const Walk = TileWalk(config);
  const Address = WeightAddress(config);

  return module(
    "WeightLoader",
    {
      params: { rows },
      in: { start: Bool, job: Command(config), take: Bool },
      out: { read: Access(weightWords), filled: Bool },
    },
    ({ start, job, take }) => {
      const active = reg(Bool, 0);
      const full = reg(Bool, 0);
      const offset = reg(Address, 0); // of the next word from `weightBase`

      const enable = active.and(full.not().or(take));
      const walk = Walk({ advance: enable, rows: Count(config).lit(rows), kTiles: job.kTiles, nTiles: job.nTiles });
      const filled = enable.and(walk.lastRow).or(full.and(take.not()));
      full.next = filled;

      // Down the rows of a tile, then over them and the next tile's to the last of those, modulo the address space.
      const toNextTile = (2 * rows - 1) % 2 ** offset.width;
      when(enable, () => {
        offset.next = mux(walk.lastRow, offset.add(toNextTile), offset.sub(1));
        when(walk.last, () => {
          active.next = 0;
        });
      });
      when(start, () => {
        active.next = 1;
        offset.next = rows - 1;
      });

      check(take.not().or(full), "only a complete tile is taken");

      return { read: { enable, address: job.weightBase.add(offset) }, filled };
    },
  );
};
