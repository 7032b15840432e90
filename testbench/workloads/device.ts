import { MatmulDevice } from "../runtime/matmul-device.ts";
import type { RunRequest } from "../testbench.ts";

/** The matmul engine as a run of the command line asks for it. */
export function deviceFor({ array, engine, seed, randomInit, cycles }: RunRequest): MatmulDevice {
  return new MatmulDevice(array, { engine, seed, randomInit, cycles });
}
