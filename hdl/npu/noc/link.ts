import { check, module, pipe, Vec } from "../../lang/index.ts";
import { Channel, VcLevel } from "./flit.ts";
import type { NocConfig } from "./noc-config.ts";

/**
 * The wires between two routers, or a router and its network interface, with one register in each direction.
 *
 * - `enq` → `deq`: the flit a cycle later, and the credits back a cycle later.
 * - `credits`: those that the sender of `enq` has left. `held`: flits in the buffers of the receiver of `deq`. Both are
 *   for the check alone that credits are conserved: in every cycle the credits of a virtual channel, those on their way
 *   back, the flits on their way and the flits in the buffer are as many as the buffer has places.
 */
export const Link = (config: NocConfig) => {
  const { vcs, vcDepth } = config;
  const Levels = Vec(vcs, VcLevel(config));

  return module(
    "Link",
    {
      params: { vcs, vcDepth },
      in: { enq: Channel(config), credits: Levels, held: Levels },
      out: { deq: Channel(config) },
    },
    ({ enq, credits, held, deq }) => {
      const valid = pipe(enq.valid, 0);
      const flit = pipe(enq.flit);
      const credit = pipe(deq.credit, 0);

      credits.forEach((count, vc) => {
        const level = held[vc];
        if (level === undefined) throw new RangeError(`there is no virtual channel ${vc}`);
        const wide = vcDepth.toString(2).length + 2;
        const places = [enq.valid.and(enq.flit.vc.eq(vc)), valid.and(flit.vc.eq(vc)), credit.bit(vc)].reduce(
          (sum, one) => sum.add(one.extend(wide)),
          count.extend(wide).add(level.extend(wide)),
        );
        check(places.eq(vcDepth), `the credits of virtual channel ${vc} are conserved`);
      });

      return { enq: { credit }, deq: { valid, flit } };
    },
  );
};
