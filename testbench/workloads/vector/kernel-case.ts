import type { NpuConfig } from "../../../hdl/index.ts";
import type { Random } from "../../bench/random.ts";
import { InputError } from "../../input-error.ts";
import type { Progress } from "../../progress.ts";
import { limited, type Quantisation, realOf } from "../../runtime/kernels/quantisation.ts";
import type { Shape, VectorKernel } from "../../runtime/kernels/vector-kernel.ts";
import { VectorPlan } from "../../runtime/kernels/vector-plan.ts";
import { type Int8Matrix, int8Matrix } from "../matrix.ts";
import type { KernelDevice, KernelRun } from "./kernel-device.ts";
import { type RealMatrix, realMatrix } from "./real-matrix.ts";

/** A kernel with random inputs and what it is to compute. */
export interface KernelCase {
  readonly name: string;
  /** The inputs' shape; each row is independent of the others unless `whole`. */
  readonly shape: Shape;
  /** The shape as a report says it. */
  readonly about: string;
  readonly whole: boolean;
  readonly inputs: readonly Quantisation[];
  plan(plan: VectorPlan, shape: Shape): VectorKernel;
  real(inputs: readonly RealMatrix[]): RealMatrix;
}

/** What a run of a kernel came to. */
export interface KernelResult {
  readonly name: string;
  readonly shape: Shape;
  readonly about: string;
  /** Rows that are worked on at a time: at most what fits into the memories. */
  readonly part: number;
  /** Instructions of the kernel for a part. */
  readonly instructions: number;
  readonly vectorCycles: number;
  readonly cycles: number | null;
  readonly bytes: KernelRun["bytes"];
  /** Memory rows of the result for each cycle of the vector unit. */
  readonly rowsPerCycle: number;
  /** The largest difference from the real result, and the most that is allowed. */
  readonly error: number;
  readonly bound: number;
  /** The same in steps of the output. */
  readonly errorSteps: number;
  readonly boundSteps: number;
  readonly failure: string | null;
}

/**
 * Runs a kernel on random int8 and compares each result with the real one.
 * @throws InputError where not even a row of it fits into the memories
 */
export async function runCase(
  one: KernelCase,
  device: KernelDevice,
  random: Random,
  progress: Progress,
): Promise<KernelResult> {
  const { name, shape, about } = one;
  const part = partOf(one, device.config);
  const plan = new VectorPlan(device.config);
  const kernel = one.plan(plan, { rows: part, cols: shape.cols });
  const inputs = one.inputs.map((quantisation) => ({ quantisation, matrix: randomRows(random, shape) }));
  const matrices = inputs.map(({ matrix }) => matrix);
  const { output, vectorCycles, cycles, bytes } = await device.run(plan, kernel, matrices, progress);
  const reals = inputs.map(({ matrix, quantisation }) => realMatrix(matrix, quantisation));
  const { error, at } = largestError(one.real(reals), output, kernel.quantisation);
  const { bound, quantisation } = kernel;
  // A result half a step off may come out a rounding of double precision more.
  const wrong = !(error <= bound * (1 + 1e-9));
  return {
    ...{ name, shape, about, part, vectorCycles, cycles, bytes, error, bound },
    instructions: plan.program.length,
    rowsPerCycle: plan.flat(output).rows / vectorCycles,
    errorSteps: error / quantisation.scale,
    boundSteps: bound / quantisation.scale,
    failure: wrong
      ? `${name}: row ${Math.floor(at / output.cols)}, column ${at % output.cols} is wrong by ${error.toExponential(2)}, more than ${bound.toExponential(2)}`
      : null,
  };
}

/** The rows of a case that are worked on at a time: few equal parts that fit into the memories. */
function partOf(one: KernelCase, config: NpuConfig): number {
  const excess = (rows: number) => {
    const plan = new VectorPlan(config);
    one.plan(plan, { rows, cols: one.shape.cols });
    return plan.excess();
  };
  const { rows } = one.shape;
  const whole = excess(rows);
  if (whole === null) return rows;
  const least = one.whole ? whole : excess(1);
  if (least !== null) throw new InputError(`${one.name} needs ${least}; make --rows or --cols smaller`);
  let [fits, most] = [1, rows];
  while (most - fits > 1) {
    const middle = Math.floor((fits + most) / 2);
    if (excess(middle) === null) fits = middle;
    else most = middle;
  }
  return Math.ceil(rows / Math.ceil(rows / fits));
}

/** Rows of different kinds: all int8, few of them, all the same, and the same but for one. */
function randomRows(random: Random, { rows, cols }: Shape): Int8Matrix {
  const matrix = int8Matrix(rows, cols);
  for (let i = 0; i < rows; i++) {
    const row = matrix.data.subarray(i * cols, (i + 1) * cols);
    const middle = random.int8();
    const spread = [256, 256, 1 + random.below(40), 2, 1][random.below(5)] ?? 256;
    for (let c = 0; c < cols; c++)
      row[c] = spread === 256 ? random.int8() : Math.max(-128, Math.min(127, middle + random.below(spread)));
    if (spread === 1 && random.bool(0.5)) row[random.below(cols)] = random.int8();
  }
  return matrix;
}

/** The largest difference of int8 results from the real ones limited to what int8 can stand for, and which it is. */
function largestError(real: RealMatrix, { data }: Int8Matrix, quantisation: Quantisation) {
  let [error, at] = [0, 0];
  for (const [i, q] of data.entries()) {
    const off = Math.abs(realOf(q, quantisation) - limited(real.data[i] ?? Number.NaN, quantisation));
    if (off > error || Number.isNaN(off)) [error, at] = [off, i];
  }
  return { error, at };
}
