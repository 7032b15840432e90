/**
 * How a design is run: with its stimulus and its clock loop `inside`; `driven` by a testbench that sets every input and
 * reads every output in every cycle; inside with all waves written to a file; or inside in `benchLanes` lanes at once,
 * of which the cycles of all count.
 */
export const modes = ["inside", "driven", "vcd", "lanes"] as const;
export type Mode = (typeof modes)[number];

/** Stimuli that run at once in the mode of that name: peers run one. */
export const benchLanes = 16;
