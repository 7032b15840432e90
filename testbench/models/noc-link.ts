import type { NocConfig } from "../../hdl/index.ts";
import { type NocPort, nocPorts } from "../../hdl/npu/noc/index.ts";
import { nodeIds } from "../../hdl/npu/noc/noc-config.ts";
import { NocRoutes } from "./noc-routes.ts";

/** The far end of a link of a mesh, a register. Nodes by their places in the order of `nodeIds`. */
export interface LinkEnd {
  /** The router that sends and its port; −1 for a network interface. */
  readonly node: number;
  readonly port: number;
  /** The router that the link leads to and its port; −1 for a network interface. */
  readonly next: number;
  readonly entry: number;
  /** Of what arrives, below the mesh. */
  readonly path: string;
}

/** A link between a network interface and its router, by the path of its far end. */
export interface TileLinkEnds {
  readonly entering: string;
  readonly leaving: string;
}

export const localPort = nocPorts.indexOf("Local");

const across: Readonly<Record<NocPort, NocPort>> = {
  ...{ East: "West", West: "East", North: "South", South: "North", Local: "Local" },
};

/** All links of a mesh. */
export function linkEnds(config: NocConfig): readonly LinkEnd[] {
  const routes = new NocRoutes(config);
  return [...nodeIds(config).keys()].flatMap((node) => {
    const { entering, leaving } = tileLinkEnds(node);
    const between = nocPorts.flatMap((name, port): LinkEnd[] => {
      const next = routes.neighbour(node, name);
      const entry = nocPorts.indexOf(across[name]);
      return next === null ? [] : [{ node, port, next, entry, path: `routers[${next}].from[${entry}]` }];
    });
    return [
      { node: -1, port: localPort, next: node, entry: localPort, path: entering },
      { node, port: localPort, next: -1, entry: localPort, path: leaving },
      ...between,
    ];
  });
}

export function tileLinkEnds(node: number): TileLinkEnds {
  return { entering: `routers[${node}].from[${localPort}]`, leaving: `interfaces[${node}].from` };
}

/** What is looked at of every link, and besides of those from and to tiles. */
const everywhere = ["valid", "flit.vc", "flit.source", "flit.destination", "flit.mask"];
const atTiles = ["flit.class", "flit.last", "flit.payload"];

/** The paths of all that a monitor looks at, `below` the mesh. */
export function linkSignals(config: NocConfig, below: string): readonly string[] {
  return linkEnds(config).flatMap(({ node, next, path }) => {
    const fields = node < 0 || next < 0 ? [...everywhere, ...atTiles] : everywhere;
    return fields.map((field) => `${below}${path}.${field}`);
  });
}
