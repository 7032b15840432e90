import { check, module, reg, UInt, Vec } from "../../lang/index.ts";
import { ArbiterBank } from "../../lib/arbiter-bank.ts";
import type { NocConfig } from "./noc-config.ts";
import { portCount } from "./ports.ts";

/**
 * Gives the virtual channels of the outputs to packets, each until the packet's tail has left by it; round robin over
 * the inputs.
 *
 * A packet keeps its virtual channel from end to end, so for each one the inputs' packets on the same number compete. That
 * is what keeps packets of a flow in order.
 *
 * In every word bit 5v + o stands for virtual channel v of output o.
 *
 * - `want[i]`: what the packets at input i need, at most one output for each virtual channel. `granted[i]`: what they
 *   get, in the same cycle.
 * - `release`: those that a tail leaves by in this cycle. Another packet may have them from the next cycle on, whether or
 *   not the flits before it have gone from the buffer at the other end.
 */
export const VcAllocator = ({ vcs }: NocConfig) => {
  const Channels = UInt(vcs * portCount);
  const Arbiters = ArbiterBank(portCount, vcs * portCount);

  return module(
    "VcAllocator",
    {
      params: { vcs },
      in: { want: Vec(portCount, Channels), release: Channels },
      out: { granted: Vec(portCount, Channels) },
    },
    ({ want, release }) => {
      const busy = reg(Channels, 0);
      const free = busy.not();
      const { grants, any } = Arbiters({
        requests: want.map((channels) => channels.and(free)),
        accept: Channels.lit(2n ** BigInt(vcs * portCount) - 1n),
      });

      busy.next = busy.and(release.not()).or(any);
      check(release.and(free).eq(0), "only a virtual channel that is held is released");

      return { granted: grants };
    },
  );
};
