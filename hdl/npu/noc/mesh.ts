import { Bool, Bundle, check, inst, module, Stream, UInt, Vec } from "../../lang/index.ts";
import { element } from "../../lib/element.ts";
import { Flit, NodeId, nocClasses, ReceivedFlit, SentFlit } from "./flit.ts";
import { Link } from "./link.ts";
import { NetworkInterface } from "./network-interface.ts";
import { type NocConfig, nodeIds } from "./noc-config.ts";
import { opposite, type Port, portCount, ports } from "./ports.ts";
import { Router } from "./router.ts";

/** What a router's links do in a cycle, a bit for each in the order of `ports`: see `Router`. */
export const LinkActivity = Bundle({ moved: UInt(portCount), blocked: UInt(portCount) });

/**
 * A network of `width` × `height` nodes: a router and a network interface each, and the links between neighbours.
 *
 *     NI─┐   NI─┐
 *        R ═════ R ══      node n is in column n mod width of row ⌊n / width⌋,
 *     NI─╫   NI─╫          row 0 in the north; its id is `nodeId(column, row)`
 *        R ═════ R ══
 *
 * - `send[n][c]`, `receive[n][c]`: the packets of class c (0 requests, 1 responses) of node n, see `NetworkInterface`.
 *   Whoever takes requests and answers them must not let a request wait for anything but the room for its response.
 * - `unreachable[n][c]`: see `Injector`. `activity[n]`: of the router of node n.
 *
 * Flits from one node to the same destination and mask in the same class stay in order. The first comes out
 * `zeroLoadLatency(hops)` cycles after it was accepted where nothing else is in its way.
 */
export const Mesh = (config: NocConfig) => {
  const { width, height, vcs, vcDepth } = config;
  const ids = nodeIds(config);
  const count = nocClasses.length;
  const RouterOf = Router(config);
  const LinkOf = Link(config);
  const Interface = NetworkInterface(config);

  return module(
    "Mesh",
    {
      params: { width, height, vcs, vcDepth },
      in: { send: Vec(ids.length, Vec(count, Stream(SentFlit(config)))) },
      out: {
        receive: Vec(ids.length, Vec(count, Stream(ReceivedFlit(config)))),
        unreachable: Vec(ids.length, UInt(count)),
        activity: Vec(ids.length, LinkActivity),
      },
    },
    ({ send, receive }) => {
      const noCredit = UInt(vcs).lit(0);
      const idle = {
        valid: Bool.lit(0),
        flit: Flit(config).lit({
          payload: 0,
          destination: 0,
          mask: 0,
          source: 0,
          last: 0,
          class: "Request",
          vc: 0,
        }),
      };
      const routers = ids.map(() => inst(RouterOf));
      const interfaces = ids.map(() => inst(Interface));
      const injections = ids.map(() => inst(LinkOf));
      const leaving = ids.map((_, node) =>
        ports.map((port) => (port === "Local" || neighbour(node, port, config) !== null ? inst(LinkOf) : null)),
      );
      const arriving = (node: number, port: Port) => {
        if (port === "Local") return element(injections, node);
        const other = neighbour(node, port, config);
        return other === null ? null : element(element(leaving, other), ports.indexOf(opposite[port]));
      };

      ids.forEach((id, node) => {
        const router = element(routers, node);
        const tile = element(interfaces, node);
        const injection = element(injections, node);

        router.in = {
          x: UInt(4).lit(id & 15),
          y: UInt(4).lit(id >> 4),
          from: ports.map((port) => arriving(node, port)?.out.deq ?? idle),
          to: element(leaving, node).map((link) => ({ credit: link?.out.enq.credit ?? noCredit })),
        };
        injection.in = {
          enq: tile.out.to,
          credits: tile.out.credits,
          held: element(router.out.held, ports.indexOf("Local")),
          deq: element(router.out.from, ports.indexOf("Local")),
        };
        element(leaving, node).forEach((link, i) => {
          const port = element(ports, i);
          const enq = element(router.out.to, i);
          if (link === null) {
            check(enq.valid.not(), "no flit leaves the mesh");
            return;
          }
          const credits = element(router.out.credits, i);
          const next = neighbour(node, port, config);
          if (next === null) link.in = { enq, credits, held: tile.out.held, deq: tile.out.from };
          else {
            const { from, held } = element(routers, next).out;
            const entry = ports.indexOf(opposite[port]);
            link.in = { enq, credits, held: element(held, entry), deq: element(from, entry) };
          }
          if (port !== "Local") return;
          const { deq } = link.out;
          tile.in = {
            id: NodeId.lit(id),
            send: element(send, node),
            from: deq,
            receive: element(receive, node),
            to: { credit: injection.out.enq.credit },
          };
        });
      });

      return {
        send: interfaces.map(({ out }) => out.send),
        receive: interfaces.map(({ out }) => out.receive),
        unreachable: interfaces.map(({ out }) => out.unreachable),
        activity: routers.map(({ out }) => ({ moved: out.moved, blocked: out.blocked })),
      };
    },
  );
};

/** The node behind a port of a node's router; null at the edge of the mesh, and for the tile's own port. */
function neighbour(node: number, port: Port, { width, height }: NocConfig): number | null {
  const [x, y] = [node % width, Math.floor(node / width)];
  switch (port) {
    case "East":
      return x + 1 < width ? node + 1 : null;
    case "West":
      return x > 0 ? node - 1 : null;
    case "North":
      return y > 0 ? node - width : null;
    case "South":
      return y + 1 < height ? node + width : null;
    case "Local":
      return null;
  }
}
