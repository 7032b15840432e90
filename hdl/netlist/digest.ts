import { createHash } from "node:crypto";
import type { Design, Module, Node } from "./design.ts";

/**
 * A digest of all of a design but its sources: SHA-256, in hexadecimal. Designs with the same digest are the same node
 * by node, names and all, however they were written and whatever lines moved. It tells more apart than `designHash`,
 * which does not depend on the order of nodes: what is stored by node goes by the digest.
 */
export function designDigest({ modules, top }: Design): string {
  const hash = createHash("sha256").update(`systole design 1 ${top}\n`);
  for (const module of modules) hash.update(contentOf(module));
  return hash.digest("hex");
}

/** All of a module but where it was written, as text: modules with the same one are the same. */
export function contentOf(module: Module): string {
  const { name, domains, ports, nodes, instances, memories, checks, names, blackBox } = module;
  return JSON.stringify([
    ...[name, domains, ports, blackBox],
    nodes.map(withoutBigints),
    instances.map(({ source, ...instance }) => instance),
    memories.map(({ source, init, writes, ...memory }) => [
      ...[memory, init?.map(String)],
      writes.map(({ source: _, ...write }) => write),
    ]),
    checks.map(({ source, ...check }) => check),
    names.map((one) => [one.name, one.node, one.kind, one.format]),
  ]);
}

function withoutBigints(node: Node): unknown {
  if (node.kind === "const") return [node.width, String(node.value)];
  if (node.kind === "reg") return { ...node, init: node.init === null ? null : String(node.init) };
  if (node.kind === "case") return { ...node, arms: node.arms.map(({ match, value }) => [String(match), value]) };
  return node;
}
