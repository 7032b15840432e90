import { Bool, cat, module, reg, UInt, when } from "../../lang/index.ts";
import { Fifo } from "../../lib/index.ts";
import { ConfigurationWord, configurationRegisters, registerBits } from "../isa/index.ts";
import { Configure } from "./program-sequencer.ts";

/**
 * The configuration registers, and what was in them when each of the instructions that wait in a queue of `depth` went
 * there.
 *
 * - `configure`: a register is written. `clear`: all become 0.
 * - `push`: an instruction goes to the queue. `pop`: the oldest leaves it. `drop`: they leave it as fast as they can.
 * - `configuration`: of the oldest instruction in the queue.
 */
export const ConfigurationQueue = (depth: number) => {
  const Snapshots = Fifo(ConfigurationWord, depth);
  return module(
    "ConfigurationQueue",
    {
      params: { depth },
      in: { configure: Configure, clear: Bool, push: Bool, pop: Bool, drop: Bool },
      out: { configuration: ConfigurationWord },
    },
    ({ configure, clear, push, pop, drop }) => {
      const registers = configurationRegisters.map((one, number) => {
        const width = registerBits(one);
        const register = reg(UInt(width), 0);
        when(clear, () => {
          register.next = 0;
        }).elseWhen(configure.valid.and(configure.register.eq(number)), () => {
          register.next = configure.bits.trunc(width);
        });
        return register;
      });
      const snapshots = Snapshots({
        enq: { valid: push, bits: cat(...[...registers].reverse()) },
        deq: { ready: pop.or(drop) },
      });
      return { configuration: snapshots.deq.bits };
    },
  );
};
