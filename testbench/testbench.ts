import type { DesignListener } from "./bench/simulate-options.ts";
import type { Progress } from "./progress.ts";

/** One option of a testbench on the command line. */
export interface TestbenchOption {
  /** As commander takes it: `--m <rows>`. */
  readonly flags: string;
  readonly description: string;
  readonly fallback?: string;
  /** It names a file that the run writes, so that runs side by side cannot all be given it. */
  readonly writes?: true;
}

/** What every testbench can be asked for. */
export interface RunRequest {
  readonly engine: "wasm" | "interpreter";
  /** Seed of random stimulus and of everything undefined at power-on. */
  readonly seed: number;
  /** Undefined state starts random by seed, or from 0. */
  readonly randomInit: boolean;
  /** Whether compiled code is kept from run to run, in the user's cache: default false. */
  readonly cache?: boolean;
  readonly array: { readonly rows: number; readonly cols: number };
  /** The run fails when it needs more cycles. */
  readonly cycles: number;
  readonly waves: WaveRequest | null;
  /** The testbench's own options by camel-cased name, as given. */
  readonly options: Readonly<Record<string, string | undefined>>;
  readonly progress: Progress;
  /** Hears of every design that the run simulates. */
  readonly starting?: DesignListener;
}

/** What to record of a run, and where. */
export interface WaveRequest {
  readonly vcd: string;
  readonly gtkw: string | null;
  /** Globs over dotted paths; empty means all. */
  readonly signals: readonly string[];
  /** Levels of the hierarchy; null means all. */
  readonly depth: number | null;
  readonly memories: boolean;
  /** First and last cycle recorded. */
  readonly from: number;
  readonly to: number;
  /** They are counted from the first cycle in which `signal[=value]` holds, where there is one. */
  readonly trigger: string | null;
}

export interface RunReport {
  readonly passed: boolean;
  /** Why not, in one line, where it did not pass. */
  readonly failure: string | null;
  /** The summary table: label and value. */
  readonly rows: readonly (readonly [string, string])[];
  /** The same for machines. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** A workload that the command line can run on the simulated hardware. */
export interface Testbench {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly TestbenchOption[];
  /** Arguments after the testbench's name. */
  readonly examples: readonly string[];
  /** @throws InputError for options or files that are wrong, before anything is written */
  run(request: RunRequest): Promise<RunReport>;
}
