import { Bool, cat, inst, module, UInt, Vec } from "../../lang/index.ts";
import { RoundRobinArbiter } from "../../lib/arbiter.ts";
import { oneHotMux } from "../../lib/one-hot.ts";
import type { NocConfig } from "./noc-config.ts";
import { element, portCount } from "./ports.ts";

const Ports = UInt(portCount);
const Arbiter = RoundRobinArbiter(portCount);

/**
 * Decides which flits cross the switch: first each input picks one of its virtual channels, then each output one of the
 * inputs, both round robin. An input goes on to its next virtual channel once the picked one has got some output.
 *
 * - `ready[i][v]`: the outputs by which the front flit of virtual channel v of input i can go.
 * - `picked[i]`: the virtual channel of input i, one-hot. `sent[i]`: the outputs by which its flit goes, several where a
 *   packet forks.
 * - `grants[o]`: the input, one-hot, whose flit leaves by output o; 0 where none does.
 */
export const SwitchAllocator = ({ vcs }: NocConfig) => {
  const Picker = RoundRobinArbiter(vcs);

  return module(
    "SwitchAllocator",
    {
      params: { vcs },
      in: { ready: Vec(portCount, Vec(vcs, Ports)) },
      out: { picked: Vec(portCount, UInt(vcs)), sent: Vec(portCount, Ports), grants: Vec(portCount, Ports) },
    },
    ({ ready }) => {
      const pickers = ready.map((byVc) => {
        const picker = inst(Picker);
        const { grants } = picker.out;
        return { picker, byVc, grants, outputs: oneHotMux(grants, byVc) };
      });
      const winners = Array.from({ length: portCount }, (_, output) => {
        const requests = pickers.map(({ outputs }) => outputs.bit(output));
        return Arbiter({ requests, accept: Bool.lit(1) }).grants;
      });

      const sent = pickers.map(({ picker, byVc }, input) => {
        const outputs = cat(...winners.map((grants) => element(grants, input)).reverse()).trunc(portCount);
        picker.in = { requests: byVc.map((one) => one.any()), accept: outputs.any() };
        return outputs;
      });
      return {
        picked: pickers.map(({ grants }) => cat(...[...grants].reverse()).trunc(vcs)),
        sent,
        grants: winners.map((grants) => cat(...[...grants].reverse()).trunc(portCount)),
      };
    },
  );
};
