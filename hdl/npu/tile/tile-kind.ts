import type { TileMemory } from "../row-access.ts";

/** What a tile is: with an array and a vector unit, or with its scratchpad alone. */
export type TileKind = "compute" | "memory";

/** Which of the four queues (load, execute, vector, store) a tile has, in order. */
export const queuesOf = (kind: TileKind): readonly number[] => (kind === "compute" ? [0, 1, 2, 3] : [0, 3]);

/** Which memories a tile has that the host reaches. */
export const memoriesOf = (kind: TileKind): readonly TileMemory[] =>
  kind === "compute"
    ? ["scratchpad", "accumulator", "instructions", "bias", "scale", "lut"]
    : ["scratchpad", "instructions"];
