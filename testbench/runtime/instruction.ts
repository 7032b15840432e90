import { distance } from "fastest-levenshtein";
import { type Format, formats, legalTokens, type Operand, offsets, tokens } from "../../hdl/npu/isa/index.ts";
import { InputError } from "../input-error.ts";

/** One instruction, by name. What is not said is 0, or not set. */
export interface Instruction {
  readonly mnemonic: string;
  /** The sub-operation, for mnemonics that have some. */
  readonly sub?: string;
  /** Flags and token bits that are set. */
  readonly set?: readonly string[];
  /** Operands by name: a number, or the name of a value. */
  readonly operands?: Readonly<Record<string, number | bigint | string>>;
}

const bit = (position: number) => 1n << BigInt(position);
const mask = (width: number) => bit(width) - 1n;

/**
 * An instruction's 128 bits.
 * @throws InputError for a name that the instruction set does not have and a number that does not fit
 */
export function encode(instruction: Instruction): bigint {
  const { mnemonic, sub, set = [], operands = {} } = instruction;
  const format = named(formats, "instruction", mnemonic, (candidate) => candidate.mnemonic);
  let word = BigInt(format.opcode);

  if (sub !== undefined && format.subs.length === 0) throw new InputError(`${mnemonic} has no variants, so not ${sub}`);
  if (sub === undefined && format.subs.length > 0)
    throw new InputError(`${mnemonic} needs a variant: ${format.subs.map((name) => `${mnemonic}.${name}`).join(", ")}`);
  if (sub !== undefined) word |= BigInt(indexOf(format.subs, `variant of ${mnemonic}`, sub)) << 8n;

  const legal = legalTokens(format.unit);
  const settable = [...tokens.filter((_, i) => legal[i]), ...format.flags];
  for (const name of set) {
    const found = named(settable, `flag of ${mnemonic}`, name, (candidate) => candidate);
    const flag = format.flags.indexOf(found);
    word |= flag >= 0 ? bit(11 + flag) : bit(4 + tokens.indexOf(found));
  }

  const { low } = offsets(format);
  for (const [name, given] of Object.entries(operands)) {
    const operand = named(format.operands, `operand of ${mnemonic}`, name, (candidate) => candidate.name);
    word |= operandValue(format, operand, given) << BigInt(low.get(name) ?? 0);
  }
  const beyond = beyondShare(format, word);
  if (beyond) {
    const { name, most, where, value } = beyond;
    throw new InputError(`${name} of ${mnemonic} is a whole number from 0 to ${most} where ${where}, not ${value}`);
  }
  return word;
}

/**
 * What 128 bits mean; operands that are 0 are left out, names stand for values that have some.
 * @throws InputError that says what is illegal about them
 */
export function decode(word: bigint): Instruction {
  const illegal = (what: string) => new InputError(`0x${word.toString(16).padStart(32, "0")} is illegal: ${what}`);
  const format = formats.find(({ opcode }) => BigInt(opcode) === (word & 15n));
  if (!format || word >> 128n !== 0n) throw illegal(`there is no opcode ${word & 15n}`);

  const code = Number((word >> 8n) & 7n);
  const sub = format.subs[code];
  if (sub === undefined && (format.subs.length > 0 || code !== 0))
    throw illegal(`${format.mnemonic} has no variant ${code}`);

  const legal = legalTokens(format.unit);
  const set: string[] = [];
  for (const [i, token] of tokens.entries()) {
    if ((word & bit(4 + i)) === 0n) continue;
    if (!legal[i]) throw illegal(`${format.mnemonic} has no neighbour for ${token}`);
    set.push(token);
  }
  for (let i = 0; i < 5; i++) {
    if ((word & bit(11 + i)) === 0n) continue;
    const flag = format.flags[i];
    if (flag === undefined) throw illegal(`bit ${11 + i} is reserved in ${format.mnemonic}`);
    set.push(flag);
  }

  const { low, reserved } = offsets(format);
  const wrong = (word & reserved).toString(2);
  if (wrong !== "0") throw illegal(`bit ${wrong.length - 1} is reserved in ${format.mnemonic}`);
  const operands: Record<string, bigint | string> = {};
  for (const { name, width, values } of format.operands) {
    const value = (word >> BigInt(low.get(name) ?? 0)) & mask(width);
    const label = values?.[Number(value)];
    if (values && label === undefined) throw illegal(`${name} of ${format.mnemonic} has no value ${value}`);
    if (value !== 0n) operands[name] = label ?? value;
  }
  const beyond = beyondShare(format, word);
  if (beyond) throw illegal(`${beyond.name} of ${format.mnemonic} goes beyond ${beyond.most} where ${beyond.where}`);
  return { mnemonic: format.mnemonic, ...(sub === undefined ? {} : { sub }), set, operands };
}

/** A program as the bytes that lie in DRAM: 16 a instruction, little-endian. */
export function toBytes(program: readonly Instruction[]): Uint8Array {
  const bytes = new Uint8Array(16 * program.length);
  const view = new DataView(bytes.buffer);
  program.forEach((instruction, i) => {
    const word = encode(instruction);
    view.setBigUint64(16 * i, word & mask(64), true);
    view.setBigUint64(16 * i + 8, word >> 64n, true);
  });
  return bytes;
}

/**
 * The program in such bytes.
 * @throws InputError for a length that is no multiple of 16 and for an illegal instruction, which it numbers
 */
export function fromBytes(bytes: Uint8Array): Instruction[] {
  if (bytes.length % 16 !== 0)
    throw new InputError(`a program of ${bytes.length} bytes is cut short: an instruction has 16`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 16 }, (_, i) => {
    try {
      return decode((view.getBigUint64(16 * i + 8, true) << 64n) | view.getBigUint64(16 * i, true));
    } catch (error) {
      if (error instanceof InputError) throw new InputError(`instruction ${i}: ${error.message}`);
      throw error;
    }
  });
}

/** An operand of an instruction that is greater than the value of another one lets it be; null where none is. */
function beyondShare(format: Format, word: bigint) {
  const { low } = offsets(format);
  const bitsOf = ({ name, width }: Operand) => (word >> BigInt(low.get(name) ?? 0)) & mask(width);
  for (const operand of format.operands) {
    const { name, share } = operand;
    const other = format.operands.find((one) => one.name === share?.of);
    if (!share || !other) continue;
    const chosen = Number(bitsOf(other));
    const [value, most] = [bitsOf(operand), mask(share.bits[chosen] ?? operand.width)];
    if (value > most) return { name, value, most, where: `${other.name} is ${other.values?.[chosen] ?? chosen}` };
  }
  return null;
}

function operandValue({ mnemonic }: Format, { name, width, values }: Operand, given: number | bigint | string): bigint {
  if (values) {
    const index = typeof given === "string" ? indexOf(values, `${name} of ${mnemonic}`, given) : Number(given);
    if (values[index] === undefined) throw new InputError(`${name} of ${mnemonic} has no value ${given}`);
    return BigInt(index);
  }
  const whole = typeof given === "bigint" || Number.isSafeInteger(given);
  if (typeof given === "string" || !whole || BigInt(given) < 0n || BigInt(given) > mask(width))
    throw new InputError(`${name} of ${mnemonic} is a whole number from 0 to ${mask(width)}, not ${given}`);
  return BigInt(given);
}

function indexOf(names: readonly string[], what: string, name: string): number {
  return names.indexOf(named(names, what, name, (candidate) => candidate));
}

/** The one that is called so; an error that suggests the nearest where there is none. */
function named<T>(all: readonly T[], what: string, name: string, nameOf: (one: T) => string): T {
  const found = all.find((one) => nameOf(one) === name);
  if (found !== undefined) return found;
  const nearest = all.map(nameOf).toSorted((a, b) => distance(a, name) - distance(b, name))[0];
  throw new InputError(`there is no ${what} ${name}${nearest === undefined ? "" : `; did you mean ${nearest}?`}`);
}
