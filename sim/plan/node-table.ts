import { type Node, type NodeId, operands } from "../../hdl/netlist/index.ts";

/** Finds nodes that compute the same thing from the same operands. */
export class NodeTable {
  /** Open addressing: the id of a node in each slot, −1 in a free one, and its hash. */
  #slots = new Int32Array(1024).fill(-1);
  #hashes = new Int32Array(1024);
  #count = 0;

  /** The node that was added first and equals this one; itself where there is none, and for what is never shared. */
  findOrAdd(id: NodeId, node: Node, nodes: readonly Node[]): NodeId {
    if (!isShared(node)) return id;
    if (2 * this.#count >= this.#slots.length) this.#grow();
    const hash = hashOf(node);
    const last = this.#slots.length - 1;
    for (let slot = hash & last; ; slot = (slot + 1) & last) {
      const other = this.#slots[slot] ?? -1;
      if (other < 0) {
        this.#put(slot, id, hash);
        this.#count++;
        return id;
      }
      const candidate = this.#hashes[slot] === hash ? nodes[other] : undefined;
      if (candidate && areEqual(candidate, node)) return other;
    }
  }

  #put(slot: number, id: NodeId, hash: number): void {
    this.#slots[slot] = id;
    this.#hashes[slot] = hash;
  }

  #grow(): void {
    const [slots, hashes] = [this.#slots, this.#hashes];
    this.#slots = new Int32Array(2 * slots.length).fill(-1);
    this.#hashes = new Int32Array(2 * slots.length);
    const last = this.#slots.length - 1;
    for (const [from, id] of slots.entries()) {
      if (id < 0) continue;
      const hash = hashes[from] ?? 0;
      let slot = hash & last;
      while (this.#slots[slot] !== -1) slot = (slot + 1) & last;
      this.#put(slot, id, hash);
    }
  }
}

/** Inputs and state are only ever themselves. Asynchronous reads depend on the address alone. */
function isShared(node: Node): boolean {
  if (node.kind === "memRead") return node.sync === null;
  return node.kind !== "input" && node.kind !== "reg" && node.kind !== "instOut";
}

function hashOf(node: Node): number {
  const { kind } = node;
  let hash = Math.imul(kind.charCodeAt(0) * 31 + kind.charCodeAt(kind.length - 1), 0x9e3779b1) ^ node.width;
  const mix = (value: number): void => {
    hash = Math.imul(hash ^ value, 0x85ebca6b);
    hash ^= hash >>> 13;
  };
  if (node.kind === "const") mix(Number(BigInt.asUintN(32, node.value)));
  else if (node.kind === "slice") mix(node.low);
  for (const operand of operands(node)) mix(operand);
  return hash | 0;
}

function areEqual(a: Node, b: Node): boolean {
  if (a.kind !== b.kind || a.width !== b.width) return false;
  if (a.kind === "const") return b.kind === "const" && a.value === b.value;
  if (a.kind === "slice" && (b.kind !== "slice" || a.low !== b.low)) return false;
  if (a.kind === "reduce" && (b.kind !== "reduce" || a.op !== b.op)) return false;
  if (a.kind === "memRead" && (b.kind !== "memRead" || a.memory !== b.memory)) return false;
  if (a.kind === "case" && !(b.kind === "case" && a.arms.every(({ match }, i) => b.arms[i]?.match === match)))
    return false;
  const [first, second] = [operands(a), operands(b)];
  return first.length === second.length && first.every((operand, i) => operand === second[i]);
}
