import { readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, normalize, relative, resolve, sep } from "node:path";
import { InputError } from "../input-error.ts";

/** Verilog files with all that they include or read, laid out below one directory. */
export interface SourceTree {
  /** By path below the directory in which Yosys is to run. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** The given files, as they are called in `files`. */
  readonly sources: readonly string[];
  /** The given include directories, as they are called in `files`. */
  readonly includes: readonly string[];
  /** Files that are read by a name in a string or a parameter, by that name. */
  readonly data: ReadonlyMap<string, Uint8Array>;
}

/** Contents of `$readmemh` can be large; a string that happens to name a larger file is no such thing. */
const largestFile = 256 * 1024 * 1024;

/**
 * Collects Verilog files, the files that they `include` and the files that their string literals and `parameters` name
 * (what `$readmemh` reads often comes by a parameter), in turn. Names are looked up beside the file, in the include
 * directories and in the working directory. Paths are relative to the working directory, or to the deepest directory
 * that holds all files where one lies outside of it.
 * @throws InputError for a given file or directory that cannot be read, or whose path has characters Yosys cannot take
 */
export function gatherSources(
  files: readonly string[],
  includes: readonly string[],
  parameters: readonly string[] = [],
): SourceTree {
  const cwd = realpathSync(process.cwd());
  const includeDirectories = includes.map((path) => {
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory())
      throw new InputError(`${path}: there is no such include directory; give one that exists`);
    return resolve(cwd, path);
  });
  const sources = files.map((path) => resolve(cwd, path));
  const found = new Map<string, Uint8Array>();
  /** Files that Yosys looks up by a path from its working directory, by that path. */
  const fromCwd = new Map<string, string>();
  /** Paths of the files that strings name, by what the strings say. */
  const named = new Map<string, string>();
  const open: { readonly path: string; readonly verilog: boolean }[] = sources.map((path) => ({ path, verilog: true }));
  const lookUp = (name: string, beside: string, verilog: boolean): void => {
    if (isAbsolute(name)) return;
    const beneath = normalize(name);
    for (const directory of [dirname(beside), ...includeDirectories, cwd]) {
      const path = join(directory, name);
      if (!isSourceFile(path)) continue;
      if (!verilog && !named.has(name)) named.set(name, path);
      if (!found.has(path)) open.push({ path, verilog });
      if (directory === cwd && !beneath.startsWith("..")) fromCwd.set(beneath.split(sep).join("/"), path);
    }
  };
  for (const value of parameters) for (const source of sources) lookUp(value, source, false);
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    if (found.has(next.path)) continue;
    const bytes = read(next.path);
    found.set(next.path, bytes);
    if (!next.verilog && !/\.s?vh?$/i.test(next.path)) continue;
    const text = decoder.decode(bytes);
    for (const name of names(text, /`include\s*"([^"\n]{1,512})"/g)) lookUp(name, next.path, true);
    for (const name of names(text, /"([^"\n\\%]{1,512})"/g)) lookUp(name, next.path, false);
  }

  const base = commonDirectory([...[...found.keys()].map((path) => dirname(path)), ...includeDirectories], cwd);
  const nameOf = (path: string): string => {
    const name = relative(base, path).split(sep).join("/");
    if (/["\\\n\r#;]/.test(name))
      throw new InputError(`${path}: Yosys cannot take this path; rename it without quotes, # and ;`);
    return name === "" ? "." : name;
  };
  const laid = new Map([...found].map(([path, bytes]) => [nameOf(path), bytes] as const));
  for (const [name, path] of fromCwd) {
    const bytes = found.get(path);
    if (bytes && !laid.has(name)) laid.set(name, bytes);
  }
  const data = new Map<string, Uint8Array>();
  for (const [name, path] of named) {
    const bytes = found.get(path);
    if (bytes) data.set(name, bytes);
  }
  return { files: laid, sources: sources.map(nameOf), includes: includeDirectories.map(nameOf), data };
}

function read(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const reason =
      error instanceof Error && "code" in error && error.code === "ENOENT" ? "no such file" : "cannot read";
    throw new InputError(`${path}: ${reason}; give Verilog files that can be read`, { cause: error });
  }
}

function isSourceFile(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true && stat.size <= largestFile;
}

const decoder = new TextDecoder();

/** What a pattern's first group matches in a text, without repetition, as far as it could be a path. */
function names(text: string, pattern: RegExp): Set<string> {
  const found = new Set<string>();
  for (const [, name] of text.matchAll(pattern)) if (name !== undefined && !name.includes("\0")) found.add(name);
  return found;
}

/** `cwd` where all directories lie in it, else the deepest directory that they all lie in. */
function commonDirectory(directories: readonly string[], cwd: string): string {
  const holds = (base: string, path: string): boolean =>
    path === base || path.startsWith(base.endsWith(sep) ? base : base + sep);
  if (directories.every((path) => holds(cwd, path))) return cwd;
  let base = directories[0] ?? cwd;
  while (!directories.every((path) => holds(base, path))) base = dirname(base);
  return base;
}
