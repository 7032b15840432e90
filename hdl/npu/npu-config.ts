import { SInt, UInt, Vec } from "../lang/index.ts";
import { checkSize } from "../lib/size.ts";
import { type EngineConfig, engineConfig } from "./config.ts";
import { type DmaConfig, dmaConfig } from "./dma/dma-config.ts";

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
  /** Bursts under way at once on each of the two read channels and on the write channel: 1 to 256. */
  readonly reads: number;
  readonly writes: number;
  /** Beats of the longest burst of data: a power of two to 256. */
  readonly burstBeats: number;
  /** Beats of read data that each read channel holds, 1 to 65,536; at least the longest burst. */
  readonly bufferBeats: number;
  /** Instructions that the instruction memory holds at once: a power of two from 64 to 65,536. Programs may be longer. */
  readonly instructions: number;
}

/**
 * A complete and checked configuration. What is not said: 16 × 16, a scratchpad of 16,384 rows in 4 banks, 1,024
 * accumulator rows, 32 bursts of up to 64 beats under way on each channel, 256 beats of read data held, 1,024
 * instructions. Throws a RangeError that names the number and its range.
 */
export function npuConfig(given: Partial<NpuConfig> = {}): NpuConfig {
  const { side = 16, scratchpadRows = 16_384, scratchpadBanks = 4, accumulatorRows = 1024 } = given;
  const { reads = 32, writes = 32, burstBeats = 64, bufferBeats = 256, instructions = 1024 } = given;
  powerOfTwo("the side of the array", side, 2, 64);
  powerOfTwo("the number of banks of the scratchpad", scratchpadBanks, 1, 16);
  powerOfTwo("the number of rows of the scratchpad", scratchpadRows, 2 * scratchpadBanks, 2 ** 16);
  powerOfTwo("the number of rows of the accumulators", accumulatorRows, 4, 2 ** 16);
  powerOfTwo("the number of instructions held", instructions, 64, 65_536);
  const memories = { side, scratchpadRows, scratchpadBanks, accumulatorRows, instructions };
  const config = Object.freeze({ ...memories, reads, writes, burstBeats, bufferBeats });
  channelConfig(config, 0);
  return config;
}

/** Ids of the AXI transactions of a tile: those that move data, and those that fetch the program. */
export const transactionIds = { data: 0, fetch: 1 } as const;

/** A tile's bus: beats of `side` bytes, addresses of 32 bits, and of a channel the transactions of one id. */
export function channelConfig({ side, reads, writes, burstBeats, bufferBeats }: NpuConfig, id: number): DmaConfig {
  return dmaConfig({ dataBytes: side, addressBits: 32, idBits: 4, id, reads, writes, burstBeats, bufferBeats });
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
