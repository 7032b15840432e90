import { Bool, module, mux, reg, Stream, UInt, when } from "../../lang/index.ts";
import type { NpuConfig } from "../npu-config.ts";
import { GemmCommand, tilesOf, WideRow } from "./gemm.ts";
import { NestWalk } from "./nest-walk.ts";

/**
 * The order in which a GEMM's rows of weights are read, one step in each cycle in which `advance` is 1.
 *
 * - Weight-stationary, for each n-tile and in it each k-tile: the tile's rows from the last to the first, as a column of
 *   the array is a shift register. None with `preload`.
 * - Output-stationary, for each m-tile and in it each n-tile: rows 0 to k − 1 of the n-tile.
 *
 * `row` is valid in each cycle in which there is a step to take; `os` belongs to it. The next command is accepted with
 * the last step. With `cancel` the walk ends at once, and commands are accepted and dropped; so in the walks below.
 */
export const WeightWalk = (config: NpuConfig) => {
  const { side } = config;
  return module(
    "WeightWalk",
    {
      params: { side },
      in: { command: Stream(GemmCommand), advance: Bool, cancel: Bool },
      out: { valid: Bool, row: WideRow, os: Bool },
    },
    ({ command, advance, cancel }) => {
      const job = reg(GemmCommand);
      const active = reg(Bool, 0);
      const block = reg(WideRow, 0); // where the tile begins
      const { os } = job;

      const kTiles = tilesOf(config, job.k);
      const walk = NestWalk({
        advance,
        clear: cancel,
        inner: mux(os.not(), UInt(12).lit(side), job.k),
        middle: mux(os, tilesOf(config, job.n), kTiles),
        outer: mux(os, tilesOf(config, job.m), tilesOf(config, job.n)),
      });

      const blockRows = mux(os.not(), UInt(12).lit(side).extend(25), kTiles.extend(25).shl(Math.log2(side)));
      const finished = advance.and(walk.last);
      when(advance.and(walk.lastInner), () => {
        block.next = mux(os.and(walk.lastMiddle), job.w.extend(25), block.add(blockRows));
      });
      when(finished, () => {
        active.next = 0;
      });
      const ready = active.not().or(finished).or(cancel);
      when(cancel, () => {
        active.next = 0;
      }).elseWhen(command.valid.and(ready), () => {
        job.next = command.bits;
        block.next = command.bits.w.extend(25);
        active.next = command.bits.os.or(command.bits.preload.not());
      });

      const upwards = block.add(walk.index.extend(25));
      const downwards = block.add(side - 1).sub(walk.index.extend(25));
      return { command: { ready }, valid: active, row: mux(os, upwards, downwards), os };
    },
  );
};

/**
 * The order in which a GEMM's rows of A are read, one step in each cycle in which `advance` is 1.
 *
 * - Weight-stationary, for each n-tile and in it each k-tile: rows 0 to m − 1. `mark` is 1 at the first of each tile,
 *   where the tile's weights come to life, unless they are there by `preload`.
 * - Output-stationary, for each m-tile and in it each n-tile: rows 0 to k − 1 of Aᵀ. `mark` is 1 at the last of each.
 */
export const ActivationWalk = (config: NpuConfig) =>
  module(
    "ActivationWalk",
    {
      params: { side: config.side },
      in: { command: Stream(GemmCommand), advance: Bool, cancel: Bool },
      out: { valid: Bool, row: WideRow, os: Bool, mark: Bool, zero: Bool },
    },
    ({ command, advance, cancel }) => {
      const job = reg(GemmCommand);
      const active = reg(Bool, 0);
      const block = reg(WideRow, 0);
      const { os } = job;

      const nTiles = tilesOf(config, job.n);
      const walk = NestWalk({
        advance,
        clear: cancel,
        inner: mux(os, job.k, job.m),
        middle: mux(os, nTiles, tilesOf(config, job.k)),
        outer: mux(os, tilesOf(config, job.m), nTiles),
      });

      const finished = advance.and(walk.last);
      when(advance.and(walk.lastInner), () => {
        const onwards = block.add(job.aStride.extend(25));
        block.next = mux(os, mux(walk.lastMiddle, onwards, block), mux(walk.lastMiddle, job.a.extend(25), onwards));
      });
      when(finished, () => {
        active.next = 0;
      });
      const ready = active.not().or(finished).or(cancel);
      when(cancel, () => {
        active.next = 0;
      }).elseWhen(command.valid.and(ready), () => {
        job.next = command.bits;
        block.next = command.bits.a.extend(25);
        active.next = 1;
      });

      return {
        command: { ready },
        valid: active,
        row: block.add(walk.index.extend(25)),
        os,
        mark: mux(os, walk.lastInner, walk.first.and(job.preload.not())),
        zero: job.zeroA,
      };
    },
  );

/**
 * Where a GEMM's rows of sums go as they leave the array, one in each cycle in which `advance` is 1.
 *
 * - Weight-stationary, for each n-tile and in it each k-tile: rows 0 to m − 1; those of k-tiles after the first are added.
 * - Output-stationary, for each m-tile and in it each n-tile: the tile's rows from the last to the first. `drop` is 1 for
 *   those beyond m.
 *
 * `done` is 1 with the last step of a command, whose `tag` is there.
 */
export const ResultWalk = (config: NpuConfig) => {
  const { side } = config;
  return module(
    "ResultWalk",
    {
      params: { side },
      in: { command: Stream(GemmCommand), advance: Bool, cancel: Bool },
      out: { busy: Bool, row: WideRow, accumulate: Bool, drop: Bool, done: Bool, tag: UInt(4) },
    },
    ({ command, advance, cancel }) => {
      const job = reg(GemmCommand);
      const active = reg(Bool, 0);
      const block = reg(WideRow, 0);
      const above = reg(UInt(13), 0); // rows of C in the m-tiles before, output-stationary
      const { os } = job;

      const nTiles = tilesOf(config, job.n);
      const walk = NestWalk({
        advance,
        clear: cancel,
        inner: mux(os.not(), job.m, UInt(12).lit(side)),
        middle: mux(os, nTiles, tilesOf(config, job.k)),
        outer: mux(os, tilesOf(config, job.m), nTiles),
      });

      const done = advance.and(walk.last);
      when(advance.and(walk.lastInner), () => {
        const onwards = block.add(job.accStride.extend(25));
        block.next = mux(os, mux(walk.lastMiddle, job.acc.extend(25), onwards), mux(walk.lastMiddle, onwards, block));
        when(walk.lastMiddle, () => {
          above.next = above.add(side);
        });
      });
      when(done, () => {
        active.next = 0;
      });
      const ready = active.not().or(done).or(cancel);
      when(cancel, () => {
        active.next = 0;
      }).elseWhen(command.valid.and(ready), () => {
        job.next = command.bits;
        block.next = command.bits.acc.extend(25);
        above.next = 0;
        active.next = 1;
      });

      const outputRow = above.add(side - 1).sub(walk.index.extend(13));
      return {
        command: { ready },
        busy: active,
        row: block.add(mux(os, outputRow.extend(25), walk.index.extend(25))),
        accumulate: job.accumulate.or(os.not().and(walk.firstMiddle.not())),
        drop: os.and(outputRow.ge(job.m.extend(13))),
        done,
        tag: job.tag,
      };
    },
  );
};
