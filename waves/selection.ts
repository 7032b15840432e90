import { closest } from "fastest-levenshtein";
import { type PathMatcher, pathGlob } from "./path-glob.ts";
import type { TraceScope, TraceSignal } from "./trace.ts";
import { WaveError } from "./wave-error.ts";

export interface SignalSelection {
  /** Globs of signals to keep (see `pathGlob`); all where left out. */
  readonly include?: readonly string[];
  /** Globs of signals to leave out, of those included. */
  readonly exclude?: readonly string[];
  /** Levels of scopes from the top: 1 keeps the top's own signals alone. */
  readonly depth?: number;
}

/**
 * The same tree with the selected signals alone; scopes without any are gone. Order is kept.
 * @throws WaveError for a depth that is not a whole number ≥ 1, a pattern that matches no signal (the nearest path is
 *   suggested), or when nothing is left
 */
export function selectSignals(scopes: readonly TraceScope[], selection: SignalSelection): TraceScope[] {
  const { depth = Number.POSITIVE_INFINITY } = selection;
  if (!(depth >= 1) || (Number.isFinite(depth) && !Number.isInteger(depth)))
    throw new WaveError(`the depth of a trace is a whole number from 1 (the top alone), not ${depth}`);
  const include = selection.include?.map((pattern) => ({ pattern, matches: pathGlob(pattern), used: false }));
  const exclude = (selection.exclude ?? []).map((pattern) => pathGlob(pattern));

  const wanted = (path: readonly string[], signal: TraceSignal) => {
    let included = include === undefined;
    for (const glob of include ?? [])
      if (glob.matches(path, signal.name)) {
        glob.used = true;
        included = true;
      }
    return included && !exclude.some((matches) => matches(path, signal.name));
  };
  const prune = (scope: TraceScope, above: readonly string[]): TraceScope => {
    const path = [...above, scope.name];
    return {
      name: scope.name,
      signals: scope.signals.filter((signal) => wanted(path, signal)),
      children: path.length >= depth ? [] : keep(scope.children, path),
    };
  };
  const keep = (children: readonly TraceScope[], path: readonly string[]) =>
    children.map((child) => prune(child, path)).filter((scope) => scope.signals.length + scope.children.length > 0);

  const kept = keep(scopes, []);
  for (const glob of include ?? []) if (!glob.used) throw unmatched(glob.pattern, glob.matches, scopes, depth);
  if (kept.length === 0) throw new WaveError("no signal is left to trace; widen the selection");
  return kept;
}

function unmatched(pattern: string, matches: PathMatcher, scopes: readonly TraceScope[], depth: number): WaveError {
  const paths = [...signalPaths(scopes, [])];
  if (paths.some(({ path, name }) => matches(path, name)))
    return new WaveError(`the signals that match ${pattern} lie deeper than depth ${depth}`);
  return new WaveError(`no signal matches ${pattern}${suggestion(pattern, paths.map(belowTop))}`);
}

/** `; did you mean …?` with the path nearest to a pattern, or nothing where there is no path. */
export function suggestion(pattern: string, paths: readonly string[]): string {
  const some = paths.slice(0, 10_000);
  return some.length === 0 ? "" : `; did you mean ${closest(pattern, some)}?`;
}

interface SignalPath {
  readonly path: readonly string[];
  readonly name: string;
}

function belowTop({ path, name }: SignalPath): string {
  return [...path.slice(1), name].join(".");
}

function* signalPaths(scopes: readonly TraceScope[], above: readonly string[]): Generator<SignalPath> {
  for (const scope of scopes) {
    const path = [...above, scope.name];
    for (const { name } of scope.signals) yield { path, name };
    yield* signalPaths(scope.children, path);
  }
}
