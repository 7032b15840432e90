/** Runs of designs that others wrote: Verilog or Yosys JSON in, clocks and resets found, inputs driven. */
export { type GivenClock, parseClock } from "./clock-timing.ts";
export { type ImportedDesign, type ImportedDesignRequest, readImportedDesign } from "./imported-design.ts";
export { type ImportedRun, type ImportedRunRequest, runImported } from "./imported-run.ts";
export { type ImportedNetlist, type NetlistSource, readNetlist } from "./netlist-source.ts";
export { type GivenReset, parseReset } from "./reset-plan.ts";
export type { Stimulus } from "./stimulus.ts";
