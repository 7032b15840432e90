import { Bool, Bundle, type Dynamic, Enum, UInt } from "../lang/index.ts";
import type { NpuConfig } from "./npu-config.ts";

/** The local memories of a tile that the host reaches; bias, scale and lut are the vector unit's. */
export const tileMemories = ["scratchpad", "accumulator", "instructions", "bias", "scale", "lut"] as const;
export type TileMemory = (typeof tileMemories)[number];
export const TileMemoryName = Enum(...tileMemories);

/** Words of 32 bits in the longest row of any of them. */
export const rowWords = ({ side }: NpuConfig): number => Math.max(side, 4);

/** A row of any of them as the host sees it, its first word lowest. Rows that are shorter have zeros above. */
export const HostRow = (config: NpuConfig) => UInt(32 * rowWords(config));

/** A shorter row as the host sees it. */
export function hostRow(config: NpuConfig, row: UInt<Dynamic>): UInt<Dynamic> {
  return row.extend(32 * rowWords(config));
}

/**
 * An access of the host to a row, while the tile is at rest and nothing else uses its memories. It is one in each cycle in
 * which `valid` is 1 and the memory takes it; what is read is there in the next cycle.
 */
export const RowAccess = (config: NpuConfig) =>
  Bundle({ valid: Bool, write: Bool, memory: TileMemoryName, row: UInt(16), data: HostRow(config) });

type Access = ReturnType<typeof RowAccess>["~fwd"];

/** Whether the host reads a row of that memory in this cycle. */
export function hostReads({ valid, write, memory }: Access, of: TileMemory): Bool {
  return valid.and(write.not()).and(memory.is(of));
}

/** Whether the host writes a row of that memory in this cycle. */
export function hostWrites({ valid, write, memory }: Access, of: TileMemory): Bool {
  return valid.and(write).and(memory.is(of));
}
