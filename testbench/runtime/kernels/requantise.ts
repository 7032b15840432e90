import { roundToEven } from "./quantisation.ts";
import { scaleOf } from "./scale-word.ts";
import type { VectorInstruction } from "./vec.ts";
import type { KernelPlaces, Shape } from "./vector-kernel.ts";
import type { VectorPlan } from "./vector-plan.ts";

/** What becomes of all sums of a matrix. */
export interface Limits {
  /** −128 to 127, as the two that follow. */
  readonly zeroPoint: number;
  readonly activation: NonNullable<VectorInstruction["act"]>;
  /** Least result, for the activation clip. */
  readonly low: number;
  /** Greatest result, for the activations relu6 and clip. */
  readonly high: number;
}

/** The least and the greatest result. */
export function rangeOf({ zeroPoint, activation, low, high }: Limits): {
  readonly least: number;
  readonly most: number;
} {
  return {
    least: activation === "none" ? -128 : activation === "clip" ? low : zeroPoint,
    most: activation === "none" || activation === "relu" ? 127 : high,
  };
}

/**
 * The int8 that the vector unit makes of a sum, in single precision: the sum with its bias, modulo 2^32, rounded to 24
 * bits, times the scale of a word of the scale memory, rounded to 24 bits and to a whole number, halves to the even one,
 * plus the zero point, limited. As ONNX Runtime's QLinearConv and QLinearMatMul compute it.
 */
export function requantised(sum: number, bias: number, word: number, limits: Limits): number {
  const scaled = Math.fround(Math.fround((sum + bias) | 0) * Math.fround(scaleOf(word)));
  const { least, most } = rangeOf(limits);
  return Math.min(most, Math.max(least, roundToEven(scaled) + limits.zeroPoint));
}

/**
 * Sums of the accumulators to int8, each column with its own bias and its own word of the scale memory: one `copy`, a row a
 * cycle. Bit for bit what `requantised` gives.
 */
export function requantise(
  plan: VectorPlan,
  shape: Shape,
  words: readonly number[],
  biases: readonly number[],
  limits: Limits,
): KernelPlaces {
  const { rows } = plan.flat(shape);
  const sums = plan.accumulators(rows, 0);
  const y = plan.scratchpad(rows, 0);
  const scale = plan.requantiser(shape.cols, words.map(scaleOf), biases);
  plan.requantiseTo(limits.zeroPoint, limits.low, limits.high);
  plan.vec({ op: "copy", act: limits.activation, src: sums, dst: y, ...shape, scale });
  return { inputs: [{ at: sums, ...shape }], output: { at: y, ...shape } };
}
