import { register } from "node:module";
import { isAbsolute, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { DesignError } from "../hdl/netlist/index.ts";
import { InputError } from "../testbench/input-error.ts";

/**
 * Loads a user's TypeScript or JavaScript file, with whatever it imports, and returns its exports.
 * @throws InputError with the line of the file for one that cannot be loaded, DesignError for a design error in it
 */
export async function importUserFile(path: string): Promise<Readonly<Record<string, unknown>>> {
  readAsModules();
  const { tsImport } = await import("tsx/esm/api");
  try {
    const loaded: unknown = await unlessStuck(path, tsImport(pathToFileURL(path).href, import.meta.url));
    return typeof loaded === "object" && loaded !== null ? { ...loaded } : {};
  } catch (error) {
    throw userFileError(path, error);
  }
}

/**
 * Waits for a promise of a user's code.
 * @throws InputError when nothing is left that could settle it, where Node would end without a word
 */
export async function unlessStuck<T>(path: string, promise: Promise<T>): Promise<T> {
  let stuck = () => {};
  const never = new Promise<never>((_, reject) => {
    stuck = () => reject(new InputError(`${shortPath(path)}: awaits something that never comes`));
  });
  process.once("beforeExit", stuck);
  try {
    return await Promise.race([promise, never]);
  } finally {
    process.off("beforeExit", stuck);
  }
}

/**
 * What a user's code threw, as one line with its place: a DesignError stays one (whatever copy of the language threw
 * it), anything else is bad input.
 */
export function userFileError(path: string, error: unknown): Error {
  if (error instanceof InputError) return error;
  if (!(error instanceof Error))
    return new InputError(`${shortPath(path)}: threw ${String(error)} instead of an error`);
  if (error instanceof DesignError) return error;
  if (error.name === "DesignError") return new DesignError(error.message, { cause: error });
  return new InputError(syntaxError(error) ?? missingImport(path, error) ?? thrown(path, error), { cause: error });
}

/** esbuild's first complaint: `file.ts:3:8: ERROR: Expected ";" but found "x"`. */
function syntaxError({ message }: Error): string | null {
  const [, file, line, column, problem] = message.match(/^(.+?):(\d+):(\d+): ERROR: (.+)$/m) ?? [];
  return file === undefined ? null : `${shortPath(file)}:${line}:${Number(column) + 1}: ${problem}`;
}

function missingImport(path: string, error: Error): string | null {
  const code = "code" in error ? error.code : undefined;
  if (code !== "ERR_MODULE_NOT_FOUND" && code !== "ERR_PACKAGE_PATH_NOT_EXPORTED" && code !== "MODULE_NOT_FOUND")
    return null;
  const [, wanted = "a module"] = error.message.match(/'([^']+)'/) ?? [];
  const [, from = path] = error.message.match(/imported from (\S+)/) ?? [];
  const mend = /^systole\b/.test(wanted)
    ? "install systole where the file lies: npm install systole"
    : "check the import, or install what it names";
  return `${shortPath(from)}: cannot find ${shortPath(wanted)}; ${mend}`;
}

/** An error thrown while the user's code ran, at its innermost line in that code. */
function thrown(path: string, error: Error): string {
  const frames = [...(error.stack ?? "").matchAll(/^\s+at .*?\(?((?:file:\/\/)?\/?[^()\s]+?):(\d+):(\d+)\)?$/gm)].map(
    ([, file = "", line, column]) => ({ file: plainPath(file), line, column }),
  );
  const nearest = error instanceof SyntaxError ? undefined : frames.find(({ file }) => isForeign(file));
  const own = frames.find(({ file }) => file === path) ?? nearest;
  const place = own ? `${shortPath(own.file)}:${own.line}:${own.column}` : shortPath(path);
  return `${place}: ${error.name}: ${error.message.split("\n")[0]}`;
}

const ownFolder = fileURLToPath(new URL(".", import.meta.url));

function isForeign(file: string): boolean {
  return isAbsolute(file) && !/[\\/]node_modules[\\/]/.test(file) && !file.startsWith(ownFolder);
}

/** A frame's place without its scheme and the query that the loader adds. */
function plainPath(place: string): string {
  return place.startsWith("file:") ? fileURLToPath(place) : place.replace(/\?.*$/, "");
}

/** A path as the user would write it: relative to the working directory where it lies below. */
function shortPath(path: string): string {
  const plain = plainPath(path);
  if (!isAbsolute(plain)) return plain;
  const below = relative(process.cwd(), plain);
  return below.startsWith("..") || below === "" ? plain : below;
}

let readingAsModules = false;

/**
 * Lets a file that is no CommonJS by its text be an ES module where its package.json does not say so, as compilers for
 * TypeScript do. As CommonJS it would be rewritten on one line, and errors and signal names come from its lines.
 */
function readAsModules(): void {
  if (readingAsModules) return;
  readingAsModules = true;
  register(`data:text/javascript,${encodeURIComponent(resolveHook)}`);
}

/** Runs on the thread of the module loader, before tsx sees what a specifier resolves to. */
const resolveHook = `
import { readFile } from "node:fs/promises";
export async function resolve(specifier, context, next) {
  const resolved = await next(specifier, context);
  const { pathname, protocol } = new URL(resolved.url);
  if (protocol !== "file:" || pathname.includes("/node_modules/") || !/\\.[jt]sx?$/.test(pathname)) return resolved;
  try {
    const text = await readFile(new URL(resolved.url), "utf8");
    const isModule = /^\\s*(import|export)\\b/m.test(text) || !/\\b(require|module|exports|__dirname)\\b/.test(text);
    return isModule ? { ...resolved, format: "module" } : resolved;
  } catch {
    return resolved;
  }
}`;
