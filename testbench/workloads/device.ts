import { MatmulDevice } from "../runtime/matmul-device.ts";
import type { RunRequest } from "../testbench.ts";

/** The matmul engine as a run of the command line asks for it. */
export function deviceFor({ array, engine, seed, randomInit, cycles, waves }: RunRequest): MatmulDevice {
  if (!waves) return new MatmulDevice(array, { engine, seed, randomInit, cycles });
  const { vcd, gtkw, signals, depth, memories, from, to } = waves;
  const trace = { signals, memories, from, to, ...(depth === null ? {} : { depth }) };
  const save = gtkw === null ? {} : { gtkw };
  return new MatmulDevice(array, { engine, seed, randomInit, cycles, vcd, trace, ...save });
}
