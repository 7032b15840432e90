import type { Module } from "../hdl/netlist/index.ts";
import { SimulationError } from "./engine.ts";
import { unknownName } from "./unknown-name.ts";

/**
 * The index of a clock domain of the top that is to be reset, of the implicit one where none is named.
 * @throws SimulationError for a name that is none, or a domain without a reset
 */
export function resettableDomain({ domains, name }: Pick<Module, "domains" | "name">, domain?: string): number {
  const names = domains.map((candidate) => candidate.name);
  const index = domain === undefined ? 0 : names.indexOf(domain);
  const found = domains[index];
  if (!found) throw unknownName("clock domain", domain ?? "clock", names);
  if (found.reset === "none") throw new SimulationError(`the clock domain ${found.name} of ${name} has no reset`);
  return index;
}
