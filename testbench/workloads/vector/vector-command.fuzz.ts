import { activations, configurationRegisters, vectorOperations } from "../../../hdl/npu/isa/index.ts";
import { SimulationError } from "../../../sim/index.ts";
import { decode, encode, type Instruction } from "../../runtime/instruction.ts";

/** The fields that CFG instructions have set so far, by name. */
export type Configuration = ReadonlyMap<string, number>;

/** What a CFG makes of a configuration. */
export function configured(before: Configuration, { operands = {} }: Instruction): Configuration {
  const register = configurationRegisters.find(({ name }) => name === operands.reg);
  if (!register) throw new SimulationError(`there is no configuration register ${operands.reg}`);
  const after = new Map(before);
  let rest = BigInt(operands.value ?? 0);
  for (const { name, width, signed } of register.fields) {
    after.set(name, Number(signed ? BigInt.asIntN(width, rest) : BigInt.asUintN(width, rest)));
    rest >>= BigInt(width);
  }
  return after;
}

/** The command of the vector unit that a VEC instruction means, read back from its bits. */
export function vectorCommand(instruction: Instruction, configuration: Configuration) {
  const { mnemonic, operands = {}, set = [] } = decode(encode(instruction));
  if (mnemonic !== "vec") throw new SimulationError(`${mnemonic} is no instruction of the vector unit`);
  const number = (name: string) => Number(operands[name] ?? 0);
  const flag = (name: string) => Number(set.includes(name));
  const field = (name: string) => configuration.get(name) ?? 0;
  return {
    op: vectorOperations.find((name) => name === operands.op) ?? "copy",
    act: activations.find((name) => name === operands.act) ?? "none",
    src: number("src"),
    src2: number("src2"),
    dst: number("dst"),
    rows: number("rows"),
    cols: number("cols"),
    imm: number("imm"),
    scale: number("scale"),
    srcInt8: flag("src_int8"),
    src2Int8: flag("src2_int8"),
    dstInt8: flag("dst_int8"),
    broadcast: flag("broadcast"),
    zeroPoint: field("zeroPoint"),
    low: field("low"),
    high: field("high"),
    poolWidth: field("poolWidth"),
    poolOutWidth: field("poolOutWidth"),
    poolPixels: field("poolPixels"),
    tag: 0,
  };
}
