import { Exit, runYosys, type Tree } from "@yowasp/yosys";

export interface YosysRun {
  readonly log: string;
  /** Contents of the files that the script wrote or that were there before, by name. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Runs a script in Yosys from npm, on files in memory; about half a second and no installation.
 * @throws Error with the end of the log where Yosys stops with an error
 */
export async function runScript(script: readonly string[], files: Readonly<Record<string, string>>): Promise<YosysRun> {
  const decoder = new TextDecoder();
  let log = "";
  const note = (bytes: Uint8Array | null) => {
    if (bytes) log += decoder.decode(bytes, { stream: true });
  };
  try {
    const tree = await runYosys(["-p", script.join("\n")], { ...files }, { stdout: note, stderr: note });
    return { log, files: texts(tree ?? {}) };
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
    throw new Error(`Yosys stops with exit code ${error.code}:\n${log.slice(-2000)}`);
  }
}

function texts(tree: Tree): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, file] of Object.entries(tree)) {
    if (typeof file === "string") found.set(name, file);
    else if (file instanceof Uint8Array) found.set(name, new TextDecoder().decode(file));
  }
  return found;
}
