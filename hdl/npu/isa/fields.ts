import type { Bool, UInt } from "../../lang/index.ts";
import { type Format, offsets } from "./format.ts";
import { formats } from "./formats.ts";

type Instruction = UInt<128>;

/**
 * An operand of an instruction of that mnemonic, from the bits at which the table has it.
 * @throws RangeError for a name that is not in the table, or has another width there
 */
export function operandOf<W extends number>(
  instruction: Instruction,
  mnemonic: string,
  name: string,
  width: W,
): UInt<W> {
  const format = formatOf(mnemonic);
  const operand = format.operands.find((candidate) => candidate.name === name);
  const low = offsets(format).low.get(name);
  if (!operand || low === undefined) throw new RangeError(`${mnemonic} has no operand ${name}`);
  if (operand.width !== width) throw new RangeError(`${name} of ${mnemonic} has ${operand.width} bits, not ${width}`);
  return instruction.bits(low, width);
}

/**
 * A flag of an instruction of that mnemonic.
 * @throws RangeError for a name that is not in the table
 */
export function flagOf(instruction: Instruction, mnemonic: string, name: string): Bool {
  const index = formatOf(mnemonic).flags.indexOf(name);
  if (index < 0) throw new RangeError(`${mnemonic} has no flag ${name}`);
  return instruction.bit(11 + index);
}

/**
 * Whether an instruction of that mnemonic is of this variant.
 * @throws RangeError for a name that is not in the table
 */
export function variantIs(instruction: Instruction, mnemonic: string, sub: string): Bool {
  const index = formatOf(mnemonic).subs.indexOf(sub);
  if (index < 0) throw new RangeError(`${mnemonic} has no variant ${sub}`);
  return instruction.bits(8, 3).eq(index);
}

/**
 * Whether an instruction has that mnemonic.
 * @throws RangeError for a name that is not in the table
 */
export function mnemonicIs(instruction: Instruction, mnemonic: string): Bool {
  return instruction.bits(0, 4).eq(formatOf(mnemonic).opcode);
}

function formatOf(mnemonic: string): Format {
  const format = formats.find((candidate) => candidate.mnemonic === mnemonic);
  if (!format) throw new RangeError(`there is no instruction ${mnemonic}`);
  return format;
}
