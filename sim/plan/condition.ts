import type { Node, NodeId } from "../../hdl/netlist/index.ts";

/** That a node of up to 64 bits has a value. */
export interface Condition {
  readonly node: NodeId;
  readonly match: bigint;
}

/** Conditions that must all hold: their numbers, ascending. */
export type Guard = readonly number[];

export const always: Guard = [];

/** More conditions than these are not told apart: what is under more of them is evaluated under these. */
const most = 16;
/** So deep an `and` of bits is taken apart into one condition for each. */
const deepestAnd = 2;

/** All conditions of a kernel, numbered, and guards made of them. */
export class Conditions {
  readonly all: Condition[] = [];
  readonly #nodes: readonly Node[];
  readonly #bits = new Map<number, number>();
  readonly #matches = new Map<string, number>();
  /** By condition, the node that it compares with a constant: for "is", and for "is not". */
  readonly #is: number[] = [];
  readonly #isNot: number[] = [];
  /** By what a node is compared with, the condition that it is not that. */
  readonly #unequal = new Map<string, number>();
  /** By condition that is an inequality, what the equality is known as. */
  readonly #equalTo: string[] = [];
  /** Whether a guard that was asked for has less than all of its conditions. */
  #untold = false;

  constructor(nodes: readonly Node[]) {
    this.#nodes = nodes;
  }

  /** The guard of what is needed where `node` has the value `match`, of all that is needed under `guard`. */
  extend(guard: Guard, node: NodeId, match: bigint): Guard {
    const parts: number[] = [];
    this.#decompose(node, match, deepestAnd, parts);
    return parts.reduce((extended: Guard, condition) => this.#with(extended, condition), guard);
  }

  /** Like `extend`, but null where the conditions are too many to be told in full. */
  exactly(guard: Guard, node: NodeId, match: bigint): Guard | null {
    this.#untold = (this.#nodes[node]?.width ?? 65) > 64;
    const extended = this.extend(guard, node, match);
    return this.#untold ? null : extended;
  }

  /** The condition that holds where this one does not, −1 where none came up. */
  opposite(condition: number): number {
    const { node, match } = this.all[condition] ?? { node: -1, match: 0n };
    const isNot = this.#isNot[condition] ?? -1;
    if (isNot >= 0) return this.#matches.get(this.#equalTo[condition] ?? "") ?? -1;
    if ((this.#is[condition] ?? -1) >= 0) return this.#unequal.get(`${node} ${match}`) ?? -1;
    return this.#bits.get(2 * node + 1 - Number(match)) ?? -1;
  }

  #with(guard: Guard, condition: number): Guard {
    if (guard.includes(condition)) return guard;
    const is = this.#is[condition] ?? -1;
    const isNot = this.#isNot[condition] ?? -1;
    // What has one value has no other: saying so too would only tell equal guards apart.
    const isSaid = (other: number): boolean => this.#is[other] === isNot && this.opposite(condition) !== other;
    if (isNot >= 0 && guard.some(isSaid)) return guard;
    const kept =
      is < 0 ? guard : guard.filter((other) => this.#isNot[other] !== is || this.opposite(other) === condition);
    if (kept.length >= most) {
      this.#untold = true;
      return guard;
    }
    return [...kept, condition].sort((a, b) => a - b);
  }

  #decompose(id: NodeId, match: bigint, depth: number, parts: number[]): void {
    const node = this.#nodes[id];
    if (!node || node.width > 64) return;
    if (node.kind === "const") {
      if (node.value !== match) this.#untold = true;
      return;
    }
    if (node.kind === "not" && node.width === 1) {
      this.#decompose(node.a, 1n - match, depth, parts);
      return;
    }
    const all = node.kind === "and" ? 1n : node.kind === "or" ? 0n : -1n;
    if ((node.kind === "and" || node.kind === "or") && node.width === 1 && match === all && depth > 0) {
      this.#decompose(node.a, match, depth - 1, parts);
      this.#decompose(node.b, match, depth - 1, parts);
      return;
    }
    let compared: NodeId = -1;
    let equal = "";
    if (node.kind === "eq") {
      for (const [value, constant] of [
        [node.a, this.#nodes[node.b]],
        [node.b, this.#nodes[node.a]],
      ] as const) {
        if (constant?.kind !== "const" || constant.width > 64) continue;
        if (match === 1n) {
          this.#decompose(value, constant.value, depth, parts);
          return;
        }
        if (constant.width === 1) {
          this.#decompose(value, 1n - constant.value, depth, parts);
          return;
        }
        compared = value;
        equal = `${value} ${constant.value}`;
      }
    }
    const condition = this.#number(id, match, node.width, compared);
    if (compared >= 0) {
      this.#equalTo[condition] = equal;
      this.#unequal.set(equal, condition);
    }
    parts.push(condition);
  }

  #number(node: NodeId, match: bigint, width: number, isNot: NodeId): number {
    const known = width === 1 ? this.#bits.get(2 * node + Number(match)) : this.#matches.get(`${node} ${match}`);
    if (known !== undefined) return known;
    const index = this.all.push({ node, match }) - 1;
    this.#is.push(width === 1 ? -1 : node);
    this.#isNot.push(isNot);
    if (width === 1) this.#bits.set(2 * node + Number(match), index);
    else this.#matches.set(`${node} ${match}`, index);
    return index;
  }
}

/** What two guards have in common. */
export function common(a: Guard, b: Guard): Guard {
  if (a === b || a.length === 0) return a;
  if (b.length === 0) return b;
  const both = a.filter((condition) => b.includes(condition));
  return both.length === a.length ? a : both;
}
