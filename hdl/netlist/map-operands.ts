import type { DomainId, Memory, Node, NodeId } from "./design.ts";

/** A copy of the node with every operand id replaced; indices of ports, memories, instances and domains are kept. */
export function mapOperands(node: Node, to: (id: NodeId) => NodeId): Node {
  switch (node.kind) {
    case "const":
    case "input":
    case "instOut":
      return node;
    case "not":
    case "cross":
    case "slice":
    case "zext":
    case "sext":
    case "reduce":
      return { ...node, a: to(node.a) };
    case "mux":
      return { ...node, select: to(node.select), a: to(node.a), b: to(node.b) };
    case "case": {
      const arms = node.arms.map(({ match, value }) => ({ match, value: to(value) }));
      return { ...node, selector: to(node.selector), arms, otherwise: to(node.otherwise) };
    }
    case "cat":
      return { ...node, parts: node.parts.map(to) };
    case "reg":
      return { ...node, next: to(node.next) };
    case "memRead": {
      const sync = node.sync && { ...node.sync, enable: to(node.sync.enable) };
      return { ...node, address: to(node.address), sync };
    }
    default:
      return { ...node, a: to(node.a), b: to(node.b) };
  }
}

/** A copy of the memory with every node id of its write ports replaced, and every clock domain by `domainTo`. */
export function mapWrites(
  memory: Memory,
  to: (id: NodeId) => NodeId,
  domainTo: (domain: DomainId) => DomainId = (domain) => domain,
): Memory {
  const writes = memory.writes.map((write) => ({
    ...write,
    domain: domainTo(write.domain),
    enable: to(write.enable),
    address: to(write.address),
    data: to(write.data),
    mask: write.mask === null ? null : to(write.mask),
  }));
  return { ...memory, writes };
}
