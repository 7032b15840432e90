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

/** So many values of a selector are told apart from the others together. */
const mostValues = 8;

/** That a selector has one of these values. */
interface OneOf {
  readonly selector: NodeId;
  readonly values: readonly bigint[];
}

/** All conditions of a kernel, numbered, and guards made of them. */
export class Conditions {
  readonly all: Condition[] = [];
  readonly #nodes: readonly Node[];
  readonly #bits = new Map<number, number>();
  readonly #matches = new Map<string, number>();
  /** By condition, the node that it compares with a constant: for "is", and for "is not". */
  readonly #is: number[] = [];
  readonly #isNot: number[] = [];
  /** By condition that says of a selector that it has one of some values: which. */
  readonly #oneOf: (OneOf | undefined)[] = [];
  /** By what a node is compared with, the condition that it is not that. */
  readonly #unequal = new Map<string, number>();
  /** By condition that is an inequality, what the equality is known as. */
  readonly #equalTo: string[] = [];
  /** Whether a guard that was asked for has less than all of its conditions. */
  #incomplete = false;

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
    this.#incomplete = (this.#nodes[node]?.width ?? 65) > 64;
    const extended = this.extend(guard, node, match);
    return this.#incomplete ? null : extended;
  }

  /** The condition that holds where this one does not, −1 where none came up. */
  opposite(condition: number): number {
    const { node, match } = this.all[condition] ?? { node: -1, match: 0n };
    const isNot = this.#isNot[condition] ?? -1;
    if (isNot >= 0) return this.#matches.get(this.#equalTo[condition] ?? "") ?? -1;
    if ((this.#is[condition] ?? -1) >= 0) return this.#unequal.get(`${node} ${match}`) ?? -1;
    return this.#bits.get(2 * node + 1 - Number(match)) ?? -1;
  }

  /** What two guards have in common. `guardOf` is that of a node, which a condition may be told by only under it. */
  common(a: Guard, b: Guard, guardOf: (node: NodeId) => Guard): Guard {
    if (a === b || a.length === 0) return a;
    if (b.length === 0) return b;
    const both = a.filter((condition) => b.includes(condition));
    if (both.length === a.length) return a;
    const follows = (condition: number, other: Guard): boolean =>
      this.#follows(condition, other) &&
      guardOf(this.all[condition]?.node ?? -1).every((around) => both.includes(around));
    const more = [...a.filter((condition) => follows(condition, b)), ...b.filter((condition) => follows(condition, a))];
    const all = [...new Set([...both, ...more])].sort((x, y) => x - y);
    return more.length === 0 || all.length > most ? both : all;
  }

  /** Whether a selector has one of some values since, by the guard, it has one of fewer. */
  #follows(condition: number, guard: Guard): boolean {
    const own = this.#oneOf[condition];
    if (!own) return false;
    return guard.some((other) => {
      const known = this.#oneOf[other];
      return known?.selector === own.selector && known.values.every((value) => own.values.includes(value));
    });
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
      this.#incomplete = true;
      return guard;
    }
    return [...kept, condition].sort((a, b) => a - b);
  }

  #decompose(id: NodeId, match: bigint, depth: number, parts: number[]): void {
    const node = this.#nodes[id];
    if (!node || node.width > 64) return;
    if (node.kind === "const") {
      if (node.value !== match) this.#incomplete = true;
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
    if (width > 1) this.#oneOf[index] = { selector: node, values: [match] };
    else if (match === 1n) this.#oneOf[index] = this.#valuesOf(node);
    if (width === 1) this.#bits.set(2 * node + Number(match), index);
    else this.#matches.set(`${node} ${match}`, index);
    return index;
  }

  /** The values of one selector at which an `or` of comparisons is 1. */
  #valuesOf(id: NodeId): OneOf | undefined {
    const values: bigint[] = [];
    let selector: NodeId = -1;
    const open = [id];
    for (let node = this.#nodes[open.pop() ?? -1]; node; node = this.#nodes[open.pop() ?? -1]) {
      if (node.kind === "or" && open.length < mostValues) {
        open.push(node.a, node.b);
        continue;
      }
      if (node.kind !== "eq") return undefined;
      const [a, b] = [this.#nodes[node.a], this.#nodes[node.b]];
      const [compared, constant] = a?.kind === "const" ? [node.b, a] : [node.a, b];
      if (constant?.kind !== "const" || (selector >= 0 && selector !== compared)) return undefined;
      selector = compared;
      values.push(constant.value);
      if (values.length > mostValues) return undefined;
    }
    return { selector, values };
  }
}
