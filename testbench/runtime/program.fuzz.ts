import fc from "fast-check";
import { type Format, formats, legalTokens, type Share, tokens } from "../../hdl/npu/isa/index.ts";
import type { Instruction } from "./instruction.ts";

/** Any legal instruction, in the form that `decode` gives. */
export const instructions: fc.Arbitrary<Instruction> = fc.constantFrom(...formats).chain(instructionOf);

function instructionOf(format: Format): fc.Arbitrary<Instruction> {
  const { mnemonic, subs, flags, operands, unit } = format;
  const legal = legalTokens(unit);
  /** Bits that an operand has next to the values of the others. */
  const bitsOf = ({ of, bits }: Share, given: readonly (string | bigint)[]): number => {
    const place = operands.findIndex(({ name }) => name === of);
    const value = given[place];
    return bits[typeof value === "string" ? (operands[place]?.values?.indexOf(value) ?? 0) : Number(value)] ?? 0;
  };
  const operandValues = operands.map(({ width, values }) =>
    values ? fc.constantFrom(...values) : fc.bigInt({ min: 0n, max: (1n << BigInt(width)) - 1n }),
  );
  return fc
    .record({
      sub: subs.length === 0 ? fc.constant(undefined) : fc.constantFrom(...subs),
      set: fc.subarray([...tokens.filter((_, i) => legal[i]), ...flags]),
      values: fc.tuple(...operandValues),
    })
    .map(({ sub, set, values }) => ({
      mnemonic,
      ...(sub === undefined ? {} : { sub }),
      set,
      operands: Object.fromEntries(
        operands.flatMap(({ name, values: labels, share }, i) => {
          const given = values[i] ?? 0n;
          const value = share && typeof given === "bigint" ? BigInt.asUintN(bitsOf(share, values), given) : given;
          return value === 0n || value === labels?.[0] ? [] : [[name, value] as const];
        }),
      ),
    }));
}
