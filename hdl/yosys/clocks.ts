import type { Domain, DomainId } from "../netlist/index.ts";

export type Edge = "rising" | "falling";

/** A clock domain of a module: an input port and its edge, or (port null) the global step of `$ff` cells. */
export interface ClockDomain {
  readonly port: string | null;
  readonly edge: Edge;
  /** Registers in it, those of instances included. */
  readonly registers: number;
}

/** The clock domains of one module in the order in which they are met. */
export class ClockDomains {
  readonly #domains: { port: string | null; edge: Edge; registers: number }[] = [];

  get count(): number {
    return this.#domains.length;
  }

  get all(): readonly ClockDomain[] {
    return this.#domains;
  }

  domain(port: string | null, edge: Edge): DomainId {
    const found = this.#domains.findIndex((domain) => domain.port === port && domain.edge === edge);
    return found >= 0 ? found : this.#domains.push({ port, edge, registers: 0 }) - 1;
  }

  addRegisters(domain: DomainId, count: number): void {
    const found = this.#domains[domain];
    if (found) found.registers += count;
  }
}

/** Name of a domain: the port's for its rising edge, with `_falling` for the other; "clock" for the global step. */
export function domainNames(domains: readonly ClockDomain[], taken: (name: string) => boolean): string[] {
  const names: string[] = [];
  const free = (name: string): boolean => !taken(name) && !names.includes(name);
  for (const { port, edge } of domains) {
    let name = port === null ? "clock" : edge === "rising" ? port : `${port}_falling`;
    if (!free(name))
      for (let n = 2; ; n++)
        if (free(`${name}_${n}`)) {
          name = `${name}_${n}`;
          break;
        }
    names.push(name);
  }
  return names;
}

export function toDomain(name: string, edge: Edge): Domain {
  return { name, edge, reset: "none", polarity: "high" };
}
