import type { NamedScope, NamedSignal } from "./named-scope.ts";

/** Signals shown together under a heading, with headings inside. */
export interface WaveGroup {
  readonly title: string;
  readonly items: readonly (WaveGroup | ShownSignal)[];
  /** Shown as its title alone until it is opened. */
  readonly closed?: boolean;
}

export interface ShownSignal {
  /** What it is called on the screen. */
  readonly label: string;
  /** VCD names of its scopes, from the top down. */
  readonly scopes: readonly string[];
  readonly named: NamedSignal;
}

/**
 * What is worth showing first of a whole trace, about `limit` signals: the top's, clocks first; then every state of an
 * enumeration; then scope by scope, the outer ones first, the first and last of an array standing for all of it.
 * Signals of one bundle (`enq.bits`, `enq.valid`) are a group of their own.
 */
export function chooseWaves(scopes: readonly NamedScope[], limit: number): WaveGroup[] {
  const groups: WaveGroup[] = [];
  const later: WaveGroup[] = [];
  const states: ShownSignal[] = [];
  let left = limit;
  let level = scopes.map((scope): Placed => ({ scope, path: [scope.legal], title: scope.scope.name }));
  for (let depth = 0; level.length > 0; depth++) {
    for (const placed of level) {
      const shown = ordered(placed).slice(0, Math.max(0, left));
      left -= shown.length;
      if (depth > 0)
        for (const signal of shown)
          if (signal.named.signal.format.kind === "enum")
            states.push({ ...signal, label: `${placed.title}.${signal.label}` });
      if (shown.length > 0) (depth === 0 ? groups : later).push({ title: placed.title, items: folded(bundled(shown)) });
    }
    level = level.flatMap((placed) => representatives(placed, depth));
  }
  return [...groups, ...(states.length > 0 ? [{ title: "states", items: states }] : []), ...later];
}

interface Placed {
  readonly scope: NamedScope;
  readonly path: readonly string[];
  readonly title: string;
}

function ordered({ scope, path }: Placed): ShownSignal[] {
  const rank = ({ signal }: NamedSignal) => (signal.kind === "clock" ? 0 : signal.format.kind === "enum" ? 1 : 2);
  return [...scope.signals]
    .sort((a, b) => rank(a) - rank(b))
    .map((named) => ({ label: named.signal.name, scopes: path, named }));
}

/** Gathers signals whose names share all but their last segment, where the first of them stands. */
function bundled(signals: readonly ShownSignal[]): (WaveGroup | ShownSignal)[] {
  const bundles = new Map<string, ShownSignal[]>();
  for (const signal of signals) {
    const bundle = bundleOf(signal.label);
    if (bundle !== "") bundles.set(bundle, [...(bundles.get(bundle) ?? []), signal]);
  }
  return signals.flatMap((signal): (WaveGroup | ShownSignal)[] => {
    const members = bundles.get(bundleOf(signal.label)) ?? [];
    if (members.length < 2) return [signal];
    return members[0] === signal ? [{ title: bundleOf(signal.label), items: folded(members.map(leaf)) }] : [];
  });
}

/** Long arrays become groups that are closed at first, so that the rest fits the screen. */
function folded(items: readonly (WaveGroup | ShownSignal)[]): (WaveGroup | ShownSignal)[] {
  const arrays = new Map<string, ShownSignal[]>();
  for (const item of items) {
    const array = arrayOf(item);
    if (array !== "" && "named" in item) arrays.set(array, [...(arrays.get(array) ?? []), item]);
  }
  return items.flatMap((item): (WaveGroup | ShownSignal)[] => {
    const members = arrays.get(arrayOf(item)) ?? [];
    if (members.length <= mostOpen) return [item];
    return members[0] === item ? [{ title: `${arrayOf(item)}[${members.length}]`, items: members, closed: true }] : [];
  });
}

/** Elements of an array that are shown one below the other at first. */
const mostOpen = 4;

/** `data` of `data[3]`; "" for what is no element. */
function arrayOf(item: WaveGroup | ShownSignal): string {
  return "named" in item ? (item.label.match(/^(.+)\[\d+\]$/)?.[1] ?? "") : "";
}

function leaf(signal: ShownSignal): ShownSignal {
  return { ...signal, label: signal.label.slice(bundleOf(signal.label).length + 1) };
}

function bundleOf(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot < 1 ? "" : name.slice(0, dot);
}

/** The children, of siblings that differ in their index alone the first and the last. */
function representatives({ scope, path, title }: Placed, depth: number): Placed[] {
  const arrays = new Map<string, NamedScope[]>();
  for (const child of scope.children) {
    const array = child.scope.name.replace(/\[\d+\]/g, "[]");
    arrays.set(array, [...(arrays.get(array) ?? []), child]);
  }
  const chosen = new Set([...arrays.values()].flatMap((members) => [members[0], members.at(-1)]));
  return scope.children
    .filter((child) => chosen.has(child))
    .map((child) => ({
      scope: child,
      path: [...path, child.legal],
      title: depth === 0 ? child.scope.name : `${title}.${child.scope.name}`,
    }));
}
