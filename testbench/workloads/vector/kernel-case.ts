import type { NpuConfig } from "../../../hdl/index.ts";
import type { Random } from "../../bench/random.ts";
import { InputError } from "../../input-error.ts";
import type { Progress } from "../../progress.ts";
import { limited, type Quantisation, realOf } from "../../runtime/kernels/quantisation.ts";
import type { Shape, VectorKernel } from "../../runtime/kernels/vector-kernel.ts";
import { VectorPlan } from "../../runtime/kernels/vector-plan.ts";
import { type Int8Matrix, int8Matrix } from "../matrix.ts";
import { type RealMatrix, realMatrix } from "./real-matrix.ts";
import type { VectorDevice } from "./vector-device.ts";

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
  /** Rows that were worked on at a time: what fits into the memories. */
  readonly chunk: number;
  readonly instructions: number;
  /** From the first instruction to the end of the last, of all chunks. */
  readonly cycles: number;
  /** Memory rows of the result a cycle. */
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
  device: VectorDevice,
  random: Random,
  progress: Progress,
): Promise<KernelResult> {
  const { name, shape, about } = one;
  const chunk = chunkOf(one, device.config);
  const result = { rows: 0, cycles: 0, instructions: 0, error: 0, bound: 0, step: 1, failure: null as string | null };
  for (let from = 0; from < shape.rows; from += chunk) {
    const part = { rows: Math.min(chunk, shape.rows - from), cols: shape.cols };
    const plan = new VectorPlan(device.config);
    const kernel = one.plan(plan, part);
    const inputs = one.inputs.map(() => randomRows(random, part));
    const { output, cycles } = await device.run(plan, kernel, inputs, progress);
    const reals = one.inputs.map((quantisation, i) => realMatrix(inputs[i] ?? int8Matrix(1, 1), quantisation));
    const { error, at } = largestError(one.real(reals), output, kernel.quantisation);
    result.rows += plan.flat(output).rows;
    result.cycles += cycles;
    result.instructions += plan.program.length;
    result.error = Math.max(result.error, error);
    result.bound = kernel.bound;
    result.step = kernel.quantisation.scale;
    // A result half a step off may come out a rounding of double precision more.
    if (error > kernel.bound * (1 + 1e-9) && result.failure === null)
      result.failure = `${name}: row ${from + Math.floor(at / output.cols)}, column ${at % output.cols} is wrong by ${error.toExponential(2)}, more than ${kernel.bound.toExponential(2)}`;
  }
  return {
    name,
    shape,
    about,
    chunk,
    instructions: result.instructions,
    cycles: result.cycles,
    rowsPerCycle: result.rows / result.cycles,
    error: result.error,
    bound: result.bound,
    errorSteps: result.error / result.step,
    boundSteps: result.bound / result.step,
    failure: result.failure,
  };
}

/** The most rows of a case that fit into the memories at a time. */
function chunkOf(one: KernelCase, config: NpuConfig): number {
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
  return fits;
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
