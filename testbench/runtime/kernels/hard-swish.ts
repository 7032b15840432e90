import { type Quantisation, realOf } from "./quantisation.ts";
import type { Shape, VectorKernel } from "./vector-kernel.ts";
import type { VectorPlan } from "./vector-plan.ts";

/** The largest immediate of `relu6`. */
const mostLimit = 2 ** 16 - 1;

/**
 * x · relu6(x + 3) / 6 from int8 to int8, without the table.
 *
 * | step | what | format |
 * |---|---|---|
 * | add | c = x − zero point | steps of the input |
 * | mul, add | t = M c + A, with A = 3 M / scale rounded | 1 / M steps, M = ⌊65535 · scale / 6⌋, at most 127 |
 * | relu6 | t limited to L = 6 M / scale, rounded, at most 65535 | the same |
 * | mul | c t, requantised by scale² / (6 M · the output's scale) | |
 *
 * Bound. A and L are rounded by half a unit, so relu6(x + 3) is wrong by at most scale / 2M, times |x| / 6. Single
 * precision rounds sum, scale and product: 3 · 2^−24 of the result. Int8 rounds by half a step.
 *
 * @throws RangeError for scales that leave the formats
 */
export function hardSwish(plan: VectorPlan, shape: Shape, input: Quantisation, output: Quantisation): VectorKernel {
  const steps = Math.min(127, Math.floor((mostLimit * input.scale) / 6));
  if (steps < 1) throw new RangeError(`hard swish of steps of ${input.scale}: at least 6 / 65535 wanted`);
  const limit = Math.round((6 * steps) / input.scale);

  const flat = plan.flat(shape);
  const x = plan.scratchpad(flat.rows, 0);
  const y = plan.scratchpad(flat.rows, 1);
  const zeroPoint = plan.bytes(input.zeroPoint, 2);
  const factor = plan.bytes(steps, 2);
  const offset = plan.constant(Math.round((3 * steps) / input.scale), 1);
  const centred = plan.accumulators(flat.rows, 0);
  const scaled = plan.accumulators(flat.rows, 1);
  const moved = plan.accumulators(flat.rows, 0);
  const scale = plan.requantiser(shape.cols, input.scale ** 2 / (6 * steps * output.scale));

  plan.vec({ op: "add", imm: 1, src: x, src2: zeroPoint, broadcast: "block", dst: centred, ...flat });
  plan.vec({ op: "mul", src: centred, src2: factor, broadcast: "block", dst: scaled, ...flat });
  plan.vec({ op: "add", src: scaled, src2: offset, broadcast: "block", dst: moved, ...flat });
  plan.vec({ op: "relu6", imm: limit, src: moved, dst: scaled, ...flat });
  plan.requantiseTo(output.zeroPoint);
  plan.vec({ op: "mul", src: centred, src2: scaled, dst: y, ...shape, scale });

  const furthest = Math.max(realOf(127, input), -realOf(-128, input));
  const largest = Math.max(realOf(127, output), -realOf(-128, output));
  return {
    inputs: [{ at: x, ...shape }],
    output: { at: y, ...shape },
    quantisation: output,
    bound: (furthest * input.scale) / (12 * steps) + largest * 3 * 2 ** -24 + output.scale / 2,
  };
}
