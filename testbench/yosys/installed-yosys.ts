import { spawn, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { scriptName, YosysFailure, type YosysFiles, type YosysRun } from "./yosys-run.ts";

let version: string | null | undefined;

/** The first line that the installed Yosys prints of its version, or null where there is none that runs. */
export function installedYosysVersion(): string | null {
  if (version === undefined) {
    const { status, stdout } = spawnSync("yosys", ["-V"], { encoding: "utf8", timeout: 20_000 });
    version = status === 0 ? (stdout.split("\n")[0] ?? "") : null;
  }
  return version;
}

/** Runs the installed Yosys on copies of the files in a temporary directory. Throws a YosysFailure where it fails. */
export async function runInstalledYosys(script: string, files: YosysFiles): Promise<YosysRun> {
  const directory = await mkdtemp(join(tmpdir(), "systole-yosys-"));
  try {
    const given = new Map<string, Uint8Array | string>([...files, [scriptName, script]]);
    for (const [name, contents] of given) {
      const path = join(directory, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, contents);
    }
    const log = await run(["-s", scriptName], directory);
    const left = new Map<string, Uint8Array>();
    for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      const name = relative(directory, path).split(sep).join("/");
      if (entry.isFile() && !given.has(name)) left.set(name, await readFile(path));
    }
    return { files: left, log };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function run(args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn("yosys", args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    let [printed, errors] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors += text;
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) resolve(printed + errors);
      else reject(new YosysFailure(printed, signal === null ? errors : `${errors}\nERROR: it was ended by ${signal}`));
    });
  });
}
