import type { BinaryKind, Format } from "../netlist/index.ts";
import type { Site } from "./site.ts";

/**
 * What a signal is while its module is being elaborated: a graph that still has holes where wires and registers get
 * their drivers last. `finish.ts` turns the graph into the netlist's dense nodes.
 */
export interface Expression {
  readonly operation: Operation;
  readonly width: number;
  /** The module under elaboration that it belongs to; null for a constant, which belongs to all. */
  readonly owner: Owner | null;
  /** Its place among the owner's expressions, in order of creation; −1 for a constant. */
  readonly index: number;
  readonly site: Site | null;
  readonly format: Format;
  /** Set by `.named()`. */
  givenName?: string;
  /** Another expression of the same place uses it, so the name found there is that one's. */
  intermediate?: boolean;
}

/** The identity of a module under elaboration, with what errors say of it. */
export interface Owner {
  readonly moduleName: string;
  /** Instance path from the top's name down: `Top.core.fifo`. */
  readonly path: string;
}

export type Operation =
  | { readonly kind: "const"; readonly value: bigint }
  | { readonly kind: "input"; readonly name: string }
  | { readonly kind: "not" | "cross"; readonly a: Expression }
  | { readonly kind: BinaryKind; readonly a: Expression; readonly b: Expression }
  | { readonly kind: "eq" | "ltu" | "lts"; readonly a: Expression; readonly b: Expression }
  | { readonly kind: "shl" | "shru" | "shrs"; readonly a: Expression; readonly b: Expression }
  | { readonly kind: "mux"; readonly select: Expression; readonly a: Expression; readonly b: Expression }
  | {
      readonly kind: "case";
      readonly selector: Expression;
      readonly arms: readonly { readonly match: bigint; readonly value: Expression }[];
      readonly otherwise: Expression;
    }
  | { readonly kind: "cat"; readonly parts: readonly Expression[] }
  | { readonly kind: "slice"; readonly a: Expression; readonly low: number }
  | { readonly kind: "zext" | "sext"; readonly a: Expression }
  | { readonly kind: "reduce"; readonly op: "and" | "or" | "xor"; readonly a: Expression }
  | { readonly kind: "state"; readonly target: Target }
  | { readonly kind: "memRead"; readonly memory: object; readonly read: MemoryReadPort }
  | { readonly kind: "instOut"; readonly instance: object; readonly port: string };

export interface MemoryReadPort {
  readonly address: Expression;
  readonly sync: { readonly domain: number; readonly enable: Expression } | null;
}

/** One leaf that assignments drive: a register (its value holds where nothing is assigned) or a wire. */
export interface Target {
  readonly kind: "reg" | "wire";
  readonly width: number;
  readonly domain: number;
  readonly init: bigint | null;
  readonly site: Site | null;
  /** `.x` or `[2]` below the declared aggregate, "" for a plain signal. */
  readonly leaf: string;
  readonly self: { expression: Expression | null };
  /** What the callee that declared it was: `reg`, `pipe`, `wire`. */
  readonly callee: string;
  driver: Expression | null;
}

/** The guard of what stands outside every `when`. */
export const alwaysOne: Expression = {
  operation: { kind: "const", value: 1n },
  width: 1,
  owner: null,
  index: -1,
  site: null,
  format: { kind: "bool" },
};

/** The declared name and place of an expression as an error shows it: `count (counter.ts:10:9)`. */
export function describe(expression: Expression): string {
  const { operation, site } = expression;
  const place = site?.source;
  const at = place ? ` (${place.file}:${place.line}:${place.column})` : "";
  return `${nameOf(expression) ?? (operation.kind === "const" ? String(operation.value) : "a value")}${at}`;
}

/** The name that the designer gave it, where there is one. */
export function nameOf(expression: Expression): string | null {
  const { operation, site, givenName } = expression;
  if (givenName !== undefined) return givenName;
  if (operation.kind === "input") return operation.name;
  if (operation.kind === "state") {
    const declared = operation.target.site?.name ?? operation.target.site?.enclosing;
    return declared ? declared + operation.target.leaf : null;
  }
  return site?.name ?? null;
}
