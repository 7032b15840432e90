import { InputError } from "../input-error.ts";
import { installedYosysVersion, runInstalledYosys } from "./installed-yosys.ts";
import { runNpmYosys } from "./npm-yosys.ts";
import { YosysFailure, type YosysFiles, type YosysRun } from "./yosys-run.ts";

/** Which Yosys to run: npm's `@yowasp/yosys`, the one on the PATH, or that one where it is present and else npm's. */
export type YosysChoice = "npm" | "installed" | "auto";

/**
 * Runs a Yosys script in a directory that holds `files` and returns the files that it left there with its log.
 * @throws InputError with the line that Yosys stopped with (its file and line where it gave them), or where the
 * installed Yosys is asked for and there is none
 */
export async function runYosys(script: string, files: YosysFiles, yosys: YosysChoice = "auto"): Promise<YosysRun> {
  for (const name of files.keys())
    if (name === "" || name.startsWith("/") || name.split("/").includes(".."))
      throw new InputError(`${name}: cannot give this path to Yosys; use one below its working directory`);
  const installed = yosys !== "npm" && installedYosysVersion() !== null;
  if (yosys === "installed" && !installed)
    throw new InputError("no Yosys that runs is on the PATH; install it or use npm's");
  try {
    return await (installed ? runInstalledYosys(script, files) : runNpmYosys(script, files));
  } catch (error) {
    if (!(error instanceof YosysFailure)) throw error;
    throw new InputError(`Yosys: ${error.message}`, { cause: error });
  }
}
