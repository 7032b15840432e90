import { type Quantisation, realOf } from "./quantisation.ts";
import type { Shape, VectorKernel } from "./vector-kernel.ts";
import type { VectorPlan } from "./vector-plan.ts";

/** What a step of the input becomes, so that a product keeps a fraction. */
const steps = 64;
/** Bits of the slope's fraction. */
const fraction = 15;

/**
 * x, or `slope` · x below 0, from int8 to int8: the larger of the two, with a slope from 0 to 1.
 *
 * | step | what | format |
 * |---|---|---|
 * | add | c = x − zero point | steps of the input |
 * | mul | u = 64 c | 1 / 64 steps |
 * | mul | v = slope · u, the slope rounded to 15 bits | the same |
 * | max | the larger, requantised by scale / (64 · the output's scale) | the same |
 *
 * Bound. v is rounded by half a unit, scale / 128, and the slope by 2^−16, times the lowest |x|. Single precision rounds
 * sum, scale and product: 3 · 2^−24 of the result. Int8 rounds by half a step.
 *
 * @throws RangeError for a slope that is not from 0 to 1
 */
export function leakyRelu(
  plan: VectorPlan,
  shape: Shape,
  slope: number,
  input: Quantisation,
  output: Quantisation,
): VectorKernel {
  if (!(slope >= 0 && slope <= 1)) throw new RangeError(`a slope of ${slope}: 0 to 1 wanted`);
  const flat = plan.flat(shape);
  const x = plan.scratchpad(flat.rows, 0);
  const y = plan.scratchpad(flat.rows, 1);
  const zeroPoint = plan.bytes(input.zeroPoint, 2);
  const factor = plan.bytes(steps, 2);
  const slopes = plan.constant(Math.round(slope * 2 ** fraction), 0);
  const centred = plan.accumulators(flat.rows, 0); // then v
  const scaled = plan.accumulators(flat.rows, 1);
  const scale = plan.requantiser(shape.cols, input.scale / (steps * output.scale));

  plan.vec({ op: "add", imm: 1, src: x, src2: zeroPoint, broadcast: "block", dst: centred, ...flat });
  plan.vec({ op: "mul", src: centred, src2: factor, broadcast: "block", dst: scaled, ...flat });
  plan.vec({ op: "mul", imm: fraction, src: scaled, src2: slopes, broadcast: "block", dst: centred, ...flat });
  plan.requantiseTo(output.zeroPoint);
  plan.vec({ op: "max", src: scaled, src2: centred, dst: y, ...shape, scale });

  const largest = Math.max(realOf(127, output), -realOf(-128, output));
  return {
    inputs: [{ at: x, ...shape }],
    output: { at: y, ...shape },
    quantisation: output,
    bound:
      input.scale / (2 * steps) +
      Math.abs(realOf(-128, input)) * 2 ** -(fraction + 1) +
      largest * 3 * 2 ** -24 +
      output.scale / 2,
  };
}
