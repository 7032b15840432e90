import type { Design, Module, Source } from "./design.ts";

/** The most bits that one value may have. */
export const maxWidth = 1 << 20;

/** The module under check, and how to report a fault in it. */
export interface Place {
  readonly design: Design;
  readonly module: Module;
  readonly index: number;
  /** Throws the DesignError. Without a source the module's own is named. */
  readonly fail: (what: string, source?: Source | null) => never;
}

/** Whether `value` is an index into an array of `length` elements. */
export function isIndex(value: number, length: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value < length;
}

/** Whether 0 ≤ value < 2^width; false for a width below 0. */
export function inRange(value: bigint, width: number): boolean {
  return width >= 0 && value >= 0n && value >> BigInt(width) === 0n;
}

export function requireName(place: Place, name: string, what: string, source: Source | null): void {
  if (name === "") place.fail(`a ${what} has no name; name it`, source);
}

export function requireNode(place: Place, node: number, what: string, source: Source | null): void {
  if (!isIndex(node, place.module.nodes.length))
    place.fail(`${what} is node ${node}, but there are ${place.module.nodes.length}; drive it with a node`, source);
}

export function requireWidth(place: Place, node: number, width: number, what: string, source: Source | null): void {
  requireNode(place, node, what, source);
  const actual = place.module.nodes[node]?.width;
  if (actual !== width)
    place.fail(`${what} is ${actual} bits wide and must be ${width}; extend or truncate it`, source);
}

export function requireOneBit(place: Place, node: number, what: string, source: Source | null): void {
  requireNode(place, node, what, source);
  const actual = place.module.nodes[node]?.width;
  if (actual !== 1) place.fail(`${what} is ${actual} bits wide and must be 1; compare or reduce it first`, source);
}

export function requireDomain(place: Place, domain: number, what: string, source: Source | null): void {
  const count = place.module.domains.length;
  if (!isIndex(domain, count)) place.fail(`${what} is in clock domain ${domain}, but the module has ${count}`, source);
}

/** Fails where two things of one kind share a name. */
export function unique(
  place: Place,
  what: string,
  things: readonly { readonly name: string; readonly source?: Source | null }[],
): void {
  const seen = new Set<string>();
  for (const { name, source } of things) {
    if (seen.has(name)) place.fail(`the name ${name} is taken by another ${what}; rename one of them`, source ?? null);
    seen.add(name);
  }
}
