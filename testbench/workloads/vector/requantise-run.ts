import type { Progress } from "../../progress.ts";
import { requantise, requantised } from "../../runtime/kernels/requantise.ts";
import { VectorPlan } from "../../runtime/kernels/vector-plan.ts";
import type { SingleScale } from "../../runtime/requantise-single.ts";
import { type Int8Matrix, int8Matrix, int32Matrix } from "../matrix.ts";
import type { KernelDevice } from "./kernel-device.ts";
import { OnnxRequantiser, onnxWays } from "./onnx-requantise.ts";
import type { OnnxRuntime } from "./onnx-runtime.ts";
import type { RequantiseBatch } from "./requantise-batch.ts";

/** A scale of 0. */
const none: SingleScale = { multiplier: 0, shift: 0 };

/** What a comparison of requantised sums came to. */
export interface RequantiseResult {
  readonly sums: number;
  /** Cycles in which the vector unit was at work. */
  readonly vectorCycles: number;
  /** Memory rows of the result for each of them. */
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
  device: KernelDevice,
  runtime: OnnxRuntime | null,
  progress: Progress,
): Promise<RequantiseResult> {
  const oracle = runtime && (await OnnxRequantiser.open(runtime));
  const onnx: Record<string, number> = {};
  const total = { sums: 0, vectorCycles: 0, rows: 0 };
  let failure: string | null = null;
  for (const batch of batches) {
    const { sums, scales, biases, limits } = batch;
    const { output, vectorCycles, rows } = await onHardware(batch, device, progress);
    total.sums += sums.data.length;
    total.vectorCycles += vectorCycles;
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
  const { sums, vectorCycles } = total;
  return { sums, vectorCycles, rowsPerCycle: total.rows / vectorCycles, onnx, failure };
}

/** A batch in columns, and those in rows, that fit into an accumulator bank; the memory rows of its result. */
async function onHardware({ sums, scales, biases, limits }: RequantiseBatch, device: KernelDevice, progress: Progress) {
  const { accumulatorRows, side } = device.config;
  const output = int8Matrix(sums.rows, sums.cols);
  const most = accumulatorRows / 2;
  const parts = Math.ceil(sums.rows / most);
  const high = Math.ceil(sums.rows / parts);
  const wide = side * Math.floor(most / high);
  let [vectorCycles, rows] = [0, 0];
  for (let left = 0; left < sums.cols; left += wide) {
    const cols = Math.min(wide, sums.cols - left);
    const placeOf = (i: number) => Math.floor(i / cols) * sums.cols + left + (i % cols);
    const columns = int32Matrix(sums.rows, cols);
    columns.data.forEach((_, i, data) => {
      data[i] = sums.data[placeOf(i)] ?? 0;
    });
    const plan = new VectorPlan(device.config);
    const range = [left, left + cols] as const;
    const shape = { rows: high, cols };
    const places = requantise(plan, shape, scales.slice(...range), biases.slice(...range), limits);
    const run = await device.run(plan, places, [columns], progress);
    run.output.data.forEach((q, i) => {
      output.data[placeOf(i)] = q;
    });
    vectorCycles += run.vectorCycles;
    rows += parts * plan.flat(shape).rows;
  }
  return { output, vectorCycles, rows };
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
