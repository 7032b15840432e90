import type { SimulateOptions } from "../bench/simulate.ts";
import type { RunRequest } from "../testbench.ts";

/** How a run of the command line wants its design simulated and recorded. */
export function simulationOptions({ engine, seed, randomInit, waves }: RunRequest): SimulateOptions {
  if (!waves) return { engine, seed, randomInit };
  const { vcd, gtkw, signals, depth, memories, from, to, trigger } = waves;
  const limits = { ...(depth === null ? {} : { depth }), ...(trigger === null ? {} : { trigger }) };
  const trace = { signals, memories, from, to, ...limits };
  return { engine, seed, randomInit, vcd, trace, ...(gtkw === null ? {} : { gtkw }) };
}
