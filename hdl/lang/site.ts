import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Source } from "../netlist/index.ts";
import { type BareCondition, type Condition, type Declarations, readDeclarations } from "./declarations.ts";

/**
 * A place in a designer's source that calls into the language, and what its text says of the result. Signals take
 * their names from here, errors their lines. One object a place: loops that pass it again get the same one.
 */
export interface Site {
  /** Null where the stack does not say in which line it is. */
  readonly source: Source | null;
  /** The variable that the call's result initialises. */
  readonly name: string | null;
  /** The nearest variable or property that the call contributes to. */
  readonly enclosing: string | null;
  /** Set where the text uses the call's result as a JavaScript condition. */
  readonly condition: Condition | null;
  /** Variables used as bare conditions within the call's parentheses. */
  readonly bareConditions: () => readonly BareCondition[];
  /** Where the call's arguments first give a property of this name, such as a port; the call itself otherwise. */
  readonly property: (name: string) => Source | null;
}

/** The places of the calls of one function of the language that were met so far. */
interface KnownSites {
  /** Frames from the capture to the designer's, as far as the last one needed. */
  depth: number;
  /** By file as loaded and raw position in it. */
  readonly byFile: Map<string, Map<number, Site>>;
}

const languageFolder = fileURLToPath(new URL(".", import.meta.url));
/** Most calls are a few frames above; a designer's own recursion may put the first foreign frame deeper. */
const depths = [9, 40] as const;
const internal = new Map<string, boolean>();
const byCallee = new Map<string, KnownSites>();
const declarationsByFile = new Map<string, Declarations | null>();

/**
 * The place outside the language that called into it, or null where there is none.
 *
 * Positions from V8's call sites are cheap but those of the code as loaded; the text of a stack is mapped back to the
 * source by whatever loaded the code, but dear. So the raw position is the key and the text is read once for each. The
 * deeper a capture the dearer it is, and calls of one function need the same depth again and again.
 * `callee` finds the call on its line where a mapping is a few columns off.
 */
export function captureSite(callee: string): Site | null {
  let known = byCallee.get(callee);
  if (!known) {
    known = { depth: depths[0], byFile: new Map() };
    byCallee.set(callee, known);
  }
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    for (const depth of [known.depth, ...depths]) {
      Error.stackTraceLimit = depth;
      Error.prepareStackTrace = rawFrames;
      const holder: { stack?: unknown } = {};
      Error.captureStackTrace(holder, captureSite);
      const frames: unknown = holder.stack;
      Error.prepareStackTrace = prepareStackTrace;
      if (!Array.isArray(frames)) return null;
      const index = frames.findIndex(isForeign);
      const frame: NodeJS.CallSite | undefined = frames[index];
      if (frame) {
        known.depth = index + 1;
        return siteOf(known, frame, index, callee);
      }
      if (frames.length < depth) return null;
    }
    return null;
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
  }
}

const rawFrames = (_: Error, frames: NodeJS.CallSite[]): unknown => frames;
const isForeign = (frame: NodeJS.CallSite): boolean => !isInternal(frame.getFileName());

function siteOf({ byFile }: KnownSites, frame: NodeJS.CallSite, index: number, callee: string): Site {
  const file = frame.getFileName() ?? "";
  const position = frame.getPosition();
  let sites = byFile.get(file);
  if (!sites) {
    sites = new Map();
    byFile.set(file, sites);
  }
  let site = sites.get(position);
  if (site === undefined) {
    const traced: { stack?: string } = {};
    Error.captureStackTrace(traced, captureSite);
    site = lazySite(() => readSite(traced.stack ?? "", index, callee));
    sites.set(position, site);
  }
  return site;
}

function isInternal(file: string | null | undefined): boolean {
  if (!file) return true;
  let known = internal.get(file);
  if (known === undefined) {
    const path = file.startsWith("file:") ? fileURLToPath(file) : file;
    known = path.startsWith("node:") || (path.startsWith(languageFolder) && !/\.test\.[jt]s$/.test(path));
    internal.set(file, known);
  }
  return known;
}

/** A place whose text is read when something asks for it: most modules of a library that is loaded are never built. */
function lazySite(read: () => Site): Site {
  let known: Site | null = null;
  const site = (): Site => {
    known ??= read();
    return known;
  };
  return {
    get source() {
      return site().source;
    },
    get name() {
      return site().name;
    },
    get enclosing() {
      return site().enclosing;
    },
    get condition() {
      return site().condition;
    },
    bareConditions: () => site().bareConditions(),
    property: (name) => site().property(name),
  };
}

const nowhere: Site = {
  ...{ source: null, name: null, enclosing: null, condition: null },
  bareConditions: () => [],
  property: () => null,
};

function readSite(stack: string, depth: number, callee: string): Site {
  const frame = stack.split("\n").filter((line) => /^\s+at /.test(line))[depth];
  const [, location, lineText, columnText] = frame?.match(/\(?([^()]*?):(\d+):(\d+)\)?$/) ?? [];
  if (location === undefined) return nowhere;
  const place = location.replace(/^\s+at (async )?/, "");
  const path = place.startsWith("file:") ? fileURLToPath(place) : place;
  const line = Number(lineText);
  const column = Number(columnText);
  const declarations = declarationsOf(path);
  const call = declarations?.calls
    .filter((c) => c.line === line && (callee === "" ? Math.abs(c.column - column) <= 1 : c.callee === callee))
    .sort((a, b) => Math.abs(a.column - column) - Math.abs(b.column - column))[0];
  const fromHere = relative(process.cwd(), path);
  const source = { file: fromHere.startsWith("..") ? path : fromHere, line, column: call?.column ?? column };
  return {
    source,
    name: call?.name ?? null,
    enclosing: call?.enclosing ?? null,
    condition: call?.condition ?? null,
    bareConditions: () =>
      call && declarations
        ? declarations.bareConditions.filter((c) => c.index > call.first && c.index < call.last)
        : [],
    property: (name) => {
      const within = declarations?.properties.filter((p) => call && p.index > call.first && p.index < call.last);
      const found = within?.find((property) => property.name === name);
      return found ? { ...source, line: found.line, column: found.column } : source;
    },
  };
}

function declarationsOf(path: string): Declarations | null {
  let declarations = declarationsByFile.get(path);
  if (declarations === undefined) {
    try {
      declarations = readDeclarations(readFileSync(path, "utf8"));
    } catch {
      declarations = null;
    }
    declarationsByFile.set(path, declarations);
  }
  return declarations;
}
