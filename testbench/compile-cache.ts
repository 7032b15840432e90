import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { CacheFolder } from "./cache-folder.ts";

let chosen: { readonly folder: string; readonly cache: CacheFolder | null } | null = null;

/**
 * The user's cache of compiled code: the folder that the environment variable SYSTOLE_CACHE names, else `systole` in
 * XDG_CACHE_HOME or in `~/.cache`. Null where SYSTOLE_CACHE is `off`, where the user has no home, or where the
 * simulator's own sources are not at hand to tell its versions apart (in a bundle).
 */
export function compileCache(): CacheFolder | null {
  const folder = cacheFolder();
  if (folder === null) return null;
  if (chosen?.folder !== folder) {
    const version = simulatorVersion();
    chosen = { folder, cache: version === null ? null : new CacheFolder(folder, version) };
  }
  return chosen.cache;
}

function cacheFolder(): string | null {
  const { SYSTOLE_CACHE: own = "", XDG_CACHE_HOME: base = "" } = process.env;
  if (own === "off") return null;
  if (own !== "") return resolve(own);
  // Relative paths there are to be ignored, says the XDG Base Directory Specification.
  if (isAbsolute(base)) return join(base, "systole");
  try {
    return join(homedir(), ".cache", "systole");
  } catch {
    // A user without a name, as in some containers.
    return null;
  }
}

/** A digest of all sources that compiled code follows from, and of what else its form depends on. */
function simulatorVersion(): string | null {
  const hash = createHash("sha256").update(`${process.versions.v8} ${process.arch}\n`);
  const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
  const isSource = (name: string) => name.endsWith(extension) && !/\.(?:d|test|fuzz)\.ts$/.test(name);
  try {
    for (const folder of ["../sim/", "../hdl/netlist/"]) {
      const url = new URL(folder, import.meta.url);
      for (const name of readdirSync(url, { recursive: true, encoding: "utf8" }).filter(isSource).sort())
        hash.update(`${name}\n`).update(readFileSync(new URL(name.replaceAll("\\", "/"), url)));
    }
    return hash.digest("hex");
  } catch {
    return null;
  }
}
