import { InputError } from "../input-error.ts";
import { encode, type Instruction } from "./instruction.ts";

/**
 * Assembly: an instruction a line, `;` begins a comment.
 *
 *     load.scratchpad dram=0x80000000 local=0x100 rows=16 cols=64 stride=64 push_next
 *     gemm a=0x100 w=0x200 m=16 k=64 n=16 a_stride=16 acc_stride=16 accumulate pop_prev push_next
 *
 * A mnemonic with its variant, then operands `name=value` (decimal, 0x, 0b, or the name of a value) and flags in any
 * order. Operands that are not given are 0. `file` names the text in errors.
 * @throws InputError with file and line for what is no instruction
 */
export function assemble(text: string, file = "program"): Instruction[] {
  const program: Instruction[] = [];
  text.split(/\r\n|\r|\n/).forEach((line, index) => {
    const words = line.replace(/;.*$/s, "").trim().split(/\s+/);
    const [first, ...rest] = words;
    if (first === undefined || first === "") return;
    try {
      const instruction = parse(first, rest);
      encode(instruction);
      program.push(instruction);
    } catch (error) {
      if (error instanceof InputError) throw new InputError(`${file}:${index + 1}: ${error.message}`);
      throw error;
    }
  });
  return program;
}

/** The text of a program, which assembles to the same program. */
export function disassemble(program: readonly Instruction[]): string {
  return program
    .map(({ mnemonic, sub, set = [], operands = {} }) => {
      const values = Object.entries(operands).map(([name, value]) => `${name}=${shown(value)}`);
      return [sub === undefined ? mnemonic : `${mnemonic}.${sub}`, ...values, ...set].join(" ");
    })
    .map((line) => `${line}\n`)
    .join("");
}

const shown = (value: number | bigint | string) =>
  typeof value !== "string" && value >= 256 ? `0x${value.toString(16)}` : `${value}`;

function parse(first: string, rest: readonly string[]): Instruction {
  const [mnemonic = "", ...subs] = first.split(".");
  if (subs.length > 1) throw new InputError(`${first} names more than one variant`);
  const set: string[] = [];
  const operands: Record<string, bigint | string> = {};
  for (const word of rest) {
    const [, name, value] = /^([^=]*)=(.*)$/s.exec(word) ?? [];
    if (name === undefined || value === undefined) {
      if (set.includes(word)) throw new InputError(`${word} is given twice`);
      set.push(word);
      continue;
    }
    if (Object.hasOwn(operands, name)) throw new InputError(`${name} is given twice`);
    operands[name] = /^(\d+|0x[\da-f]+|0b[01]+)$/i.test(value) ? BigInt(value) : value;
  }
  const [sub] = subs;
  return { mnemonic, ...(sub === undefined ? {} : { sub }), set, operands };
}
