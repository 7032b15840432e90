import { Bool, module, mux, pipe, reg, when } from "../lang/index.ts";
import { Int8, Int32 } from "./config.ts";

/**
 * A processing element of both dataflows. `os` says which; it keeps still while anything is under way.
 *
 *                    weight, sum
 *                         │
 *          activation  ┌──▼──┐
 *     valid, swap, load ─► PE ├──► the same, one cycle later
 *                      └──┬──┘
 *                         ▼
 *                    weight, sum
 *
 * Weight-stationary, `os` = 0: as `PE`. The weight stays, sums flow south.
 *
 * Output-stationary, `os` = 1: the sum stays, weights flow south through one register, every cycle.
 *
 * - In a cycle with `valid`, activation · weight is added to the PE's own sum. `swap` marks the last step of a tile: the
 *   complete sum moves into the register that `sum` out shows, and the PE's own begins again from 0.
 * - `load` takes `sum` from the north instead, so that a column shifts its results out southwards while the next tile
 *   computes. Results go before what is shifted.
 *
 * `activation`, `valid`, `swap`, `load` flow east through one register in both. Sums are int32 and wrap.
 */
export const DualPE = module(
  "DualPE",
  {
    in: { os: Bool, activation: Int8, valid: Bool, swap: Bool, load: Bool, weight: Int8, sum: Int32 },
    out: { activation: Int8, valid: Bool, swap: Bool, load: Bool, weight: Int8, sum: Int32 },
  },
  ({ os, activation, valid, swap, load, weight, sum }) => {
    const live = reg(Int8);
    const shadow = reg(Int8); // the next tile's weight, or the weight on its way south
    const own = reg(Int32, 0);
    const east = reg(Int8);
    const south = reg(Int32);

    const current = mux(swap, shadow, live);
    const factor = mux(os, weight, current);
    const total = mux(os, own, sum).add(activation.mul(factor).extend(32));

    when(valid, () => {
      east.next = activation;
    });
    when(os.or(load), () => {
      shadow.next = weight;
    });
    when(valid.and(os.not()), () => {
      live.next = current;
    });
    when(valid.and(os), () => {
      own.next = mux(swap.not(), total, 0);
    });
    when(valid.and(os.not().or(swap)), () => {
      south.next = total;
    }).elseWhen(os.and(load), () => {
      south.next = sum;
    });

    return {
      activation: east,
      valid: pipe(valid, 0),
      swap: pipe(swap),
      load: pipe(load, 0),
      weight: shadow,
      sum: south,
    };
  },
);
