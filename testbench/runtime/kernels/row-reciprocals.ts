import type { LocalRows } from "./vec.ts";
import type { VectorPlan } from "./vector-plan.ts";

/** Rows of the diagonal of `rowReciprocals` for a matrix of `rows`: whole groups of `side`. */
export function paddedRows({ config }: VectorPlan, rows: number): number {
  return Math.ceil(rows / config.side) * config.side;
}

/**
 * Replaces a number of each matrix row, the same in all lanes of an accumulator row, by its reciprocal, ⌊2^31 / v⌋, or its
 * reciprocal root, ⌊2^30 / √v⌋, in all lanes again. `diagonal`, whose contents are lost, has `paddedRows` rows, best in the
 * other bank.
 *
 * The serial dividers work on all lanes of a row at once, so the numbers of `side` rows are first put side by side: times
 * the identity, each row keeps its number in its own lane alone, and the sum of `side` rows has them all. Back again, the
 * row of results times the identity leaves one in each row, and the sum over its lanes spreads it:
 *
 *     a a a a         a . . .                                  a' .  .  .          a' a' a' a'
 *     b b b b  ─mul─► . b . . ─poolavg─► a b c d ─recip, mul─► .  b' .  . ─rowsum─► b' b' b' b'
 *     c c c c         . . c .                                  .  .  c' .          c' c' c' c'
 *     d d d d         . . . d                                  .  .  .  d'         d' d' d' d'
 */
export function rowReciprocals(
  plan: VectorPlan,
  op: "recip" | "rsqrt",
  rows: number,
  values: LocalRows,
  diagonal: LocalRows,
): void {
  const { side } = plan.config;
  const all = paddedRows(plan, rows);
  const groups = all / side;
  const identity = plan.identity(all);
  const gathered = plan.accumulators(groups, 0);
  const results = plan.accumulators(groups, 1);

  // A window of height · width = side rows.
  const height = 2 ** Math.floor(Math.log2(side) / 2);
  const width = side / height;
  const window = height | (width << 4) | (height << 8);
  plan.vec({ op: "mul", src: values, src2: identity, dst: diagonal, rows, cols: side });
  const below = { ...diagonal, row: diagonal.row + rows };
  if (all > rows) plan.vec({ op: "relu6", imm: 0, src: identity, dst: below, rows: all - rows, cols: side }); // zeros
  plan.poolOver(width, 1, all);
  plan.vec({ op: "poolavg", imm: window, src: diagonal, dst: gathered, rows: groups, cols: side });
  plan.vec({ op, src: gathered, dst: results, rows: groups, cols: side });
  // As a matrix with a block for each group, so that a row of results serves the rows of its group.
  const blocks = { rows: side, cols: groups * side };
  plan.vec({ op: "mul", src: identity, src2: results, broadcast: "block", dst: diagonal, ...blocks });
  plan.vec({ op: "rowsum", src: diagonal, dst: values, rows, cols: side });
}
