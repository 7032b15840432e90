import { MatmulDevice } from "../runtime/matmul-device.ts";
import type { RunRequest } from "../testbench.ts";
import { simulationOptions } from "./simulation-options.ts";

/** The matmul engine as a run of the command line asks for it. */
export function deviceFor(request: RunRequest): MatmulDevice {
  return new MatmulDevice(request.array, { ...simulationOptions(request), cycles: request.cycles });
}
