import { silent } from "../progress.ts";
import { seedCases } from "../seeds/index.ts";
import type { RunReport, RunRequest } from "../testbench.ts";
import { loadTestbench } from "./index.ts";

/** A testbench by name and what it is asked for, without what seeds differ in. */
export interface SeedsRequest {
  readonly testbench: string;
  readonly request: Omit<RunRequest, "seed" | "progress" | "waves" | "starting">;
}

/** A run of a testbench with a seed. Rows and JSON of its report are plain data, so threads can hand it over. */
export const testbenchSeeds = seedCases(
  import.meta.url,
  "testbenchSeeds",
  async (seed, { testbench: name, request }: SeedsRequest): Promise<RunReport> => {
    const testbench = await loadTestbench(name);
    if (!testbench) throw new RangeError(`there is no testbench ${name}`);
    return await testbench.run({ ...request, seed, waves: null, progress: silent });
  },
);
