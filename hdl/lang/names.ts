import type { Source } from "../netlist/index.ts";
import type { Site } from "./site.ts";

/** Something of a module that wants a name. */
export interface Claim {
  /** The name wished for, without coordinates: `count`, `pe`. */
  readonly base: string;
  /** Below the aggregate that was declared: `.bits`, `[2]` or "". */
  readonly leaf: string;
  /** Claims of one place are one array, claims of different places with one base are told apart by a number. */
  readonly site: Site | null;
  readonly take: (name: string, source: Source | null) => void;
}

/**
 * Gives every claim a name of its own. A place passed once gives its plain name, one passed K times the names
 * `x[0]` to `x[K − 1]`; other places that wish for the same name get `x_2`, `x_3` in the order of the claims. So a name
 * depends only on declarations of the same name, not on unrelated lines. `reserved` holds the roots already taken.
 */
export function assignNames(claims: readonly Claim[], reserved: Iterable<string>): void {
  const taken = new Set(reserved);
  const bases = new Map<string, Map<unknown, Claim[]>>();
  for (const claim of claims) {
    const places = getOrInsert(bases, claim.base, () => new Map<unknown, Claim[]>());
    getOrInsert(places, claim.site ?? claim, () => []).push(claim);
  }
  for (const [base, places] of bases)
    for (const group of places.values()) {
      let root = base;
      for (let number = 2; taken.has(root); number++) root = `${base}_${number}`;
      taken.add(root);
      const passes = new Map<string, number>();
      for (const { leaf } of group) passes.set(leaf, (passes.get(leaf) ?? 0) + 1);
      const seen = new Map<string, number>();
      for (const { leaf, site, take } of group) {
        const pass = seen.get(leaf) ?? 0;
        seen.set(leaf, pass + 1);
        const index = (passes.get(leaf) ?? 0) > 1 ? `[${pass}]` : "";
        take(root + index + leaf, site?.source ?? null);
      }
    }
}

/** `enq` of `enq.bits[3]`. */
export function rootOf(name: string): string {
  return name.split(/[.[]/, 1)[0] ?? name;
}

function getOrInsert<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
