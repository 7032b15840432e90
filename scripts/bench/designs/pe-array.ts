import { clog2, type EngineConfig, engineConfig, module, mux, PeArray, reg, UInt } from "../../../hdl/index.ts";
import { tileRows } from "./pe-array-drive.ts";
import { checksumOf, mostly, randomWords, Word } from "./stimulus.ts";

/** A square PE array. */
export const peArray = (side: number) => PeArray(config(side));

const config = (side: number): EngineConfig => engineConfig({ rows: side, cols: side });

/**
 * A PE array at work: every `tileRows · side` cycles a tile of random weights shifts in during the first `side` of them
 * and is swapped in by the next row; activations are random and come in 7 of 8 cycles.
 */
export const PeArrayBench = (side: number) => {
  const Square = peArray(side);
  const period = tileRows * side;
  const Phase = UInt(clog2(period));

  return module("PeArrayBench", { params: { side }, in: {}, out: { checksum: Word } }, () => {
    const phase = reg(Phase, 0);
    phase.next = mux(phase.ne(period - 1), phase.add(1), 0);
    const perSide = Math.ceil(side / 4);
    const words = randomWords(2 * perSide);
    const bytes = words.flatMap((word) => [0, 8, 16, 24].map((low) => word.bits(low, 8).asSInt()));

    const array = Square({
      activations: {
        valid: mostly(words[0] ?? Word.lit(0), 9),
        swap: phase.eq(side),
        bits: bytes.slice(0, side),
      },
      weights: bytes.slice(4 * perSide, 4 * perSide + side),
      load: phase.lt(side),
    });
    return { checksum: checksumOf([...array.sums.map((sum) => sum.asUInt()), array.valid.extend(32)]) };
  });
};
