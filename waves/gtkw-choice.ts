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
 * What is worth showing first of a whole trace, about `limit` signals:
 *
 * - a third of it for the top: clocks, then its ports and registers;
 * - a fifth for the states of machines wherever they are, the outer ones first: registers of enumerations, those first
 *   that are called `state`, then other enumerations;
 * - the rest level by level, shared among the scopes of a level: registers, those of enumerations first, then wires.
 *
 * The first and last of an array stand for all of it. Streams and bundles (`enq.valid`, `enq.bits`) are groups of their
 * own, closed where a scope has many signals; where all of it does not fit a screen, so are scopes of scopes.
 */
export function chooseWaves(scopes: readonly NamedScope[], limit: number): WaveGroup[] {
  const levels: Placed[][] = [];
  let level = scopes.map((scope): Placed => ({ scope, path: [scope.legal], title: scope.scope.name }));
  for (let depth = 0; level.length > 0; depth++) {
    levels.push(level);
    level = level.flatMap((placed) => representatives(placed, depth));
  }
  const [tops = [], ...lower] = levels;
  const all = tops.reduce((sum, placed) => sum + placed.scope.signals.length, 0);
  const below = lower.flat();
  const states = below.flatMap(statesOf).sort((a, b) => rank(a) - rank(b));
  const rest = below.reduce((sum, placed) => sum + placed.scope.signals.length, 0);

  // What one part does not need is there for the others.
  const ofTop = Math.min(all, Math.max(Math.floor(limit / 3), limit - states.length - rest));
  const ofStates = Math.min(states.length, Math.max(Math.floor(limit / 5), limit - ofTop - rest));
  let left = limit - ofTop - ofStates;

  const groups: WaveGroup[] = [];
  for (const placed of tops) {
    const shown = ordered(placed).slice(0, Math.ceil(ofTop / tops.length));
    if (shown.length > 0) groups.push({ title: placed.title, items: folded(bundled(shown)) });
  }
  if (ofStates > 0) groups.push({ title: "states", items: states.slice(0, ofStates) });
  const crowded = limit - left + Math.min(left, rest) > mostOpenRows;
  let deeper = rest;
  lower.forEach((level, depth) => {
    deeper -= level.reduce((sum, placed) => sum + placed.scope.signals.length, 0);
    // Half for this level, if the ones below it need the other half.
    let ofLevel = Math.max(left - deeper, Math.ceil(left / 2));
    for (const [i, placed] of level.entries()) {
      const share = Math.max(leastOfScope, Math.ceil(ofLevel / (level.length - i)));
      const shown = ordered(placed).slice(0, Math.min(ofLevel, share));
      ofLevel -= shown.length;
      left -= shown.length;
      const closed = crowded && depth > 0 ? { closed: true } : {};
      if (shown.length > 0) groups.push({ title: placed.title, items: folded(bundled(shown)), ...closed });
    }
  });
  return groups;
}

/** Of fewer signals than these of a scope there is little to be seen. */
const leastOfScope = 6;
/** Rows that fit a screen, about. */
const mostOpenRows = 40;

interface Placed {
  readonly scope: NamedScope;
  readonly path: readonly string[];
  readonly title: string;
}

function ordered({ scope, path }: Placed): ShownSignal[] {
  return scope.signals
    .map((named) => ({ label: named.signal.name, scopes: path, named }))
    .sort((a, b) => rank(a) - rank(b));
}

/** Clocks, registers of enumerations, other enumerations, other registers, wires. */
function rank({ named: { signal } }: ShownSignal): number {
  const isRegister = signal.kind === "reg";
  if (signal.kind === "clock") return 0;
  if (signal.format.kind === "enum") return !isRegister ? 3 : /\bstate$/.test(signal.name) ? 1 : 2;
  return isRegister ? 4 : 5;
}

function statesOf(placed: Placed): ShownSignal[] {
  return ordered(placed)
    .filter(({ named }) => named.signal.format.kind === "enum")
    .map((signal) => ({ ...signal, label: `${placed.title}.${signal.label}` }));
}

/** Gathers the signals of a stream, or whose names share all but their last segment, where the first of them stands. */
function bundled(signals: readonly ShownSignal[]): (WaveGroup | ShownSignal)[] {
  const bundles = new Map<string, ShownSignal[]>();
  for (const signal of signals) {
    const bundle = bundleOf(signal.label);
    if (bundle !== "") bundles.set(bundle, [...(bundles.get(bundle) ?? []), signal]);
  }
  const closed = signals.length > mostOpenSignals ? { closed: true } : {};
  return signals.flatMap((signal): (WaveGroup | ShownSignal)[] => {
    const title = bundleOf(signal.label);
    const members = bundles.get(title) ?? [];
    if (members.length < 2) return [signal];
    return members[0] === signal ? [{ title, items: folded(members.map(leaf)), ...closed }] : [];
  });
}

/** Signals of a scope whose bundles are open at first. */
const mostOpenSignals = 16;

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

/** `host.ar` of `host.ar.bits.addr` and `host.ar.valid`, `pair` of `pair.left`; "" for what is in no bundle. */
function bundleOf(name: string): string {
  const stream = name.match(/^(.+?)\.(?:valid|ready|bits(?:[.[].*)?)$/)?.[1];
  return stream ?? name.slice(0, Math.max(0, name.lastIndexOf(".")));
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
