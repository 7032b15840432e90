import { formats } from "../../../hdl/npu/isa/index.ts";
import { disassemble } from "../assembler.ts";
import { encode, type Instruction } from "../instruction.ts";

/** An instruction with a value for every operand and flag. */
export interface Operands {
  readonly mnemonic: string;
  readonly sub: string;
  readonly unit: (typeof formats)[number]["unit"];
  /** Whether a flag or a token bit is set. */
  has(flag: string): boolean;
  /** The number of an operand. */
  number(name: string): number;
  /** All bits of an operand that is wider than a number can be. */
  bits(name: string): bigint;
  /** The name of an operand's value. */
  name(name: string): string;
  readonly text: string;
}

/**
 * The operands of an instruction, those that are not given 0.
 * @throws InputError for an instruction that the instruction set does not have
 */
export function operandsOf(instruction: Instruction): Operands {
  encode(instruction);
  const { mnemonic, sub = "", set = [], operands = {} } = instruction;
  const format = formats.find((one) => one.mnemonic === mnemonic);
  if (!format) throw new RangeError(`there is no instruction ${mnemonic}`);
  const values = new Map<string, bigint>();
  for (const { name, values: names } of format.operands) {
    const given = operands[name] ?? 0;
    values.set(name, typeof given === "string" ? BigInt(names?.indexOf(given) ?? 0) : BigInt(given));
  }
  const bits = (name: string): bigint => {
    const value = values.get(name);
    if (value === undefined) throw new RangeError(`${mnemonic} has no operand ${name}`);
    return value;
  };
  return {
    mnemonic,
    sub,
    unit: format.unit,
    has: (flag) => set.includes(flag),
    number: (name) => Number(bits(name)),
    bits,
    name: (name) => format.operands.find((one) => one.name === name)?.values?.[Number(bits(name))] ?? "",
    text: disassemble([instruction]).trim(),
  };
}
