import { instructionBytes, instructionRowBytes } from "../controller/index.ts";
import type { NpuConfig } from "../npu-config.ts";
import type { TileMemory } from "../row-access.ts";
import { parameterRows, tableEntries } from "../vector/index.ts";

/** Where the host reaches a local memory of a tile, at rest, in words of 32 bits, the lowest byte first. */
export interface MemoryWindow {
  /** First byte in the window of the tile. */
  readonly base: number;
  /** Bytes that there are for the memory; rows beyond are not reached. */
  readonly bytes: number;
  readonly about: string;
  /** Bytes from a row to the next. */
  readonly pitch: (config: NpuConfig) => number;
  readonly rows: (config: NpuConfig) => number;
}

const sums = ({ side }: NpuConfig) => 4 * side;

/** The memories of a tile, behind its registers and counters: the one table of hardware, runtime and documentation. */
export const memoryWindows: Readonly<Record<TileMemory, MemoryWindow>> = {
  scratchpad: {
    ...{ base: 0x10_0000, bytes: 0x10_0000 },
    about: "rows of `side` bytes; where a row has only two, each takes a word",
    pitch: ({ side }) => Math.max(side, 4),
    rows: ({ scratchpadRows }) => scratchpadRows,
  },
  accumulator: {
    ...{ base: 0x20_0000, bytes: 0x10_0000 },
    about: "rows of `side` int32",
    pitch: sums,
    rows: ({ accumulatorRows }) => accumulatorRows,
  },
  instructions: {
    ...{ base: 0x30_0000, bytes: 0x10_0000 },
    about: "what was fetched last: instruction i of a program at 16 · i, modulo the size of the memory",
    pitch: instructionRowBytes,
    rows: (config) => (config.instructions * instructionBytes) / instructionRowBytes(config),
  },
  bias: {
    ...{ base: 0x40_0000, bytes: 0x1_0000 },
    about: "rows of `side` int32",
    pitch: sums,
    rows: () => parameterRows,
  },
  scale: {
    ...{ base: 0x41_0000, bytes: 0x1_0000 },
    about: "rows of `side` words, multiplier in bits 23:0, shift in 28:24",
    pitch: sums,
    rows: () => parameterRows,
  },
  lut: {
    ...{ base: 0x42_0000, bytes: 0x1_0000 },
    about: "entries of int16, one a word, sign-extended",
    pitch: () => 4,
    rows: () => tableEntries,
  },
};

/**
 * Byte of word `word` of a row in the tile's window.
 * @throws RangeError for what the memory does not have, or the window does not reach
 */
export function memoryOffset(config: NpuConfig, memory: TileMemory, row: number, word = 0): number {
  const { base, bytes, pitch, rows } = memoryWindows[memory];
  const [of, most] = [pitch(config), Math.min(rows(config), bytes / pitch(config))];
  if (!Number.isSafeInteger(row) || row < 0 || row >= most)
    throw new RangeError(`the host reaches rows 0 to ${most - 1} of the ${memory}, not ${row}`);
  if (!Number.isSafeInteger(word) || word < 0 || word >= of / 4)
    throw new RangeError(`a row of the ${memory} has words 0 to ${of / 4 - 1}, not ${word}`);
  return base + row * of + 4 * word;
}
