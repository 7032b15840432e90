import { SInt, UInt, Vec } from "../lang/index.ts";
import { checkSize } from "../lib/size.ts";
import { type EngineConfig, engineConfig } from "./config.ts";

/** The sizes of a compute tile. */
export interface NpuConfig {
  /**
   * Rows and columns of the array, bytes of a scratchpad row, int32s of an accumulator row, and bytes of a beat on the
   * bus: a power of two from 2 to 64.
   */
  readonly side: number;
  /** Rows of the scratchpad, in all banks: a power of two to 2^16, at least two rows a bank. */
  readonly scratchpadRows: number;
  /** Banks of the scratchpad: a power of two to 16. */
  readonly scratchpadBanks: number;
  /** Rows of the accumulators, in both banks: a power of two from 4 to 2^16. */
  readonly accumulatorRows: number;
}

/**
 * A complete and checked configuration. What is not said: 16 × 16, a scratchpad of 16,384 rows in 4 banks, 1,024
 * accumulator rows. Throws a RangeError that names the number and its range.
 */
export function npuConfig(given: Partial<NpuConfig> = {}): NpuConfig {
  const { side = 16, scratchpadRows = 16_384, scratchpadBanks = 4, accumulatorRows = 1024 } = given;
  powerOfTwo("the side of the array", side, 2, 64);
  powerOfTwo("the number of banks of the scratchpad", scratchpadBanks, 1, 16);
  powerOfTwo("the number of rows of the scratchpad", scratchpadRows, 2 * scratchpadBanks, 2 ** 16);
  powerOfTwo("the number of rows of the accumulators", accumulatorRows, 4, 2 ** 16);
  return Object.freeze({ side, scratchpadRows, scratchpadBanks, accumulatorRows });
}

/** The array's part of a configuration. */
export function arrayConfig({ side }: NpuConfig): EngineConfig {
  return engineConfig({ rows: side, cols: side });
}

/** A row of the scratchpad as it lies there: byte 0 lowest. */
export const ScratchpadRow = ({ side }: NpuConfig) => UInt(8 * side);
/** A row of int8. */
export const Bytes = ({ side }: NpuConfig) => Vec(side, SInt(8));
/** A row of the accumulators. */
export const Sums = ({ side }: NpuConfig) => Vec(side, SInt(32));

/** Throws a RangeError unless `value` is a power of two from `least` to `most`; `what` names it in the message. */
export function powerOfTwo(what: string, value: number, least: number, most: number): void {
  checkSize(what, value, least, most);
  if (!Number.isInteger(Math.log2(value))) throw new RangeError(`${what} is a power of two, not ${value}`);
}
