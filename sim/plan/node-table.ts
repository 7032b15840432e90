import { type Node, type NodeId, operands } from "../../hdl/netlist/index.ts";

/** Finds nodes that compute the same thing from the same operands. */
export class NodeTable {
  readonly #byHash = new Map<number, NodeId[]>();

  /** The node that was added first and equals this one; itself where there is none, and for what is never shared. */
  findOrAdd(id: NodeId, node: Node, nodes: readonly Node[]): NodeId {
    if (!isShared(node)) return id;
    const hash = hashOf(node);
    const known = this.#byHash.get(hash);
    if (!known) {
      this.#byHash.set(hash, [id]);
      return id;
    }
    for (const other of known) {
      const candidate = nodes[other];
      if (candidate && areEqual(candidate, node)) return other;
    }
    known.push(id);
    return id;
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
  return hash;
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
