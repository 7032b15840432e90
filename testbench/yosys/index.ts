/** Runs Yosys, npm's or the installed one: Verilog in, Yosys JSON out. */
export { installedYosysVersion } from "./installed-yosys.ts";
export { parameterValue, type ReadVerilogOptions, readVerilog } from "./read-verilog.ts";
export { runYosys, type YosysChoice } from "./run-yosys.ts";
export { gatherSources, type SourceTree } from "./source-tree.ts";
export type { YosysFiles, YosysRun } from "./yosys-run.ts";
