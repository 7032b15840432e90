import type { Progress } from "../../progress.ts";
import { type ChipMemory, type PlanChoice, planMatmul, type RatedPlan } from "../../runtime/matmul/chip-plan.ts";
import { type MatmulData, placeMatmul, readResult, referenceResult } from "../../runtime/matmul/matmul-data.ts";
import { MatmulPrograms } from "../../runtime/matmul/matmul-programs.ts";
import type { NodeProgram } from "../../runtime/model/chip-model.ts";
import { operandsOf } from "../../runtime/model/operands.ts";
import type { Npu } from "../../runtime/npu.ts";
import { disagreement, type NpuRun } from "../../runtime/npu-run.ts";
import { firstMismatch, type Int8Matrix, type Int32Matrix } from "../matrix.ts";

/** A matmul that has run on the simulated chip. */
export interface MatmulRun {
  readonly rated: RatedPlan;
  readonly run: NpuRun;
  readonly result: Int8Matrix | Int32Matrix;
  /** What is wrong with it, in one line; null where it is as the reference, and the counters as the monitors. */
  readonly failure: string | null;
}

/** The memory behind a simulated chip, as plans see it. */
export function memoryOf({ dram, config }: Npu): ChipMemory {
  const { latency, channelBandwidth, bandwidth } = dram.timing;
  return { latency, channelBytes: Math.min(config.tile.side, channelBandwidth), bytes: bandwidth };
}

/**
 * Plans a matmul, runs it on the chip and compares the result with the plain product.
 * @throws InputError where no plan fits; and what `Npu.run` throws
 */
export async function runMatmul(
  npu: Npu,
  data: MatmulData,
  choice: PlanChoice,
  progress: Progress,
  options: { readonly counters?: boolean } = {},
): Promise<MatmulRun> {
  const { task, contents } = placeMatmul(data, npu.map, npu.config.tile.side);
  const demands = { int8: data.output !== null, bias: data.bias !== null };
  const rated = planMatmul(task, demands, npu.config, memoryOf(npu), choice);
  const matmul = new MatmulPrograms(npu.config);
  matmul.add(task, rated.plan);
  npu.load(contents);
  const { programs } = matmul;
  const run = await npu.run(programs, progress, { ...options, expected: rated.estimate.cycles });
  const result = readResult(npu.dram.memory, task);
  const mismatch = firstMismatch(referenceResult(data), result);
  const failure = mismatch
    ? `${mismatch.count} of ${task.m * task.n} results differ, first C[${mismatch.row}][${mismatch.col}]: expected ${mismatch.expected}, got ${mismatch.got}`
    : (disagreement(run) ?? miscount(run, programs));
  return { rated, run, result, failure };
}

/** Where a tile's counters do not say what its program had it do; null where they do. */
function miscount({ tiles }: NpuRun, programs: readonly NodeProgram[]): string | null {
  for (const { node, counters } of tiles) {
    const program = programs.find((one) => one.node === node.id)?.program ?? [];
    const operands = program.map(operandsOf);
    const sum = (of: (one: (typeof operands)[number]) => number) => operands.reduce((total, one) => total + of(one), 0);
    const done = (unit: string) => sum((one) => Number(one.unit === unit));
    const number = (one: (typeof operands)[number], name: string) => one.number(name);
    const expected = {
      instructions: program.length,
      loadDone: done("Load"),
      executeDone: done("Execute"),
      vectorDone: done("Vector"),
      storeDone: done("Store"),
      macsUseful: sum((one) => (one.mnemonic === "gemm" ? number(one, "m") * number(one, "k") * number(one, "n") : 0)),
    };
    for (const name of ["instructions", "loadDone", "executeDone", "vectorDone", "storeDone", "macsUseful"] as const)
      if (counters.of(name) !== expected[name])
        return `tile (${node.id & 15}, ${node.id >> 4}): the counter ${name} says ${counters.of(name)}, the program has ${expected[name]}`;
  }
  return null;
}
