import type { MatmulShape } from "../../runtime/block-plan.ts";
import type { Dataflow } from "../../runtime/matmul/tile-plan.ts";

/** A chip and its memory, as bounds see them. */
export interface Machine {
  readonly side: number;
  readonly tiles: number;
  /** Bytes a cycle of each of a tile's two read channels, and of its write channel. */
  readonly channelBytes: number;
}

/** The fewest cycles that a matmul can take, for three reasons; the largest of them binds. */
export interface Roofline {
  /** Every multiplication in its own cycle of a PE. */
  readonly compute: number;
  /** A, W and what goes with them read once. */
  readonly read: number;
  /** C written once. */
  readonly write: number;
  readonly binding: "compute" | "read" | "write";
  readonly cycles: number;
}

const readChannels = 2;

/** Bounds of the whole chip; `parameterBytes` are those of biases and scales. */
export function roofline(
  { m, k, n }: MatmulShape,
  elementBytes: number,
  parameterBytes: number,
  { side, tiles, channelBytes }: Machine,
): Roofline {
  const bounds = {
    compute: Math.ceil((m * k * n) / (side * side * tiles)),
    read: Math.ceil((m * k + k * n + parameterBytes) / (readChannels * channelBytes * tiles)),
    write: Math.ceil((m * n * elementBytes) / (channelBytes * tiles)),
  };
  const binding = (["compute", "read", "write"] as const).reduce((one, other) =>
    bounds[other] > bounds[one] ? other : one,
  );
  return { ...bounds, binding, cycles: bounds[binding] };
}

/**
 * The fewest cycles that an array of side × side takes for a tile's share in a dataflow, were all operands at hand:
 * weights that load behind the rows before, or sums that leave behind the next ones. A tile of weights takes `side`
 * cycles to load, which is what bounds a product of few rows.
 */
export function arrayBound(dataflow: Dataflow, { m, k, n }: MatmulShape, side: number): number {
  const tiles = (size: number) => Math.ceil(size / side);
  if (dataflow === "ws") return (tiles(k) * tiles(n) - 1) * Math.max(m, side) + m + 3 * side - 2;
  return (tiles(m) * tiles(n) - 1) * Math.max(k, side) + k + 3 * side - 2;
}
