import type { Progress } from "../../progress.ts";
import { requantise, requantised } from "../../runtime/kernels/requantise.ts";
import { VectorPlan } from "../../runtime/kernels/vector-plan.ts";
import type { SingleScale } from "../../runtime/requantise-single.ts";
import { type Int8Matrix, int8Matrix, int32Matrix } from "../matrix.ts";
import { OnnxRequantiser, onnxWays } from "./onnx-requantise.ts";
import type { OnnxRuntime } from "./onnx-runtime.ts";
import type { RequantiseBatch } from "./requantise-batch.ts";
import type { VectorDevice } from "./vector-device.ts";

/** A scale of 0. */
const none: SingleScale = { multiplier: 0, shift: 0 };

/** What a comparison of requantised sums came to. */
export interface RequantiseResult {
  readonly sums: number;
  readonly cycles: number;
  /** Memory rows of the result a cycle. */
  readonly rowsPerCycle: number;
  /** How many results were compared with ONNX Runtime, by the way in which it computed them; empty without it. */
  readonly onnx: Readonly<Record<string, number>>;
  readonly failure: string | null;
}

/**
 * Requantises batches on the hardware and compares every result with single-precision arithmetic and, where it is
 * installed, with ONNX Runtime. Ends at the first that differs.
 */
export async function runRequantise(
  batches: readonly RequantiseBatch[],
  device: VectorDevice,
  runtime: OnnxRuntime | null,
  progress: Progress,
): Promise<RequantiseResult> {
  const oracle = runtime && (await OnnxRequantiser.open(runtime));
  const onnx: Record<string, number> = {};
  const total = { sums: 0, cycles: 0, rows: 0 };
  let failure: string | null = null;
  for (const batch of batches) {
    const { sums, scales, biases, limits } = batch;
    const { output, cycles, rows } = await onHardware(batch, device, progress);
    total.sums += sums.data.length;
    total.cycles += cycles;
    total.rows += rows;
    const expected = sums.data.map((sum, i) =>
      requantised(sum, biases[i % sums.cols] ?? 0, scales[i % sums.cols] ?? none, limits),
    );
    failure = difference("single precision", expected, output.data, batch);
    for (const [i, data] of ((await oracle?.run(batch)) ?? []).entries()) {
      const way = onnxWays[i] ?? "";
      if (!data) continue;
      onnx[way] = (onnx[way] ?? 0) + data.length;
      failure ??= difference(`${way} of ONNX Runtime`, data, output.data, batch);
    }
    if (failure !== null) break;
  }
  return { sums: total.sums, cycles: total.cycles, rowsPerCycle: total.rows / total.cycles, onnx, failure };
}

/** A batch in parts that fit into an accumulator bank, and the memory rows that they took. */
async function onHardware({ sums, scales, biases, limits }: RequantiseBatch, device: VectorDevice, progress: Progress) {
  const { accumulatorRows, side } = device.config;
  const output = int8Matrix(sums.rows, sums.cols);
  const most = accumulatorRows / 2;
  const high = Math.min(sums.rows, most);
  const wide = side * Math.floor(most / high);
  let [cycles, memoryRows] = [0, 0];
  for (let top = 0; top < sums.rows; top += high)
    for (let left = 0; left < sums.cols; left += wide) {
      const shape = { rows: Math.min(high, sums.rows - top), cols: Math.min(wide, sums.cols - left) };
      const placeOf = (i: number) => (top + Math.floor(i / shape.cols)) * sums.cols + left + (i % shape.cols);
      const part = int32Matrix(shape.rows, shape.cols);
      part.data.forEach((_, i, data) => {
        data[i] = sums.data[placeOf(i)] ?? 0;
      });
      const plan = new VectorPlan(device.config);
      const columns = [left, left + shape.cols] as const;
      const places = requantise(plan, shape, scales.slice(...columns), biases.slice(...columns), limits);
      plan.check("requantisation");
      const result = await device.run(plan, places, [part], progress);
      result.output.data.forEach((q, i) => {
        output.data[placeOf(i)] = q;
      });
      cycles += result.cycles;
      memoryRows += plan.flat(shape).rows;
    }
  return { output, cycles, rows: memoryRows };
}

/** The first result that differs, with all that it was made of. */
function difference(
  oracle: string,
  expected: ArrayLike<number>,
  got: Int8Matrix["data"],
  { sums, scales, biases, limits }: RequantiseBatch,
): string | null {
  const i = got.findIndex((q, at) => q !== expected[at]);
  if (i < 0) return null;
  const col = i % sums.cols;
  const { multiplier, shift } = scales[col] ?? none;
  const { zeroPoint, activation, low, high } = limits;
  return `the sum ${sums.data[i]} with bias ${biases[col]}, scale ${multiplier} · 2^-${24 + shift}, zero point ${zeroPoint} and ${activation} from ${low} to ${high} became ${got[i]}; ${oracle} gives ${expected[i]}`;
}
