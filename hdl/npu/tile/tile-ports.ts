import { Bool, Stream, Vec } from "../../lang/index.ts";
import { AxiRead, AxiWrite } from "../axi.ts";
import { LinkActivity, type NocConfig, NodeId, nocClasses, ReceivedFlit, SentFlit } from "../noc/index.ts";
import { channelConfig, type NpuConfig, transactionIds } from "../npu-config.ts";
import { CsrRequest, CsrResponse } from "./csr-bus.ts";

/**
 * The ports of a tile of either kind:
 *
 * - `id`: of the tile's node, constant. `csr` → `response`: accesses of the host, see `ControlRegisters` and `MemoryWindows`;
 *   `interrupt` to it.
 * - `read`, `write`, `send`, `receive`: the bus and the network, see `DataMovers`. `links`: what the node's router does,
 *   for the counters.
 */
export const tilePorts = (config: NpuConfig, noc: NocConfig) => {
  const channel = channelConfig(config, transactionIds.data);
  const classes = nocClasses.length;
  return {
    in: {
      id: NodeId,
      csr: Stream(CsrRequest),
      receive: Vec(classes, Stream(ReceivedFlit(noc))),
      links: LinkActivity,
    },
    out: {
      response: Stream(CsrResponse),
      read: Vec(2, AxiRead(channel)),
      write: AxiWrite(channel),
      send: Vec(classes, Stream(SentFlit(noc))),
      interrupt: Bool,
    },
  };
};
