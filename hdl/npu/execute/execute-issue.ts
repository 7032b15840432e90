import { module, Stream, UInt } from "../../lang/index.ts";
import { doneTag, flagOf, instructionBits, operandOf } from "../isa/index.ts";
import { GemmCommand } from "./gemm.ts";

/**
 * Makes the command of a GEMM instruction, in the same cycle. `macs` is what it takes of multiplications: m · k · n.
 */
export const ExecuteIssue = module(
  "ExecuteIssue",
  {
    in: { instruction: Stream(UInt(instructionBits)) },
    out: { command: Stream(GemmCommand), macs: UInt(36) },
  },
  ({ instruction, command }) => {
    const word = instruction.bits;
    const row = (name: string) => operandOf(word, "gemm", name, 16);
    const size = (name: string) => operandOf(word, "gemm", name, 12);
    const flag = (name: string) => flagOf(word, "gemm", name);
    const [m, k, n] = [size("m"), size("k"), size("n")];
    return {
      instruction: { ready: command.ready },
      command: {
        valid: instruction.valid,
        bits: {
          ...{ a: row("a"), w: row("w"), acc: row("acc"), m, k, n },
          ...{ aStride: size("a_stride"), accStride: size("acc_stride") },
          ...{ os: flag("os"), preload: flag("preload"), accumulate: flag("accumulate"), zeroA: flag("zero_a") },
          tag: doneTag(word, "gemm"),
        },
      },
      macs: m.mul(k).mul(n),
    };
  },
);
