import { Command } from "commander";
import { explain } from "../testbench/atomic-file.ts";
import { compileCache } from "../testbench/compile-cache.ts";
import { InputError } from "../testbench/input-error.ts";
import { exitCodes } from "./exit.ts";

/** `systole cache`: where compiled code is kept between runs, and how much of it there is. */
export function cacheCommand(finished: (code: number) => void): Command {
  return new Command("cache")
    .description("show or clear the cache of compiled code")
    .option("--clear", "remove everything from it")
    .option("--json", "for machines")
    .exitOverride()
    .addHelpText(
      "after",
      `
A second run of an unchanged design takes its code from here. The folder is the environment's SYSTOLE_CACHE (off: no
cache), else systole in XDG_CACHE_HOME or in ~/.cache. What was not used for longest makes room for what is new; it can
be removed at any time.

Examples:
  $ systole cache
  $ systole cache --clear
  $ SYSTOLE_CACHE=off systole run matmul`,
    )
    .action(({ clear, json }: { clear?: boolean; json?: boolean }) => {
      process.stdout.write(report(clear === true, json === true));
      finished(exitCodes.passed);
    });
}

/** @throws InputError for a folder that cannot be read or cleared */
function report(clear: boolean, json: boolean): string {
  const cache = compileCache();
  if (!cache)
    return json
      ? `${JSON.stringify({ folder: null })}\n`
      : "there is no cache: SYSTOLE_CACHE is off, or there is no home to keep one in\n";
  const { path: folder, most } = cache;
  try {
    const { entries, bytes } = clear ? cache.clear() : cache.usage();
    if (json) return `${JSON.stringify({ folder, entries, bytes, most, cleared: clear }, null, 2)}\n`;
    const held = `${entries} ${entries === 1 ? "entry" : "entries"}, ${mebibytes(bytes)}`;
    return clear ? `${folder}: removed ${held}\n` : `${folder}: ${held} of at most ${mebibytes(most)}\n`;
  } catch (error) {
    throw new InputError(`${folder}: cannot ${clear ? "clear" : "read"} the cache: ${explain(error)}`, {
      cause: error,
    });
  }
}

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
