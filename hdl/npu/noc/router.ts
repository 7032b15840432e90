import { type Bool, cat, inst, module, mux, pipe, reg, UInt, Vec, when } from "../../lang/index.ts";
import { CreditCounter } from "../../lib/credit-counter.ts";
import { oneHotMux } from "../../lib/one-hot.ts";
import { Channel, Flit, VcLevel } from "./flit.ts";
import { InputUnit } from "./input-unit.ts";
import type { NocConfig } from "./noc-config.ts";
import { element, portCount, ports, turns } from "./ports.ts";
import { SwitchAllocator } from "./switch-allocator.ts";
import { VcAllocator } from "./vc-allocator.ts";

const Ports = UInt(portCount);

/**
 * A router of the mesh: five inputs and outputs in the order of `ports`, wormhole switching with virtual channels and
 * credits, XY routes, multicast.
 *
 *     from ─► route, write ─► VC allocation ─► switch allocation ─► traversal ─► to
 *              InputUnit       VcAllocator       SwitchAllocator      crossbar
 *
 * - `x`, `y`: column and row of the router, constant.
 * - `from`, `to`: its links. A head that arrives in cycle t goes out in cycle t + 3 at the earliest, a flit behind it in
 *   cycle t + 2; with the register of the `Link` a hop takes 4 cycles.
 * - `credits[o][v]`: flits that may still be sent by output o on virtual channel v. `held[i][v]`: flits in the buffers of
 *   input i. For the check of the links.
 * - `moved`: the outputs by which a flit goes. `blocked`: those for which a flit is there that does not go.
 *
 * No output depends on an input of the same cycle.
 */
export const Router = (config: NocConfig) => {
  const { vcs, vcDepth } = config;
  const Input = InputUnit(config);
  const Credits = CreditCounter(vcDepth);
  const Switch = SwitchAllocator(config);
  const Allocator = VcAllocator(config);
  const Levels = Vec(portCount, Vec(vcs, VcLevel(config)));

  return module(
    "Router",
    {
      params: { vcs, vcDepth },
      in: { x: UInt(4), y: UInt(4), from: Vec(portCount, Channel(config)) },
      out: { to: Vec(portCount, Channel(config)), credits: Levels, held: Levels, moved: Ports, blocked: Ports },
    },
    ({ x, y, from, to }) => {
      const inputs = from.map(() => inst(Input));
      const credits = to.map(() => Array.from({ length: vcs }, () => inst(Credits)));

      const { picked, sent, grants } = Switch({ ready: inputs.map(({ out }) => out.ready) });
      const winners = grants.map((grant) => ({ grant: grant.asBools(), any: grant.any() }));
      const lasts = inputs.map(({ out }) => out.front.last);
      const taken = winners.map(({ grant, any }) => mux(any, oneHotMux(grant, picked), 0));
      const release = winners.map(({ grant }, output) => mux(oneHotMux(grant, lasts), element(taken, output), 0));
      const { granted } = Allocator({ want: inputs.map(({ out }) => out.want), release });

      credits.forEach((byVc, output) => {
        const { credit } = element(to, output);
        byVc.forEach((counter, vc) => {
          counter.in = { take: element(taken, output).bit(vc), give: credit.bit(vc) };
        });
      });
      const byOutput = (of: (counter: (typeof credits)[number][number]) => Bool) =>
        Array.from({ length: vcs }, (_, vc) =>
          cat(...credits.map((byVc) => of(element(byVc, vc))).reverse()).trunc(portCount),
        );
      const room = byOutput(({ out }) => out.available);
      const empty = byOutput(({ out }) => out.full);
      inputs.forEach((input, i) => {
        const { valid, flit } = element(from, i);
        input.in = {
          valid,
          flit,
          x,
          y,
          turns: Ports.lit(turns(element(ports, i))),
          granted: element(granted, i),
          room,
          empty,
          picked: element(picked, i),
          sent: element(sent, i),
        };
      });

      // Between switch allocation and traversal: the flit of each input, and the input of each output.
      const crossing = inputs.map(({ out }, i) => {
        const flit = reg(Flit(config));
        when(element(sent, i).any(), () => {
          flit.next = out.front;
        });
        return flit;
      });
      const leaving = grants.map((grant) => {
        const selected = pipe(grant, 0);
        return { valid: selected.any(), flit: oneHotMux(selected.asBools(), crossing) };
      });

      const moved = cat(...winners.map(({ any }) => any).reverse()).trunc(portCount);
      const waiting = inputs.flatMap(({ out }) => out.waits).reduce((all, outputs) => all.or(outputs));
      return {
        from: inputs.map(({ out }) => ({ credit: out.credit })),
        to: leaving,
        credits: credits.map((byVc) => byVc.map(({ out }) => out.count)),
        held: inputs.map(({ out }) => out.held),
        moved,
        blocked: waiting.and(moved.not()),
      };
    },
  );
};
