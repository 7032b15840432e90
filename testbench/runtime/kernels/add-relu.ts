import { type Quantisation, realOf } from "./quantisation.ts";
import type { Shape, VectorKernel } from "./vector-kernel.ts";
import type { VectorPlan } from "./vector-plan.ts";

/** Bits of the fraction of a step of the output. */
const fraction = 16;

/**
 * relu(a + b) of two int8 matrices of different quantisations, the end of a residual block.
 *
 * | step | what | format |
 * |---|---|---|
 * | mul, mul | A a and B b, with A and B the scales over the output's, rounded | 2^−16 steps of the output |
 * | add | their sum, less A and B times the zero points as bias; requantised by 2^−16, `relu` as its activation | the same |
 *
 * Bound. A and B are rounded by half a unit, times at most 255: 255 · 2^−16 steps for both. Single precision rounds the sum,
 * 2^−24 of it. Int8 rounds by half a step.
 *
 * @throws RangeError where an input's scale is more than 64 times the output's
 */
export function addRelu(
  plan: VectorPlan,
  shape: Shape,
  [first, second]: readonly [Quantisation, Quantisation],
  output: Quantisation,
): VectorKernel {
  const factorOf = ({ scale }: Quantisation) => Math.round((scale / output.scale) * 2 ** fraction);
  const [a, b] = [factorOf(first), factorOf(second)];
  if (Math.max(a, b) > 2 ** 22)
    throw new RangeError(`scales of ${first.scale} and ${second.scale} for an output of ${output.scale} are too large`);
  const flat = plan.flat(shape);
  const x = plan.scratchpad(flat.rows, 0);
  const x2 = plan.scratchpad(flat.rows, 1);
  const y = plan.scratchpad(flat.rows, 2);
  const factor = plan.constant(a, 1);
  const factor2 = plan.constant(b, 0);
  const scaled = plan.accumulators(flat.rows, 0);
  const scaled2 = plan.accumulators(flat.rows, 1);
  const bias = -a * first.zeroPoint - b * second.zeroPoint;
  const scale = plan.requantiser(shape.cols, 2 ** -fraction, bias);

  plan.vec({ op: "mul", src: x, src2: factor, broadcast: "block", dst: scaled, ...flat });
  plan.vec({ op: "mul", src: x2, src2: factor2, broadcast: "block", dst: scaled2, ...flat });
  plan.requantiseTo(output.zeroPoint);
  plan.vec({ op: "add", act: "relu", src: scaled, src2: scaled2, dst: y, ...shape, scale });
  const largest = Math.max(realOf(127, output), -realOf(-128, output));
  return {
    inputs: [
      { at: x, ...shape },
      { at: x2, ...shape },
    ],
    output: { at: y, ...shape },
    quantisation: output,
    bound: output.scale * (255 * 2 ** -fraction + 1 / 2) + largest * 2 ** -24,
  };
}
