import type { SimulateOptions } from "../bench/simulate.ts";
import type { RunRequest } from "../testbench.ts";

/** How a run of the command line wants its design simulated and recorded. */
export function simulationOptions({
  engine,
  seed,
  randomInit,
  cache = false,
  waves,
  starting,
}: RunRequest): SimulateOptions {
  const run = { engine, seed, randomInit, cache, ...(starting ? { starting } : {}) };
  if (!waves) return run;
  const { vcd, gtkw, signals, depth, memories, from, to, trigger } = waves;
  const limits = { ...(depth === null ? {} : { depth }), ...(trigger === null ? {} : { trigger }) };
  const trace = { signals, memories, from, to, ...limits };
  return { ...run, vcd, trace, ...(gtkw === null ? {} : { gtkw }) };
}
