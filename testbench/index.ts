/** Testbenches: the typed face of simulation, and the workloads that run on the hardware. */
export * from "./bench/index.ts";
export { compileCache } from "./compile-cache.ts";
export { InputError } from "./input-error.ts";
export * from "./models/index.ts";
export { arrayOption, integerOption, numberOption } from "./option.ts";
export { Interrupted, type Progress, silent } from "./progress.ts";
export * from "./seeds/index.ts";
export type { RunReport, RunRequest, Testbench, TestbenchOption, WaveRequest } from "./testbench.ts";
export { loadTestbench, loadTestbenches, testbenchNames } from "./workloads/index.ts";
export { type ReadVerilogOptions, readVerilog, runYosys, type YosysChoice } from "./yosys/index.ts";
