import { checkSize } from "../../lib/size.ts";
import { type AxiConfig, axiConfig, axiPage } from "../axi.ts";

/** The sizes of a DMA engine. */
export interface DmaConfig extends AxiConfig {
  /** The id of all its transactions, which therefore keep their order. */
  readonly id: number;
  /** Read bursts under way at once, 1 to 256. */
  readonly reads: number;
  /** Write bursts under way at once, 1 to 256. */
  readonly writes: number;
  /** Beats of the longest burst: a power of two to 256. */
  readonly burstBeats: number;
  /** Beats of read data that are held, 1 to 65,536: a burst is asked for when there is room for all of it. */
  readonly bufferBeats: number;
}

/**
 * A complete and checked configuration. What is not said: 16 bytes a beat, 16 bursts under way in each direction, of up
 * to 256 beats, and a buffer of two of the longest. Throws a RangeError that names the number and its range.
 */
export function dmaConfig(given: Partial<DmaConfig> = {}): DmaConfig {
  const axi = axiConfig(given);
  const { id = 0, reads = 16, writes = 16, burstBeats = 256 } = given;
  checkSize("the id of a DMA engine", id, 0, 2 ** axi.idBits - 1);
  checkSize("the number of read bursts under way", reads, 1, 256);
  checkSize("the number of write bursts under way", writes, 1, 256);
  checkSize("the number of beats of the longest burst", burstBeats, 1, 256);
  if (!Number.isInteger(Math.log2(burstBeats)))
    throw new RangeError(`the number of beats of the longest burst is a power of two, not ${burstBeats}`);
  const longest = Math.min(burstBeats, axiPage / axi.dataBytes);
  const { bufferBeats = 2 * longest } = given;
  checkSize("the number of beats that a DMA engine holds", bufferBeats, longest, 65_536);
  return Object.freeze({ ...axi, id, reads, writes, burstBeats, bufferBeats });
}

/**
 * No burst crosses a multiple of this many bytes, a power of two: that of a page, or of the longest burst where this is
 * shorter.
 */
export const burstBytes = ({ burstBeats, dataBytes }: DmaConfig): number => Math.min(axiPage, burstBeats * dataBytes);
