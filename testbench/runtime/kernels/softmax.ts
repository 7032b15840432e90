import type { Quantisation } from "./quantisation.ts";
import { paddedRows, rowReciprocals } from "./row-reciprocals.ts";
import type { Shape, VectorKernel } from "./vector-kernel.ts";
import type { VectorPlan } from "./vector-plan.ts";

/** What stands for 1 in the table of exponentials. */
const one = 2 ** 15 - 1;
/** Bits that a product of an exponential and a reciprocal loses before it is requantised. */
const lost = 8;

/** Probabilities from 0 to 255 / 256. */
export const probabilities: Quantisation = { scale: 2 ** -8, zeroPoint: -128 };

/**
 * Softmax over the columns of each row, exp(xᵢ) / Σ exp(xⱼ), from int8 to int8 with scale 2^−8 and zero point −128.
 *
 * | step | what | format |
 * |---|---|---|
 * | rowmax | m = max x | int8 in int32 |
 * | add | d = x − m, from −255 to 0: exact, the zero point cancels | int32 |
 * | lut | e = exp(scale · d) | units of 1 / 32767, to the nearest |
 * | rowsum | S = Σ e ≥ 32767, at most 32767 · 4095 | the same |
 * | recip | r = ⌊2^31 / S⌋ | units of 2^−31 · 32767 |
 * | mul | e · r ≤ 2^31, without its 8 lowest bits | units of 2^−23 |
 *
 * Bound. A table entry is wrong by at most 1/2, and those of the maxima are exact, so S is wrong by at most (cols − 1) / 2
 * and, as p ≤ 1 and S ≥ 32767, e / S by at most (1/2 + (cols − 1) / 2) / 32767 = cols / 65534. The reciprocal loses less
 * than 1, times e ≤ 32767 in units of 2^−31: 2^−16. The product's rounding is 2^−24, that to single precision and by the
 * scale twice 2^−24, and that to int8 half a unit, 2^−9.
 */
export function softmax(plan: VectorPlan, { rows, cols }: Shape, input: Quantisation): VectorKernel {
  const size = rows * plan.blocks(cols);
  const x = plan.scratchpad(size, 0);
  const y = plan.scratchpad(size, 1);
  const largest = plan.accumulators(paddedRows(plan, rows), 0);
  const below = plan.accumulators(size, 1);
  const exponentials = plan.accumulators(size, 0);
  const sums = plan.accumulators(rows, 1); // then their reciprocals
  plan.table((index) => Math.round(one * Math.exp(input.scale * (index - 255))));
  const scale = plan.requantiser(cols, 2 ** lost * 2 ** -31 * 2 ** 8);

  plan.vec({ op: "rowmax", src: x, dst: largest, rows, cols });
  plan.vec({ op: "add", imm: 1, src: x, src2: largest, broadcast: "row", dst: below, rows, cols });
  plan.vec({ op: "lut", imm: 255, src: below, dst: exponentials, rows, cols });
  plan.vec({ op: "rowsum", src: exponentials, dst: sums, rows, cols });
  rowReciprocals(plan, "recip", rows, sums, largest);
  plan.requantiseTo(probabilities.zeroPoint);
  plan.vec({ op: "mul", imm: lost, src: exponentials, src2: sums, broadcast: "row", dst: y, rows, cols, scale });
  return {
    inputs: [{ at: x, rows, cols }],
    output: { at: y, rows, cols },
    quantisation: probabilities,
    bound: cols / (2 * one) + 2 ** -16 + 3 * 2 ** -24 + 2 ** -9,
  };
}
