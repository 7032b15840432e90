import type { NpuConfig } from "../../../hdl/index.ts";
import type { Progress } from "../../progress.ts";
import type { KernelPlaces } from "../../runtime/kernels/vector-kernel.ts";
import type { VectorPlan } from "../../runtime/kernels/vector-plan.ts";
import type { Int8Matrix, Int32Matrix } from "../matrix.ts";

/** What a kernel gave, and what it took. */
export interface KernelRun {
  readonly output: Int8Matrix;
  /** Cycles in which the vector unit was at work. */
  readonly vectorCycles: number;
  /** Cycles from the start of the program to its end, loads and stores included; null where there are none. */
  readonly cycles: number | null;
  /** Bytes read and written, the program's not included. */
  readonly bytes: { readonly loaded: number; readonly stored: number } | null;
}

/** Hardware that kernels run on. */
export interface KernelDevice {
  readonly config: NpuConfig;
  /**
   * Runs a kernel on matrices of as many rows as its places have, or more: then part by part, where the last part may
   * begin earlier so that all have the same size.
   * @throws SimulationError for a fault and past the limit of cycles; CheckFailure; Interrupted
   */
  run(
    plan: VectorPlan,
    places: KernelPlaces,
    inputs: readonly (Int8Matrix | Int32Matrix)[],
    progress: Progress,
  ): Promise<KernelRun>;
  /** Ends the recording of waves. */
  close(): void;
}
