import { module, Stream, UInt, Vec } from "../../lang/index.ts";
import { Ejector } from "./ejector.ts";
import { Channel, NodeId, nocClasses, ReceivedFlit, SentFlit, VcLevel } from "./flit.ts";
import { Injector } from "./injector.ts";
import type { NocConfig } from "./noc-config.ts";

/**
 * Between a tile and its router: streams of packets on the tile's side, one of each class in each direction; flits with
 * credits on the router's. See `Injector` and `Ejector`.
 *
 * No output depends on an input of the same cycle but the credits and the streams' `ready` on those of `receive`.
 */
export const NetworkInterface = (config: NocConfig) => {
  const Levels = Vec(config.vcs, VcLevel(config));
  const count = nocClasses.length;

  return module(
    "NetworkInterface",
    {
      in: { id: NodeId, send: Vec(count, Stream(SentFlit(config))), from: Channel(config) },
      out: {
        receive: Vec(count, Stream(ReceivedFlit(config))),
        to: Channel(config),
        unreachable: UInt(count),
        credits: Levels,
        held: Levels,
      },
    },
    ({ id, send, from, receive, to }) => {
      const injector = Injector(config)({ id, send, to });
      const ejector = Ejector(config)({ id, from, receive });
      return {
        send: injector.send,
        to: injector.to,
        unreachable: injector.unreachable,
        credits: injector.credits,
        from: ejector.from,
        receive: ejector.receive,
        held: ejector.held,
      };
    },
  );
};
