import { Bool, cat, check, module, reg, UInt, Vec } from "../../lang/index.ts";
import { RoundRobinArbiter } from "../../lib/arbiter.ts";
import type { NocConfig } from "./noc-config.ts";
import { element, portCount } from "./ports.ts";

const Ports = UInt(portCount);
const Arbiter = RoundRobinArbiter(portCount);

/**
 * Gives the virtual channels of the outputs to packets, each until the packet's tail has left by it; round robin over
 * the inputs.
 *
 * A packet keeps its virtual channel from end to end, so for each one the inputs' packets on the same number compete. That
 * is what keeps packets of a flow in order.
 *
 * - `want[i][v]`: the output, one-hot, of which input i's packet on virtual channel v needs v; `granted[i][v]` is the same
 *   where it gets it, in the same cycle.
 * - `release[o]`: the virtual channels of output o that a tail leaves by in this cycle. Another packet may have them from
 *   the next cycle on, whether or not the flits before it have gone from the buffer at the other end.
 */
export const VcAllocator = ({ vcs }: NocConfig) =>
  module(
    "VcAllocator",
    {
      params: { vcs },
      in: { want: Vec(portCount, Vec(vcs, Ports)), release: Vec(portCount, UInt(vcs)) },
      out: { granted: Vec(portCount, Vec(vcs, Ports)) },
    },
    ({ want, release }) => {
      // By output and virtual channel: which input gets it.
      const grants = release.map((released, output) => {
        const busy = reg(UInt(vcs), 0);
        const byVc = Array.from({ length: vcs }, (_, vc) => {
          const free = busy.bit(vc).not();
          const requests = want.map((input) => element(input, vc).bit(output).and(free));
          return Arbiter({ requests, accept: Bool.lit(1) });
        });
        const taken = cat(...byVc.map(({ valid }) => valid).reverse()).trunc(vcs);
        busy.next = busy.and(released.not()).or(taken);
        check(released.and(busy.not()).eq(0), "only a virtual channel that is held is released");
        return byVc.map((arbiter) => arbiter.grants);
      });

      const granted = want.map((input, i) =>
        input.map((_, vc) =>
          cat(...grants.map((output) => element(element(output, vc), i)).reverse()).trunc(portCount),
        ),
      );
      return { granted };
    },
  );
