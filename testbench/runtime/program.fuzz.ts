import fc from "fast-check";
import { type Format, formats, legalTokens, tokens } from "../../hdl/npu/isa/index.ts";
import type { Instruction } from "./instruction.ts";

/** Any legal instruction, in the form that `decode` gives. */
export const instructions: fc.Arbitrary<Instruction> = fc.constantFrom(...formats).chain(instructionOf);

function instructionOf(format: Format): fc.Arbitrary<Instruction> {
  const { mnemonic, subs, flags, operands, unit } = format;
  const legal = legalTokens(unit);
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
        operands.flatMap(({ name, values: labels }, i) => {
          const value = values[i] ?? 0n;
          return value === 0n || value === labels?.[0] ? [] : [[name, value] as const];
        }),
      ),
    }));
}
