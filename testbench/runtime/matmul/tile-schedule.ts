import { type Range, ranges } from "./matmul-task.ts";
import { type SlotUse, slotUses } from "./slot-cache.ts";
import type { TileLayout, TilePlan } from "./tile-plan.ts";

/** The part of a matmul that one tile does; columns and steps begin at multiples of `side`. */
export interface TilePart {
  readonly m: Range;
  readonly k: Range;
  readonly n: Range;
}

/** A block of C, and the steps that sum it up. */
export interface OutputBlock {
  readonly m: Range;
  readonly n: Range;
  readonly firstStep: number;
  readonly lastStep: number;
}

/** One GEMM: a piece of A times a piece of W, added to `side` columns of a block of C. */
export interface Step {
  readonly block: number;
  readonly m: Range;
  readonly k: Range;
  readonly n: Range;
  /** Which of the block's `side` columns, from 0. */
  readonly column: number;
  readonly a: SlotUse;
  readonly w: SlotUse;
}

/** What a tile does, in order. */
export interface TileSchedule {
  readonly blocks: readonly OutputBlock[];
  readonly steps: readonly Step[];
  /** Where the biases, or biases and scales, of each block lie. */
  readonly parameters: readonly SlotUse[];
}

/** Steps before the one at hand whose pieces are better kept, so that the next ones are loaded in time. */
const recentSteps = 2;
const recentBlocks = 2;

/** The order of a plan's steps and the slots of their pieces. */
export function tileSchedule(part: TilePart, plan: TilePlan, layout: TileLayout, side: number): TileSchedule {
  const mParts = ranges(part.m, plan.m);
  const nParts = ranges(part.n, plan.n * side);
  const kParts = ranges(part.k, plan.k);
  const order =
    plan.outer === "m"
      ? mParts.flatMap((m) => nParts.map((n) => ({ m, n })))
      : nParts.flatMap((n) => mParts.map((m) => ({ m, n })));

  const blocks: OutputBlock[] = [];
  const bare: Omit<Step, "a" | "w">[] = [];
  for (const [block, { m, n }] of order.entries()) {
    const firstStep = bare.length;
    for (const k of kParts)
      for (const [column, columns] of ranges(n, side).entries()) bare.push({ block, m, k, n: columns, column });
    blocks.push({ m, n, firstStep, lastStep: bare.length - 1 });
  }
  const a = slotUses(
    bare.map(({ m, k }) => `${m.from} ${k.from}`),
    layout.a.length,
    recentSteps,
  );
  const w = slotUses(
    bare.map(({ n, k }) => `${n.from} ${k.from}`),
    layout.w.length,
    recentSteps,
  );
  const none = { slot: 0, loads: false, freedBy: -1 };
  const steps = bare.map((step, i) => ({ ...step, a: a[i] ?? none, w: w[i] ?? none }));
  const parameters = slotUses(
    blocks.map(({ n }) => `${n.from}`),
    layout.parameters.length,
    recentBlocks,
  );
  return { blocks, steps, parameters };
}
