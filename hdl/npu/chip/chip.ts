import { Bool, inst, module, Vec } from "../../lang/index.ts";
import { element } from "../../lib/element.ts";
import { AxiRead, AxiWrite } from "../axi.ts";
import { AxiLite } from "../axi-lite.ts";
import { type ChipConfig, chipNodes, networkConfig } from "../chip-config.ts";
import { Mesh, NodeId } from "../noc/index.ts";
import { channelConfig, transactionIds } from "../npu-config.ts";
import { ComputeTile, MemoryTile } from "../tile/index.ts";
import { HostPort } from "./host-port.ts";

/**
 * The whole chip: `height` rows of `width` compute tiles and a memory tile, on a mesh.
 *
 *            host port ── to every tile
 *     ┌─────────┐   ┌─────────┐   ┌────────┐
 *     │ compute ╞═══╡ compute ╞═══╡ memory │      ═ the network, a router at every tile
 *     └──╥───┬──┘   └──╥───┬──┘   └──╥──┬──┘
 *     ┌──╨───│──┐   ┌──╨───│──┐   ┌──╨──│──┐
 *     │ compute ╞═══╡ compute ╞═══╡ memory │
 *     └──────┬──┘   └──────┬──┘   └─────┬──┘
 *           DRAM          DRAM         DRAM
 *
 * - `host`: accesses of the host, 32 bits each. Bits 31 to 24 of an address are the tile's node, the others the byte in
 *   its window, see `csrs`, `counters` and `memoryWindows`.
 * - `interrupt`: bit i, of tile i in the order of `chipNodes`.
 * - `read[2 · i]`, `read[2 · i + 1]`, `write[i]`: the bus of tile i.
 */
export const Chip = (config: ChipConfig) => {
  const { tile, width, height } = config;
  const noc = networkConfig(config);
  const nodes = chipNodes(config);
  const channel = channelConfig(tile, transactionIds.data);
  const Network = Mesh(noc);
  const Compute = ComputeTile(tile, noc);
  const Memory = MemoryTile(tile, noc);
  const Host = HostPort(nodes.map(({ id }) => id));

  return module(
    "Chip",
    {
      params: { width, height, side: tile.side },
      in: { host: AxiLite },
      out: {
        read: Vec(2 * nodes.length, AxiRead(channel)),
        write: Vec(nodes.length, AxiWrite(channel)),
        interrupt: Vec(nodes.length, Bool),
      },
    },
    ({ host, read, write }) => {
      const network = inst(Network);
      const hostPort = inst(Host);
      const tiles = nodes.map(({ kind }) => (kind === "compute" ? inst(Compute) : inst(Memory)));

      network.in = {
        send: tiles.map(({ out }) => out.send),
        receive: tiles.map(({ out }) => out.receive),
      };
      hostPort.in = {
        host,
        response: tiles.map(({ out }) => out.response),
        csr: tiles.map(({ out }) => out.csr),
      };
      tiles.forEach((one, i) => {
        one.in = {
          id: NodeId.lit(element(nodes, i).id),
          csr: element(hostPort.out.csr, i),
          response: element(hostPort.out.response, i),
          send: element(network.out.send, i),
          receive: element(network.out.receive, i),
          links: element(network.out.activity, i),
          read: read.slice(2 * i, 2 * i + 2),
          write: element(write, i),
        };
      });

      return {
        host: hostPort.out.host,
        read: tiles.flatMap(({ out }) => out.read),
        write: tiles.map(({ out }) => out.write),
        interrupt: tiles.map(({ out }) => out.interrupt),
      };
    },
  );
};
