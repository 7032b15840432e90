import type { NpuConfig } from "../../../hdl/index.ts";
import { SimulationError } from "../../../sim/engine.ts";
import type { DramTiming } from "../../models/dram.ts";
import type { Progress } from "../../progress.ts";
import { kernelProgram } from "../../runtime/kernels/kernel-program.ts";
import type { KernelPlaces } from "../../runtime/kernels/vector-kernel.ts";
import type { VectorPlan } from "../../runtime/kernels/vector-plan.ts";
import { Npu, type NpuOptions } from "../../runtime/npu.ts";
import { disagreement } from "../../runtime/npu-run.ts";
import { type Int8Matrix, type Int32Matrix, int8Matrix } from "../matrix.ts";
import type { KernelDevice, KernelRun } from "./kernel-device.ts";

/** A tile of the NPU with its memory and a host: programs and matrices lie in DRAM, and results are read from there. */
export class TileDevice implements KernelDevice {
  private readonly npu: Npu;

  /** @throws RangeError for sizes that the hardware refuses */
  constructor(sizes: Partial<NpuConfig>, timing: Partial<DramTiming>, options: NpuOptions = {}) {
    this.npu = new Npu({ tile: sizes, width: 1, height: 1 }, timing, options);
  }

  get config(): NpuConfig {
    return this.npu.config.tile;
  }

  async run(
    plan: VectorPlan,
    places: KernelPlaces,
    matrices: readonly (Int8Matrix | Int32Matrix)[],
    progress: Progress,
  ): Promise<KernelRun> {
    const { npu } = this;
    const rows = places.inputs.some((place, i) => matrices[i]?.rows !== place.rows) ? matrices[0]?.rows : undefined;
    const { program, constants, inputs, output } = kernelProgram(plan, places, npu.map, rows);
    npu.load(constants);
    for (const [i, { address }] of inputs.entries()) {
      const { data } = matrices[i] ?? {};
      if (!data) throw new RangeError(`input ${i} of ${inputs.length} is not given`);
      npu.load([{ address, bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) }]);
    }
    const node = npu.nodes.find(({ kind }) => kind === "compute")?.id ?? 0;
    const run = await npu.run([{ node, program }], progress);
    const differ = disagreement(run);
    if (differ !== null) throw new SimulationError(differ);
    const [tile] = run.tiles;
    if (!tile) throw new SimulationError("the tile has no counters");
    const { counters } = tile;
    const bytes = npu.dram.memory.read(output.address, output.rows * output.cols);
    return {
      output: int8Matrix(output.rows, output.cols, new Int8Array(bytes.buffer)),
      vectorCycles: counters.of("vectorBusy"),
      cycles: run.cycles,
      bytes: { loaded: counters.of("bytesLoad0") + counters.of("bytesLoad1"), stored: counters.of("bytesStore") },
    };
  }

  close(): void {
    this.npu.close();
  }
}
