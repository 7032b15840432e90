import {
  type Bool,
  cat,
  type Dynamic,
  inst,
  module,
  mux,
  pipe,
  reg,
  UInt,
  unpack,
  Vec,
  when,
} from "../../lang/index.ts";
import { CreditCounter } from "../../lib/credit-counter.ts";
import { element } from "../../lib/element.ts";
import { oneHotMux } from "../../lib/one-hot.ts";
import { anyOf } from "../../lib/priority.ts";
import { Channel, Flit, PackedFlit, VcLevel } from "./flit.ts";
import { InputUnit } from "./input-unit.ts";
import type { NocConfig } from "./noc-config.ts";
import { portCount, ports, turns } from "./ports.ts";
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
  const vcNumbers = Array.from({ length: vcs }, (_, vc) => vc);
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
      const credits = to.map(() => vcNumbers.map(() => inst(Credits)));

      const { picked, sent } = Switch({ ready: inputs.map(({ out }) => out.ready) });
      // Of each virtual channel, the outputs by which a flit goes; and those by which a tail does.
      const taken = vcNumbers.map((vc) =>
        anyWord(sent.map((outputs, i) => mux(element(picked, i).bit(vc), outputs, 0))),
      );
      const tails = anyWord(sent.map((outputs, i) => mux(element(inputs, i).out.last, outputs, 0)));
      const { granted } = Allocator({
        want: inputs.map(({ out }) => joined(out.want)),
        release: joined(taken.map((outputs) => outputs.and(tails))),
      });

      credits.forEach((byVc, output) => {
        const { credit } = element(to, output);
        byVc.forEach((counter, vc) => {
          counter.in = { take: element(taken, vc).bit(output), give: credit.bit(vc) };
        });
      });
      const byOutput = (of: (counter: (typeof credits)[number][number]) => Bool) =>
        vcNumbers.map((vc) => joined(credits.map((byVc) => of(element(byVc, vc)))));
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
          granted: vcNumbers.map((vc) => element(granted, i).bits(portCount * vc, portCount)),
          room,
          empty,
          picked: element(picked, i),
          sent: element(sent, i),
        };
      });

      // Between switch allocation and traversal: the flit of each input, and where it goes.
      const crossing = inputs.map(({ out }, i) => {
        const outputs = element(sent, i);
        const flit = reg(PackedFlit(config));
        when(outputs.any(), () => {
          flit.next = out.front;
        });
        return { flit, outputs: pipe(outputs, 0) };
      });
      const leaving = to.map((_, output) => {
        const chosen = crossing.map(({ outputs }) => outputs.bit(output));
        const flit = oneHotMux(
          chosen,
          crossing.map((input) => input.flit),
        );
        return { valid: anyOf(chosen), flit: unpack(Flit(config), flit) };
      });

      const moved = anyWord(sent);
      const waiting = anyWord(inputs.flatMap(({ out }) => out.waits));
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

function anyWord<W extends number>(words: readonly UInt<W>[]): UInt<W> {
  return words.reduce((any, word) => any.or(word));
}

/** The parts side by side, the first lowest. */
function joined(parts: readonly UInt<Dynamic>[]): UInt<Dynamic> {
  return cat(...[...parts].reverse());
}
