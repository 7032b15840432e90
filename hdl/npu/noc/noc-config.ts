import { checkSize } from "../../lib/size.ts";
import { powerOfTwo } from "../npu-config.ts";

/** The sizes of a network on chip. */
export interface NocConfig {
  /** Routers in a row and rows of routers: 1 to 16 each. */
  readonly width: number;
  readonly height: number;
  /** Virtual channels of a link, 2 to 4. The lower half is of requests, the upper, larger one of responses. */
  readonly vcs: number;
  /** Flits that each virtual channel buffers: a power of two from 2 to 64. No multicast packet is longer. */
  readonly vcDepth: number;
  /** Bits of a flit's payload: 1 to 1,024. */
  readonly payloadBits: number;
}

/**
 * A complete and checked configuration. What is not said: 4 × 4 nodes, 4 virtual channels of 8 flits, payloads of 128
 * bits. Throws a RangeError that names the number and its range.
 */
export function nocConfig(given: Partial<NocConfig> = {}): NocConfig {
  const { width = 4, height = 4, vcs = 4, vcDepth = 8, payloadBits = 128 } = given;
  checkSize("the width of the mesh", width, 1, 16);
  checkSize("the height of the mesh", height, 1, 16);
  checkSize("the number of virtual channels", vcs, 2, 4);
  powerOfTwo("the depth of a virtual channel", vcDepth, 2, 64);
  checkSize("the number of bits of a payload", payloadBits, 1, 1024);
  return Object.freeze({ width, height, vcs, vcDepth, payloadBits });
}

/** The id of the node in column `x` of row `y`, counted from the north-west corner: x in the lower four bits, y above. */
export function nodeId(x: number, y: number): number {
  return (y << 4) | x;
}

/** Ids of all nodes, row by row: the order of a mesh's ports. */
export function nodeIds({ width, height }: NocConfig): readonly number[] {
  return Array.from({ length: width * height }, (_, node) => nodeId(node % width, Math.floor(node / width)));
}

/**
 * Cycles from the one in which a tile's flit is accepted to the one in which it is offered at its destination, `hops`
 * links between routers away, where nothing else is under way: 4 in each of the hops + 1 routers (route and buffer write,
 * VC allocation, switch allocation, traversal and link), 3 in the two network interfaces.
 */
export function zeroLoadLatency(hops: number): number {
  return 4 * (hops + 1) + 3;
}
