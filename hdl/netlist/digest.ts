import { createHash } from "node:crypto";
import { serialize } from "node:v8";
import type { Design, Module } from "./design.ts";

/**
 * A digest of all of a design but its sources: SHA-256, in hexadecimal. Designs with the same digest are the same node
 * by node, names and all, however they were written and whatever lines moved. It tells more apart than `designHash`,
 * which does not depend on the order of nodes: what is stored by node goes by the digest.
 */
export function designDigest({ modules, top }: Design): string {
  const hash = createHash("sha256").update(`systole design 1 ${top}\n`);
  // Module by module, so that no more than one is in memory twice.
  for (const module of modules) hash.update(serialize(withoutSources(module)));
  return hash.digest("hex");
}

/** All fields of a module that are no source. */
function withoutSources({ name, domains, ports, nodes, blackBox, ...rest }: Module): readonly unknown[] {
  return [
    ...[name, domains, ports, nodes, blackBox],
    rest.instances.map(({ source, ...instance }) => instance),
    rest.memories.map(({ source, writes, ...memory }) => [memory, writes.map(({ source: _, ...write }) => write)]),
    rest.checks.map(({ source, ...check }) => check),
    rest.names.map(({ source, ...name }) => name),
  ];
}
