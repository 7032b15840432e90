import type { DomainId, Memory, Node, NodeId } from "./design.ts";

/**
 * A copy of the node with every operand id replaced; indices of ports, memories, instances and domains are kept. It
 * spells out all fields, since copies are made by the hundred thousand and V8 is slow to spread objects.
 */
export function mapOperands(node: Node, to: (id: NodeId) => NodeId): Node {
  switch (node.kind) {
    case "const":
    case "input":
    case "instOut":
      return node;
    case "not":
    case "cross":
      return { kind: node.kind, width: node.width, a: to(node.a) };
    case "slice":
      return { kind: "slice", width: node.width, a: to(node.a), low: node.low };
    case "zext":
    case "sext":
      return { kind: node.kind, width: node.width, a: to(node.a) };
    case "reduce":
      return { kind: "reduce", op: node.op, width: 1, a: to(node.a) };
    case "mux":
      return { kind: "mux", width: node.width, select: to(node.select), a: to(node.a), b: to(node.b) };
    case "case": {
      const arms = node.arms.map(({ match, value }) => ({ match, value: to(value) }));
      const { width, selector, otherwise } = node;
      return { kind: "case", width, selector: to(selector), arms, otherwise: to(otherwise) };
    }
    case "cat":
      return { kind: "cat", width: node.width, parts: node.parts.map(to) };
    case "reg":
      return { kind: "reg", width: node.width, domain: node.domain, next: to(node.next), init: node.init };
    case "memRead": {
      const { width, memory, address, sync } = node;
      const copied = sync && { domain: sync.domain, enable: to(sync.enable) };
      return { kind: "memRead", width, memory, address: to(address), sync: copied };
    }
    case "eq":
    case "ltu":
    case "lts":
      return { kind: node.kind, width: 1, a: to(node.a), b: to(node.b) };
    case "shl":
    case "shru":
    case "shrs":
      return { kind: node.kind, width: node.width, a: to(node.a), b: to(node.b) };
    default:
      return { kind: node.kind, width: node.width, a: to(node.a), b: to(node.b) };
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
