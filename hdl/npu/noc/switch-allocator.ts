import { cat, inst, module, mux, UInt, Vec } from "../../lang/index.ts";
import { RoundRobinArbiter } from "../../lib/arbiter.ts";
import { ArbiterBank } from "../../lib/arbiter-bank.ts";
import { element } from "../../lib/element.ts";
import { oneHotMux } from "../../lib/one-hot.ts";
import type { NocConfig } from "./noc-config.ts";
import { portCount } from "./ports.ts";

const Ports = UInt(portCount);
const Outputs = ArbiterBank(portCount, portCount);

/**
 * Decides which flits cross the switch: first each input picks one of its virtual channels, then each output one of the
 * inputs, both round robin. An input goes on to its next virtual channel once the picked one has got some output.
 *
 * - `ready[i][v]`: the outputs by which the front flit of virtual channel v of input i can go.
 * - `picked[i]`: the virtual channel of input i, one-hot. `sent[i]`: the outputs by which its flit goes, several where a
 *   packet forks; never the same for two inputs.
 */
export const SwitchAllocator = ({ vcs }: NocConfig) => {
  const Picker = RoundRobinArbiter(vcs);

  return module(
    "SwitchAllocator",
    {
      params: { vcs },
      in: { ready: Vec(portCount, Vec(vcs, Ports)) },
      out: { picked: Vec(portCount, UInt(vcs)), sent: Vec(portCount, Ports) },
    },
    ({ ready }) => {
      const pickers = ready.map((byVc) => {
        const picker = inst(Picker);
        const { grants, valid } = picker.out;
        return { picker, byVc, grants, outputs: mux(valid, oneHotMux(grants, byVc), 0) };
      });
      const { grants: sent } = Outputs({
        requests: pickers.map(({ outputs }) => outputs),
        accept: Ports.lit(2 ** portCount - 1),
      });
      pickers.forEach(({ picker, byVc }, input) => {
        picker.in = { requests: byVc.map((outputs) => outputs.any()), accept: element(sent, input).any() };
      });
      return { picked: pickers.map(({ grants }) => cat(...[...grants].reverse()).trunc(vcs)), sent };
    },
  );
};
