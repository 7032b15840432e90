/**
 * How a design is run: with its stimulus and its clock loop `inside`; `driven` by a testbench that sets every input and
 * reads every output in every cycle; or inside with all waves written to a file.
 */
export const modes = ["inside", "driven", "vcd"] as const;
export type Mode = (typeof modes)[number];
