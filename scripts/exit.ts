import { DesignError } from "../hdl/netlist/index.ts";
import { SimulationError } from "../sim/engine.ts";
import { InputError } from "../testbench/input-error.ts";
import { Interrupted } from "../testbench/progress.ts";
import { WaveError } from "../waves/wave-error.ts";

export const exitCodes = { passed: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Prints one line for an error that a user can mend and returns the exit code for it; an unknown error is rethrown. */
export function reportError(error: unknown): number {
  if (error instanceof InputError || error instanceof WaveError) return say(error.message, exitCodes.usage);
  if (error instanceof Interrupted)
    return say("interrupted; the files written so far are complete up to here", exitCodes.interrupted);
  if (error instanceof DesignError || error instanceof SimulationError) return say(error.message, exitCodes.failed);
  throw error;
}

function say(message: string, code: number): number {
  process.stderr.write(`systole: ${message}\n`);
  return code;
}
