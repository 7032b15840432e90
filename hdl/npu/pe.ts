import { Bool, module, mux, pipe, reg, when } from "../lang/index.ts";
import { Int8, Int32 } from "./config.ts";

/**
 * A processing element: multiplies an activation by the weight it keeps and adds the product to a partial sum.
 * Weight-stationary, with a second, shadow weight that fills while the first computes.
 *
 *               weight, sum
 *                    │
 *     activation  ┌──▼──┐
 *     valid, swap ─► PE ├──► the same, one cycle later
 *     load        └──┬──┘
 *                    ▼
 *               weight, sum + activation · weight
 *
 * - `activation`, `valid`, `swap`, `load` flow east through one register. `activation`, and the sum below, hold while
 *   `valid` is 0.
 * - `swap`, with a valid activation, makes the shadow weight the live one, for this activation already.
 * - `load` takes `weight` into the shadow register, whose old content the element to the south takes from `weight` out:
 *   a column is a shift register. Loading and swapping in one cycle swaps in the old shadow.
 * - `sum` is int32 and wraps; out one cycle after the activation that it includes.
 */
export const PE = module(
  "PE",
  {
    in: { activation: Int8, valid: Bool, swap: Bool, load: Bool, weight: Int8, sum: Int32 },
    out: { activation: Int8, valid: Bool, swap: Bool, load: Bool, weight: Int8, sum: Int32 },
  },
  ({ activation, valid, swap, load, weight, sum }) => {
    const live = reg(Int8);
    const shadow = reg(Int8);
    const east = reg(Int8);
    const south = reg(Int32);

    const current = mux(swap, shadow, live);

    when(valid, () => {
      live.next = current;
      east.next = activation;
      south.next = sum.add(activation.mul(current).extend(32));
    });
    when(load, () => {
      shadow.next = weight;
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
