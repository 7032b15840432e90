import { clog2, module, Stream, UInt, unpack } from "../../lang/index.ts";
import {
  activations,
  ConfigurationWord,
  configurationField,
  doneTag,
  flagOf,
  instructionBits,
  operandOf,
  vectorOperations,
} from "../isa/index.ts";
import { Activation, VectorCommand, VectorOperation } from "./command.ts";

/** Makes the command of a VEC instruction and of the configuration that holds for it, in the same cycle. */
export const VectorIssue = module(
  "VectorIssue",
  {
    in: { instruction: Stream(UInt(instructionBits)), configuration: ConfigurationWord },
    out: { command: Stream(VectorCommand) },
  },
  ({ instruction, configuration, command }) => {
    const word = instruction.bits;
    const row = (name: string) => operandOf(word, "vec", name, 16);
    const size = (name: string) => operandOf(word, "vec", name, 12);
    const flag = (name: string) => flagOf(word, "vec", name);
    const field = (name: string) => configurationField(configuration, name);
    // What has no name is illegal and does not come here, so the bits of a name are enough.
    const label = (name: string, width: number, names: readonly string[]) =>
      operandOf(word, "vec", name, width).trunc(clog2(names.length));
    return {
      instruction: { ready: command.ready },
      command: {
        valid: instruction.valid,
        bits: {
          op: unpack(VectorOperation, label("op", 5, vectorOperations)),
          act: unpack(Activation, label("act", 3, activations)),
          ...{ src: row("src"), src2: row("src2"), dst: row("dst") },
          ...{ rows: size("rows"), cols: size("cols"), imm: row("imm"), scale: operandOf(word, "vec", "scale", 8) },
          ...{ srcInt8: flag("src_int8"), src2Int8: flag("src2_int8"), dstInt8: flag("dst_int8") },
          broadcast: flag("broadcast"),
          zeroPoint: field("zeroPoint").asSInt(),
          low: field("low").asSInt(),
          high: field("high").asSInt(),
          ...{ poolWidth: field("poolWidth"), poolOutWidth: field("poolOutWidth"), poolPixels: field("poolPixels") },
          tag: doneTag(word, "vec"),
        },
      },
    };
  },
);
