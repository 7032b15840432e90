import { type Quantisation, realOf } from "./quantisation.ts";
import { paddedRows, rowReciprocals } from "./row-reciprocals.ts";
import type { Shape, VectorKernel } from "./vector-kernel.ts";
import type { VectorPlan } from "./vector-plan.ts";

/** What a layer norm is given beside its input: gain and offset of each column, and what is added to the variance. */
export interface LayerNormParameters {
  readonly gain: readonly number[];
  readonly offset: readonly number[];
  readonly epsilon: number;
}

/** Bits of the fraction of normalised elements. */
const fraction = 16;
/** Bits of the fraction of results, in steps of the output, before they are requantised. */
const resultFraction = 10;

/**
 * Layer norm over the n columns of each row, (x − μ) / √(σ² + ε) · gain + offset, from int8 to int8 of a given quantisation.
 * In what follows x, μ and σ are in steps of the input, ε in their squares; the zero point cancels.
 *
 * | step | what | format |
 * |---|---|---|
 * | rowsum | S = Σ x = n μ, exact | int32 |
 * | lut, rowsum | Q = Σ x², exact | int32 |
 * | mul, mul, add, mul, add | V = n Q − S² + n² ε = n² (σ² + ε) ≤ 2^31 | units of 2^k, k even, the least with n² ≤ 2^(16 + k) |
 * | rsqrt | r = ⌊2^30 / √V⌋ | |
 * | mul, mul | a = n r = 1 / σ, b = S r = μ / σ | units of 2^−16 |
 * | mul, add | z = x a − b; x a may wrap, the difference does not | units of 2^−16 |
 * | mul | z · gain, requantised with the offset as bias | 2^−10 steps of the output |
 *
 * Bound. With k ≤ 0 the two products are exact, otherwise each is wrong by 1/2, and n² ε is in any case: V is wrong by at
 * most v = 1/2 or 3/2. In a row that is not constant n² σ² ≥ n − 1, so V ≥ W = (n − 1 + n² ε) / 2^k, and 1 / √V is wrong
 * by a factor of at most ρ = (1 − v / W)^−1/2 − 1, plus √V / 2^30 ≤ 2^−14.5 that rsqrt loses. a and b are rounded by half a
 * unit, which moves z by at most (128 + 1) / 2 units. The largest gain has 19 bits, so that a gain's rounding is at most
 * 2^−19 of it, times |z| ≤ √n. Two roundings of 2^−11 steps of the output follow, and that to int8, half a step.
 *
 * @throws RangeError for another number of gains or offsets than columns, and for numbers that leave the formats
 */
export function layerNorm(
  plan: VectorPlan,
  { rows, cols }: Shape,
  input: Quantisation,
  { gain, offset, epsilon }: LayerNormParameters,
  output: Quantisation,
): VectorKernel {
  if (gain.length !== cols || offset.length !== cols)
    throw new RangeError(`${gain.length} gains and ${offset.length} offsets for ${cols} columns`);
  const largest = (numbers: readonly number[]) => numbers.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
  const most = Math.max(largest(gain) / output.scale, 2 ** -20);
  if (!(Math.sqrt(cols) * most + largest(offset) / output.scale < 2 ** (31 - resultFraction)))
    throw new RangeError(
      `gains and offsets of ${largest([...gain, ...offset])} in steps of ${output.scale} are too large`,
    );
  const bits = 2 * (Math.ceil(Math.log2(cols)) - 8);
  const exactAddend = (epsilon * cols * cols) / (input.scale * input.scale * 2 ** bits);
  if (!(epsilon >= 0 && exactAddend <= 2 ** 30)) throw new RangeError(`an epsilon of ${epsilon} is too large`);
  const gainFraction = 19 - Math.ceil(Math.log2(most));

  const size = rows * plan.blocks(cols);
  const x = plan.scratchpad(size, 0);
  const y = plan.scratchpad(size, 1);
  const sums = plan.accumulators(rows, 0); // then b
  const squareSums = plan.accumulators(rows, 0); // then a
  const normalised = plan.accumulators(Math.max(size, paddedRows(plan, rows)), 0); // before that the diagonals
  const addend = plan.constant(Math.round(exactAddend), 0);
  const squares = plan.accumulators(size, 1); // then x a
  const variances = plan.accumulators(rows, 1); // then their roots
  const squaredSums = plan.accumulators(rows, 1);
  const n = plan.constant(cols, 1);
  const gains = gain.map((one) => Math.round((one / output.scale) * 2 ** gainFraction));
  const gainRows = plan.channels(gains, 1);
  const biases = offset.map((one) => Math.round((one / output.scale) * 2 ** resultFraction));
  const scale = plan.requantiser(cols, 2 ** -resultFraction, biases);
  plan.table((index) => (index - 128) ** 2);

  const ofRows = { rows, cols: plan.config.side };
  const everywhere = { broadcast: "block", ...ofRows } as const;
  const lost = Math.max(0, bits);
  plan.vec({ op: "rowsum", src: x, dst: sums, rows, cols });
  plan.vec({ op: "lut", imm: 128, src: x, dst: squares, rows, cols });
  plan.vec({ op: "rowsum", src: squares, dst: squareSums, rows, cols });
  plan.vec({ op: "mul", imm: lost, src: squareSums, src2: n, dst: variances, ...everywhere });
  plan.vec({ op: "mul", imm: lost, src: sums, src2: sums, dst: squaredSums, ...ofRows });
  plan.vec({ op: "add", imm: 1, src: variances, src2: squaredSums, dst: variances, ...ofRows });
  if (bits < 0)
    plan.vec({ op: "mul", src: variances, src2: plan.constant(2 ** -bits, 1), dst: variances, ...everywhere });
  plan.vec({ op: "add", src: variances, src2: addend, dst: variances, ...everywhere });
  rowReciprocals(plan, "rsqrt", rows, variances, normalised);
  const down = 30 + bits / 2 - fraction;
  plan.vec({ op: "mul", imm: down, src: variances, src2: n, dst: squareSums, ...everywhere });
  plan.vec({ op: "mul", imm: down, src: variances, src2: sums, dst: sums, ...ofRows });
  plan.vec({ op: "mul", src: x, src2: squareSums, broadcast: "row", dst: squares, rows, cols });
  plan.vec({ op: "add", imm: 1, src: squares, src2: sums, broadcast: "row", dst: normalised, rows, cols });
  plan.requantiseTo(output.zeroPoint);
  const gained = { src: normalised, src2: gainRows, broadcast: "block", dst: y } as const;
  plan.vec({ op: "mul", imm: fraction + gainFraction - resultFraction, ...gained, rows, cols, scale });

  const least = (cols - 1) / 2 ** bits + exactAddend;
  const wrong = bits <= 0 ? 1 / 2 : 3 / 2;
  const relative = cols === 1 ? 0 : (1 - wrong / least) ** -0.5 - 1 + 2 ** -14.5;
  const furthest = Math.max(realOf(127, output), -realOf(-128, output));
  const scaled = furthest + largest(offset);
  const rounding = 129 / 2 ** (fraction + 1) + Math.sqrt(cols) * 2 ** -19;
  return {
    inputs: [{ at: x, rows, cols }],
    output: { at: y, rows, cols },
    quantisation: output,
    bound: scaled * relative + largest(gain) * rounding + output.scale * (2 ** -resultFraction + 1 / 2),
  };
}
