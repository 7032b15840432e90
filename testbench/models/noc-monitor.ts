import type { NocConfig } from "../../hdl/index.ts";
import { nocClasses } from "../../hdl/npu/noc/index.ts";
import type { Engine } from "../../sim/index.ts";
import type { Clocked } from "../bench/clocked.ts";
import { NocDeliveries, type NodeFlits } from "./noc-deliveries.ts";
import { linkSignals } from "./noc-link.ts";
import { type LinkCounts, NocLinks } from "./noc-links.ts";

/** What a monitor saw at a node: at its router's ports, and flits between network interface and router by class. */
export type NodeTraffic = LinkCounts & NodeFlits;

/**
 * Watches a mesh from outside its routers, by its links alone: counts flits and blocked cycles of every link, beside the
 * hardware's own counters, and checks that every packet is delivered once and in order. All that it looks at are
 * registers.
 */
export class NocMonitor implements Clocked {
  private readonly links: NocLinks;
  private readonly deliveries: NocDeliveries;

  /** `path` of the mesh in the design, "" where it is the top. @throws SimulationError for another path */
  constructor(engine: Engine, config: NocConfig, path = "") {
    const below = pathBelow(path);
    this.links = new NocLinks(engine, config, below);
    this.deliveries = new NocDeliveries(engine, config, below);
  }

  /** What is looked at in every cycle: to be given to `simulate` as `observe`, or its wires are all kept up to date. */
  static signals(config: NocConfig, path = ""): readonly string[] {
    return linkSignals(config, pathBelow(path));
  }

  /** At a node, by its place in the order of `nodeIds`, so far. */
  traffic(node: number): NodeTraffic {
    return { ...this.links.counts(node), ...this.deliveries.counts(node) };
  }

  /** What the network did wrong first, in one line; null where it did nothing wrong. */
  get problem(): string | null {
    return this.deliveries.problem ?? this.links.problem;
  }

  /** What is wrong with the network when it should be empty. */
  get leftover(): string | null {
    const { outstanding } = this.deliveries;
    if (outstanding > 0) return `${outstanding} packets have not been delivered`;
    return this.links.underWay > 0 ? `${this.links.underWay} flits are still in routers` : null;
  }

  sample(): void {
    this.links.sample();
    this.deliveries.sample();
  }

  drive(): void {}
}

function pathBelow(path: string): string {
  return path === "" ? "" : `${path}.`;
}

/** Flits of a class, of what `NodeTraffic` has by class. */
export function ofClass(flits: readonly number[], name: (typeof nocClasses)[number]): number {
  return flits[nocClasses.indexOf(name)] ?? 0;
}
