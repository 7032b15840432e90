import type { MatmulShape } from "../../runtime/block-plan.ts";

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
