import type { ElementBytes } from "../plan/lanes/lane-group.ts";

/** An instruction for each size of element, in the order 8, 16, 32 and 64 bits; null where there is none. */
type BySize = readonly [number | null, number | null, number | null, number | null];

/** Instructions that there are for elements of several sizes. */
export const SimdFamily = {
  add: [110, 142, 174, 206],
  sub: [113, 145, 177, 209],
  mul: [null, 149, 181, 213],
  eq: [35, 45, 55, 214],
  lessSigned: [37, 47, 57, 216],
  lessUnsigned: [38, 48, 58, null],
  shiftLeft: [107, 139, 171, 203],
  shiftRightSigned: [108, 140, 172, 204],
  shiftRightUnsigned: [109, 141, 173, 205],
  loadSplat: [7, 8, 9, 10],
  loadLane: [84, 85, 86, 87],
  /** To elements of this size, from those of half of it: the lower or the upper half of the source. */
  extendLowSigned: [null, 135, 167, 199],
  extendHighSigned: [null, 136, 168, 200],
  extendLowUnsigned: [null, 137, 169, 201],
  extendHighUnsigned: [null, 138, 170, 202],
  multiplyLowSigned: [null, 156, 188, 220],
  multiplyHighSigned: [null, 157, 189, 221],
  multiplyLowUnsigned: [null, 158, 190, 222],
  multiplyHighUnsigned: [null, 159, 191, 223],
} as const satisfies Record<string, BySize>;

/** The member of a family for elements of some bytes; throws a RangeError where WebAssembly has none. */
export function sized(family: keyof typeof SimdFamily, bytes: ElementBytes): number {
  const members: BySize = SimdFamily[family];
  const opcode = members[Math.log2(bytes)];
  if (opcode === null || opcode === undefined) throw new RangeError(`there is no ${family} for ${8 * bytes} bits`);
  return opcode;
}
