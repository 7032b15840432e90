import {
  Bool,
  Bundle,
  cat,
  check,
  clog2,
  inst,
  module,
  mux,
  reg,
  type Sig,
  Stream,
  UInt,
  Vec,
  when,
} from "../../lang/index.ts";
import { RoundRobinArbiter } from "../../lib/arbiter.ts";
import { CreditCounter } from "../../lib/credit-counter.ts";
import { element } from "../../lib/element.ts";
import { Fifo } from "../../lib/fifo.ts";
import { oneHotMux } from "../../lib/one-hot.ts";
import { Channel, channelsOf, NocClass, NodeId, nocClasses, SentFlit, VcLevel, VcNumber } from "./flit.ts";
import type { NocConfig } from "./noc-config.ts";

const Destinations = Bundle({ destination: NodeId, mask: NodeId });
type Header = Sig<typeof Destinations> & { readonly last: Bool };

/**
 * The tile's way into the network: takes the packets of both classes and sends their flits as there are credits, round
 * robin between the classes.
 *
 * - `id`: of this node, constant. `send[c]`: the packets of class c, in the order of `nocClasses`.
 * - `to`: the link to the router; a flit goes out in the cycle after it was accepted at the earliest.
 * - `unreachable[c]`, in one cycle: a packet of class c had no destination in the mesh and was dropped.
 * - `credits[v]`: flits that may be sent on virtual channel v after this cycle's, for the check of the link.
 *
 * The virtual channel follows from the class and the destination alone, so that the packets of one source to one
 * destination stay in order within their class; neighbouring destinations have different ones, which spreads the load.
 */
export const Injector = (config: NocConfig) => {
  const { width, height, vcs, vcDepth } = config;
  const Queue = Fifo(SentFlit(config), 2);
  const Credits = CreditCounter(vcDepth);
  const Arbiter = RoundRobinArbiter(nocClasses.length);

  return module(
    "Injector",
    {
      params: { width, height, vcs, vcDepth },
      in: { id: NodeId, send: Vec(nocClasses.length, Stream(SentFlit(config))) },
      out: { to: Channel(config), unreachable: UInt(nocClasses.length), credits: Vec(vcs, VcLevel(config)) },
    },
    ({ id, send, to }) => {
      const credits = Array.from({ length: vcs }, () => inst(Credits));
      const arbiter = inst(Arbiter);

      const classes = send.map((enq, c) => {
        const queue = inst(Queue);
        const { valid, bits } = queue.out.deq;
        const { destination, mask } = bits;
        const nearest = destination.and(mask.not());
        const reachable = nearest.bits(0, 4).extend(5).lt(width).and(nearest.bits(4, 4).extend(5).lt(height));

        const { first, count } = channelsOf(element(nocClasses, c), config);
        const choice = destination.bit(0).xor(destination.bit(4));
        const vc = VcNumber(config)
          .lit(first)
          .add(count === 1 ? 0 : choice.extend(clog2(vcs)));
        const room = credits.slice(first, first + count).map(({ out }) => out.available);
        const available = oneHotMux(count === 1 ? [choice] : [choice.not(), choice], room);

        const granted = element(arbiter.out.grants, c);
        queue.in = { enq, deq: { ready: granted.or(reachable.not()) } };
        checkPacket(bits, valid.and(granted));
        return {
          queue,
          request: valid.and(reachable).and(available),
          dropped: valid.and(reachable.not()).and(bits.last),
          flit: { ...bits, source: id, class: NocClass.lit(element(nocClasses, c)), vc },
        };
      });

      arbiter.in = { requests: classes.map(({ request }) => request), accept: Bool.lit(1) };
      const valid = arbiter.out.valid;
      const flit = oneHotMux(
        arbiter.out.grants,
        classes.map((one) => one.flit),
      );
      const left = credits.map((counter, v) => {
        const take = valid.and(flit.vc.eq(v));
        counter.in = { take, give: to.credit.bit(v) };
        return counter.out.count.sub(take.extend(clog2(vcDepth + 1)));
      });

      return {
        send: classes.map(({ queue }) => ({ ready: queue.out.enq.ready })),
        to: { valid, flit },
        unreachable: cat(...classes.map(({ dropped }) => dropped).reverse()).trunc(nocClasses.length),
        credits: left,
      };
    },
  );

  /** Checks that the tile keeps to the rules of packets; `moves` in the cycles in which a flit goes out. */
  function checkPacket({ destination, mask, last }: Header, moves: Bool): void {
    const inside = reg(Bool, 0);
    const flits = reg(VcLevel(config), 0);
    const name = reg(Destinations);
    when(moves, () => {
      inside.next = last.not();
      name.next = { destination, mask };
      flits.next = mux(last.not(), mux(flits.eq(vcDepth), flits, flits.add(1)), 0);
      const same = name.destination.eq(destination).and(name.mask.eq(mask));
      check(inside.not().or(same), "all flits of a packet name the same destination and mask");
      check(mask.eq(0).or(flits.lt(vcDepth)), `a packet to many nodes has at most ${vcDepth} flits`);
    });
  }
};
