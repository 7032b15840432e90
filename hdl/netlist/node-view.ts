import type { Node, NodeId } from "./design.ts";

/** How the rules look at a module: through everything that was simplified before. */
export interface View {
  node(id: NodeId): Node;
  /** Whether two operands are the same node by now. */
  same(a: NodeId, b: NodeId): boolean;
  /** A node with this constant. */
  constant(width: number, value: bigint): NodeId;
  /** A new node. */
  add(node: Node): NodeId;
}

/** A node of the same value that is there already, a simpler node to take its place, or null: as simple as it gets. */
export type Simpler = { readonly same: NodeId } | { readonly node: Node } | null;

/** The value of a node that is a constant, else null. */
export function constantOf(view: View, id: NodeId): bigint | null {
  const node = view.node(id);
  return node.kind === "const" ? node.value : null;
}
