import { Bool, cat, check, inst, module, reg, Stream, UInt, Vec, when } from "../../lang/index.ts";
import { RoundRobinArbiter } from "../../lib/arbiter.ts";
import { element } from "../../lib/element.ts";
import { Fifo } from "../../lib/fifo.ts";
import { oneHotMux } from "../../lib/one-hot.ts";
import { Channel, channelsOf, NodeId, nocClasses, ReceivedFlit, VcLevel } from "./flit.ts";
import type { NocConfig } from "./noc-config.ts";
import { PacketFraming } from "./packet-framing.ts";

/**
 * The tile's way out of the network: buffers what arrives by virtual channel, and hands it to the tile packet by packet.
 *
 * - `id`: of this node, constant. `from`: the link from the router.
 * - `receive[c]`: the packets of class c, in the order of `nocClasses`, whole, round robin over the class's virtual
 *   channels; a flit is offered in the cycle after it arrived at the earliest. Responses never wait for requests.
 * - `held[v]`: flits in the buffer of virtual channel v, for the check of the link.
 */
export const Ejector = (config: NocConfig) => {
  const { vcs, vcDepth } = config;
  const Queue = Fifo(ReceivedFlit(config), vcDepth);

  return module(
    "Ejector",
    {
      params: { vcs, vcDepth },
      in: { id: NodeId, from: Channel(config) },
      out: { receive: Vec(nocClasses.length, Stream(ReceivedFlit(config))), held: Vec(vcs, VcLevel(config)) },
    },
    ({ id, from, receive }) => {
      const { payload, destination, mask, source, last, vc } = from.flit;
      const queues = Array.from({ length: vcs }, () => inst(Queue));

      const streams = nocClasses.map((kind, c) => {
        const { first, count } = channelsOf(kind, config);
        const own = queues.slice(first, first + count);
        const inside = reg(Bool, 0);
        const current = reg(UInt(count), 0); // the virtual channel of the packet that is being handed over
        const requests = own.map(({ out }, i) => out.deq.valid.and(inside.not().or(current.bit(i))));
        const { ready } = element(receive, c);
        const { grants, valid } = RoundRobinArbiter(count)({ requests, accept: ready });
        const bits = oneHotMux(
          grants,
          own.map(({ out }) => out.deq.bits),
        );

        when(valid.and(ready), () => {
          inside.next = bits.last.not();
          current.next = cat(...[...grants].reverse()).trunc(count);
        });
        return { stream: { valid, bits }, leaves: grants.map((grant) => grant.and(ready)) };
      });

      const leaves = streams.flatMap((stream) => stream.leaves);
      queues.forEach((queue, v) => {
        const valid = from.valid.and(vc.eq(v));
        check(valid.not().or(queue.out.enq.ready), "no flit comes to a full buffer");
        queue.in = { enq: { valid, bits: { payload, source, last } }, deq: { ready: element(leaves, v) } };
      });
      PacketFraming(config)({ valid: from.valid, vc, last, name: { source, destination, mask } });
      check(from.valid.not().or(destination.xor(id).and(mask.not()).eq(0)), "what arrives at a node is meant for it");

      return {
        receive: streams.map(({ stream }) => stream),
        from: { credit: cat(...[...leaves].reverse()).trunc(vcs) },
        held: queues.map(({ out }) => out.level),
      };
    },
  );
};
