import { checkSize } from "../lib/size.ts";
import { type NocConfig, nocConfig, nodeIds } from "./noc/noc-config.ts";
import { type NpuConfig, npuConfig } from "./npu-config.ts";

/** The sizes of a chip. */
export interface ChipConfig {
  /** Of every tile; those of the array do not matter to memory tiles. */
  readonly tile: NpuConfig;
  /** Compute tiles in a row, 1 to 15, and rows of them, 1 to 16. At the east end of each row there is a memory tile. */
  readonly width: number;
  readonly height: number;
  /** Virtual channels of a link of the network, and flits that each buffers: see `NocConfig`. */
  readonly vcs: number;
  readonly vcDepth: number;
}

/** What may be left out of a `ChipConfig`, also of its tile. */
export type ChipSizes = Partial<Omit<ChipConfig, "tile">> & { readonly tile?: Partial<NpuConfig> };

/**
 * A complete and checked configuration. What is not said: one compute tile as in `npuConfig`, 4 virtual channels of 8
 * flits. Throws a RangeError that names the number and its range.
 */
export function chipConfig({ tile, width = 1, height = 1, vcs = 4, vcDepth = 8 }: ChipSizes = {}): ChipConfig {
  checkSize("the number of compute tiles in a row", width, 1, 15);
  checkSize("the number of rows of tiles", height, 1, 16);
  const config = Object.freeze({ tile: npuConfig(tile), width, height, vcs, vcDepth });
  networkConfig(config);
  return config;
}

/** The chip's network: a column more than there are compute tiles, and flits that carry a row of the scratchpad. */
export function networkConfig({ tile, width, height, vcs, vcDepth }: ChipConfig): NocConfig {
  return nocConfig({ width: width + 1, height, vcs, vcDepth, payloadBits: 8 * tile.side });
}

/** A tile of a chip. */
export interface ChipNode {
  /** As in instructions, and in bits 31 to 24 of the host's addresses. */
  readonly id: number;
  readonly kind: "compute" | "memory";
}

/** All tiles, row by row from the north-west corner: the order of a chip's ports. */
export function chipNodes(config: ChipConfig): readonly ChipNode[] {
  return nodeIds(networkConfig(config)).map((id) => ({ id, kind: (id & 15) === config.width ? "memory" : "compute" }));
}
