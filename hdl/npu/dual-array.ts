import { Bool, check, clog2, module, mux, pipe, reg, UInt, when } from "../lang/index.ts";
import { type EngineConfig, Int32, SumWord, WeightWord } from "./config.ts";
import { DualPE } from "./dual-pe.ts";
import { ActivationRow } from "./pe-array.ts";
import { Skew } from "./skew.ts";

/**
 * The systolic array of both dataflows: `rows` × `cols` PEs between the same skews as `PeArray`. `os` says which
 * dataflow; it changes only while nothing is under way.
 *
 * Weight-stationary, `os` = 0: as `PeArray`, at the same cycles. For A (M × K) · W (K × N) in F = ⌈K / rows⌉ · ⌈N / cols⌉
 * tiles, from the first weight word in to the last product inclusive, with each tile's weights loaded behind the one
 * before:
 *
 *     rows + (F − 1) · max(M, rows) + M + rows + cols − 2 cycles
 *
 * Output-stationary, `os` = 1: the PEs keep a tile of `rows` × `cols` sums while K steps go through.
 *
 * - In a cycle with `activations.valid`, `activations.bits` is a column of A (one int8 for each row of the array) and
 *   `weights` the row of W that goes with it. `activations.swap` marks the last step of a tile; the last steps of two
 *   tiles are at least `rows` cycles apart. Gaps at will. `load` stays 0.
 * - `sums` in cycles with `valid`: the rows of the tile, the lowest first, in `rows` cycles running, the first of them
 *   rows + cols cycles after the last step went in.
 *
 * F = ⌈M / rows⌉ · ⌈N / cols⌉ tiles take, from the first step in to the last row out inclusive,
 *
 *     (F − 1) · max(K, rows) + K + 2 · rows + cols − 2 cycles
 */
export const DualArray = (config: EngineConfig) => {
  const { rows, cols } = config;
  const ActivationSkew = Skew(rows, 8, "rising");
  const WeightSkew = Skew(cols, 8, "rising");
  const SumSkew = Skew(cols, 32, "falling");
  const Row = UInt(clog2(rows));

  return module(
    "DualArray",
    {
      params: { rows, cols },
      in: { os: Bool, activations: ActivationRow(config), weights: WeightWord(config), load: Bool },
      out: { sums: SumWord(config), valid: Bool },
    },
    ({ os, activations, weights, load }) => {
      const { valid, swap, bits } = activations;

      // Weights come down one row a load. A row takes nothing before the tile's first word has come to it, so that the
      // weights that wait there for a `swap` on its own way down stay untouched.
      const loaded = reg(Row, 0);
      when(load, () => {
        loaded.next = mux(loaded.ne(rows - 1), loaded.add(1), 0);
      });
      check(
        os.or(valid.and(swap).not()).or(loaded.eq(0)),
        "weight-stationary: a swap comes when all weights of the tile are loaded",
      );
      check(os.and(load).not(), "output-stationary: weights come with their activations, not by load");

      const valids = [valid];
      const swaps = [swap];
      while (valids.length < rows) {
        valids.push(pipe(valids[valids.length - 1] ?? valid, 0));
        swaps.push(pipe(swaps[swaps.length - 1] ?? swap));
      }
      const bottomValid = valids[rows - 1] ?? valid;
      const bottomSwap = swaps[rows - 1] ?? swap;

      // Results leave once the lowest row has its own. A row shifts until the one below it needs nothing more of the old
      // tile: the next tile's result may already be waiting above.
      const complete = os.and(bottomValid).and(bottomSwap);
      const draining = reg(Bool, 0);
      const shifts = reg(Row, 0);
      const lastShift = shifts.eq(rows - 1);
      when(draining, () => {
        shifts.next = mux(lastShift.not(), shifts.add(1), 0);
        draining.next = lastShift.not();
      });
      when(complete, () => {
        draining.next = 1;
      });
      check(
        complete.and(draining).and(lastShift.not()).not(),
        "output-stationary: the last steps of two tiles are at least as many cycles apart as the array has rows",
      );

      const flowing = valids.reduce((any, one) => any.or(one), draining);
      const quiet = reg(UInt(clog2(cols + 1)), cols); // cycles for which nothing went in or began to leave
      when(flowing, () => {
        quiet.next = 0;
      }).elseWhen(quiet.ne(cols), () => {
        quiet.next = quiet.add(1);
      });
      check(
        os.eq(pipe(os, 0)).or(quiet.eq(cols).and(draining.not())),
        "the dataflow changes only while nothing is under way",
      );

      const activationSkew = ActivationSkew({ d: bits });
      const weightSkew = WeightSkew({ d: weights });
      let north = weightSkew.q.map((weight) => ({ weight, sum: Int32.lit(0) }));
      activationSkew.q.forEach((activation, row) => {
        const rowLoad = row > 0 ? mux(os, draining.and(shifts.lt(row)), load.and(loaded.ge(row))) : load;
        let west = { activation, valid: valids[row] ?? valid, swap: swaps[row] ?? swap, load: rowLoad };
        north = north.map(({ weight, sum }) => {
          const pe = DualPE({ os, ...west, weight, sum });
          west = pe;
          return pe;
        });
      });

      let outgoing = mux(os, draining, pipe(bottomValid, 0)); // column 0 shows a row of results
      for (let column = 1; column < cols; column++) outgoing = pipe(outgoing, 0);

      const sumSkew = SumSkew({ d: north.map(({ sum }) => sum) });
      return { sums: sumSkew.q, valid: outgoing };
    },
  );
};
