import { Bool, clog2, module, pipe, reg, SInt, UInt, Vec, when } from "../../../hdl/index.ts";
import { checksumOf, randomWords, Word } from "./stimulus.ts";

const Int8 = SInt(8);
const Int32 = SInt(32);

/**
 * A cell that multiplies and adds within the cycle: `activation` goes east through a register, and `sum` south through
 * none. `load` takes `weight`, whose old value goes south.
 */
const Cell = module(
  "ChainCell",
  {
    in: { activation: Int8, weight: Int8, load: Bool, sum: Int32 },
    out: { activation: Int8, weight: Int8, sum: Int32 },
  },
  ({ activation, weight, load, sum }) => {
    const held = reg(Int8, 0);
    when(load, () => {
      held.next = weight;
    });
    return { activation: pipe(activation, 0), weight: held, sum: sum.add(activation.mul(held).extend(32)) };
  },
);

/**
 * A square of cells in which each column of `side` multiplies and additions is one combinational path, from cell to
 * cell. Sums go out in the cycle in which their last activation comes in.
 */
export const AdderChains = (side: number) =>
  module(
    "AdderChains",
    {
      params: { side },
      in: { activations: Vec(side, Int8), weights: Vec(side, Int8), load: Bool },
      out: { sums: Vec(side, Int32) },
    },
    ({ activations, weights, load }) => {
      let above = weights.map((weight) => ({ weight, sum: Int32.lit(0) }));
      for (const first of activations) {
        let activation = first;
        above = above.map(({ weight, sum }) => {
          const cell = Cell({ activation, weight, load, sum });
          activation = cell.activation;
          return { weight: cell.weight, sum: cell.sum };
        });
      }
      return { sums: above.map(({ sum }) => sum) };
    },
  );

/** Chains at work: random activations in every cycle, and in one of eight new weights at random. */
export const AdderChainsBench = (side: number) => {
  const Square = AdderChains(side);
  const Phase = UInt(clog2(8));

  return module("AdderChainsBench", { params: { side }, in: {}, out: { checksum: Word } }, () => {
    const phase = reg(Phase, 0);
    phase.next = phase.add(1);
    const words = randomWords(2 * Math.ceil(side / 4));
    const bytes = words.flatMap((word) => [0, 8, 16, 24].map((low) => word.bits(low, 8).asSInt()));
    const array = Square({
      activations: bytes.slice(0, side),
      weights: bytes.slice(-side),
      load: phase.eq(0),
    });
    return { checksum: checksumOf(array.sums.map((sum) => sum.asUInt())) };
  });
};
