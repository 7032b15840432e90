import type { Operands } from "./operands.ts";

/** The four instruction queues, in the order of their neighbours. */
export const queues = ["load", "execute", "vector", "store"] as const;
export const queueNumbers = { Load: 0, Execute: 1, Vector: 2, Store: 3 } as const;

/**
 * How much is known to be done: for each queue of each tile, at 4 · tile + queue, how many of its instructions. A queue is
 * done with its instructions in their order, so a count says which.
 */
export type Clock = Int32Array;

/** Makes `clock` know what `other` knows. */
export function join(clock: Clock, other: Clock): void {
  for (let i = 0; i < clock.length; i++) clock[i] = Math.max(clock[i] ?? 0, other[i] ?? 0);
}

/** An instruction in a queue of a tile. */
export interface Step {
  readonly tile: number;
  readonly queue: number;
  /** Which of the queue's instructions it is, from 0. */
  readonly number: number;
  readonly pc: number;
  readonly operands: Operands;
  /** Configuration registers as they were in its place of the program. */
  readonly configuration: readonly bigint[];
  /** What is done before it begins. */
  readonly before: Clock;
}

/** Where a step stands in its program, for messages. */
export function placeOf({ tile, pc, operands }: Step): string {
  return `tile ${tile}, instruction ${pc} (${operands.text})`;
}
