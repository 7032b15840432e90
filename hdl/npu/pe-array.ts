import { Bool, Bundle, check, clog2, module, mux, pipe, reg, UInt, when } from "../lang/index.ts";
import { ActivationWord, type EngineConfig, Int32, SumWord, WeightWord } from "./config.ts";
import { PE } from "./pe.ts";
import { Skew } from "./skew.ts";

/** One row of A: an activation for each row of the array. `swap` marks the first one of a tile. */
export const ActivationRow = (config: EngineConfig) =>
  Bundle({ valid: Bool, swap: Bool, bits: ActivationWord(config) });

/**
 * The systolic array: `rows` × `cols` PEs that multiply rows of activations by a tile of weights they keep.
 *
 *                    weights
 *                       │
 *                 weight skew            column c: c cycles
 *                    │  │  │
 *     activations ┬─ PE─PE─PE            row r: r cycles
 *           skew  ├─ PE─PE─PE
 *                 └─ PE─PE─PE
 *                    │  │  │
 *                  sum skew ──► sums     column c: cols − 1 − c cycles
 *
 * The slants are inside: what goes in and out are whole rows.
 *
 * - `weights`, `load`: the shadow weights shift in as `rows` words, the tile's last row first, one in each cycle in
 *   which `load` is 1. The first of them may come in the cycle of the previous tile's `swap`, not before.
 * - `activations`: one row in each cycle in which `valid` is 1, with gaps at will. `swap` makes the shadow weights live,
 *   from this row on; it may come in the cycle after the last of the tile's words, not before.
 * - `sums`, `valid`: C[m][c] = Σ over r of A[m][r] · W[r][c], modulo 2^32, exactly rows + cols − 1 cycles after row m
 *   went in, in order.
 *
 * So a tile of M rows takes max(M, rows) cycles when loading the next one is hidden behind it.
 */
export const PeArray = (config: EngineConfig) => {
  const { rows, cols } = config;
  const ActivationSkew = Skew(rows, 8, "rising");
  const WeightSkew = Skew(cols, 8, "rising");
  const SumSkew = Skew(cols, 32, "falling");

  return module(
    "PeArray",
    {
      params: { rows, cols },
      in: { activations: ActivationRow(config), weights: WeightWord(config), load: Bool },
      out: { sums: SumWord(config), valid: Bool },
    },
    ({ activations, weights, load }) => {
      // A word's way down is one row a load. A row takes nothing before the tile's first word has come to it, so that the
      // weights that wait there for a `swap` on its own way down stay untouched.
      const loaded = reg(UInt(clog2(rows)), 0);
      when(load, () => {
        loaded.next = mux(loaded.ne(rows - 1), loaded.add(1), 0);
      });
      check(
        activations.valid.and(activations.swap).not().or(loaded.eq(0)),
        "a swap comes when all weights of the tile are loaded",
      );

      const activationSkew = ActivationSkew({ d: activations.bits });
      const weightSkew = WeightSkew({ d: weights });
      let rowValid = activations.valid;
      let rowSwap = activations.swap;
      let north = weightSkew.q.map((weight) => ({ weight, sum: Int32.lit(0), valid: rowValid }));

      activationSkew.q.forEach((activation, row) => {
        if (row > 0) {
          rowValid = pipe(rowValid, 0);
          rowSwap = pipe(rowSwap);
        }
        const rowLoad = row > 0 ? load.and(loaded.ge(row)) : load;
        let west = { activation, valid: rowValid, swap: rowSwap, load: rowLoad };
        north = north.map(({ weight, sum }) => {
          const pe = PE({ ...west, weight, sum });
          west = pe;
          return pe;
        });
      });

      const sumSkew = SumSkew({ d: north.map(({ sum }) => sum) });
      const southEast = north.at(-1);
      return {
        sums: sumSkew.q,
        valid: southEast ? southEast.valid : rowValid,
      };
    },
  );
};
