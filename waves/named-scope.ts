import { legalNames } from "./legal-name.ts";
import type { TraceScope, TraceSignal } from "./trace.ts";

export interface NamedSignal {
  readonly signal: TraceSignal;
  /** The name in the VCD, unique in its scope. */
  readonly legal: string;
}

/** A scope with the names that its parts have in the VCD. */
export interface NamedScope {
  readonly scope: TraceScope;
  readonly legal: string;
  readonly signals: readonly NamedSignal[];
  readonly children: readonly NamedScope[];
}

/**
 * Gives every scope and signal its VCD name. Signals and child scopes share a scope's names, since some readers keep
 * them in one table. Scopes with no signal anywhere below are left out.
 */
export function nameScopes(roots: readonly TraceScope[]): NamedScope[] {
  const shown = roots.filter(holdsSignals);
  const legal = legalNames(shown.map((scope) => scope.name));
  return shown.map((scope, i) => nameScope(scope, legal[i] ?? "_"));
}

/** The signals of all scopes in the order of the VCD: a scope's own before its children's. */
export function* allSignals(scopes: readonly NamedScope[]): Generator<NamedSignal> {
  for (const scope of scopes) {
    yield* scope.signals;
    yield* allSignals(scope.children);
  }
}

function nameScope(scope: TraceScope, legal: string): NamedScope {
  const children = scope.children.filter(holdsSignals);
  const names = legalNames([...scope.signals, ...children].map((part) => part.name));
  return {
    scope,
    legal,
    signals: scope.signals.map((signal, i) => ({ signal, legal: names[i] ?? "_" })),
    children: children.map((child, i) => nameScope(child, names[scope.signals.length + i] ?? "_")),
  };
}

function holdsSignals(scope: TraceScope): boolean {
  return scope.signals.length > 0 || scope.children.some(holdsSignals);
}
