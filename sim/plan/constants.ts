import {
  evaluate,
  isCombinational,
  isState,
  mapOperands,
  type Node,
  type NodeId,
  ones,
  operands,
} from "../../hdl/netlist/index.ts";
import { postorder } from "./postorder.ts";

/** Nodes with constants and plain copies seen through. Ids stay as they were. */
export interface Simplified {
  /** Operands refer to nodes that stand for themselves; a node of constant value is a `const`. */
  readonly nodes: readonly Node[];
  /** For each node the one that has its value. */
  readonly standIn: Int32Array;
  /** All nodes, each after its operands; state after none. */
  readonly order: readonly NodeId[];
}

/**
 * Finds nodes whose value is constant, or always that of another node, from constants and neutral operands alone. State
 * is left alone. The nodes must not go round word by word (`splitFalseLoops`).
 */
export function simplified(nodes: readonly Node[]): Simplified {
  const result = [...nodes];
  const standIn = Int32Array.from(nodes, (_, id) => id);
  const find = (id: NodeId): NodeId => standIn[id] ?? id;
  const nodeAt = (id: NodeId): Node => {
    const node = result[id];
    if (!node) throw new RangeError(`malformed netlist: there is no node ${id}`);
    return node;
  };
  const follow = (id: NodeId): readonly NodeId[] => (isState(nodeAt(id)) ? [] : operands(nodeAt(id)));
  const order = postorder(nodes.length, nodes.keys(), follow);
  for (const id of order) {
    const node = nodeAt(id);
    if (isState(node)) continue;
    const moved = mapOperands(node, find);
    result[id] = moved;
    if (!isCombinational(moved) || moved.kind === "const") continue;
    if (operands(moved).every((operand) => nodeAt(operand).kind === "const")) {
      const value = evaluate(
        moved,
        (operand) => constant(nodeAt(operand)) ?? 0n,
        (operand) => nodeAt(operand).width,
      );
      result[id] = { kind: "const", width: moved.width, value };
      continue;
    }
    const same = copyOf(moved, nodeAt);
    if (typeof same === "number") standIn[id] = same;
    else if (same !== null) result[id] = { kind: "const", width: moved.width, value: same };
  }
  result.forEach((node, id) => {
    if (isState(node)) result[id] = mapOperands(node, find);
  });
  return { nodes: result, standIn, order };
}

function constant(node: Node): bigint | null {
  return node.kind === "const" ? node.value : null;
}

/** The node that this one copies, the constant (a bigint) that it is, or null. */
function copyOf(node: Node, nodeAt: (id: NodeId) => Node): NodeId | bigint | null {
  switch (node.kind) {
    case "cross":
      return node.a;
    case "zext":
    case "sext":
    case "slice":
      return nodeAt(node.a).width === node.width ? node.a : null;
    case "reduce":
      return nodeAt(node.a).width === 1 ? node.a : null;
    case "cat":
      return node.parts.length === 1 ? (node.parts[0] ?? null) : null;
    case "mux": {
      const select = constant(nodeAt(node.select));
      if (select !== null) return select === 1n ? node.a : node.b;
      return node.a === node.b ? node.a : null;
    }
    case "case": {
      const selector = constant(nodeAt(node.selector));
      if (selector !== null) return node.arms.find(({ match }) => match === selector)?.value ?? node.otherwise;
      return node.arms.every((arm) => arm.value === node.otherwise) ? node.otherwise : null;
    }
    case "shl":
    case "shru":
    case "shrs":
      return constant(nodeAt(node.b)) === 0n ? node.a : null;
    case "sub":
      return constant(nodeAt(node.b)) === 0n ? node.a : null;
    case "and":
    case "or":
    case "xor":
    case "add":
    case "mul":
      return (
        neutral(node.kind, constant(nodeAt(node.a)), node.b, node.width) ??
        neutral(node.kind, constant(nodeAt(node.b)), node.a, node.width)
      );
    default:
      return null;
  }
}

/** What is left of a commutative operation on a constant and another node. */
function neutral(
  kind: "and" | "or" | "xor" | "add" | "mul",
  value: bigint | null,
  other: NodeId,
  width: number,
): NodeId | bigint | null {
  if (value === null) return null;
  const all = value === ones(width);
  if (kind === "and") return value === 0n ? 0n : all ? other : null;
  if (kind === "or") return value === 0n ? other : all ? value : null;
  if (kind === "mul") return value === 0n ? 0n : value === 1n ? other : null;
  return value === 0n ? other : null;
}
