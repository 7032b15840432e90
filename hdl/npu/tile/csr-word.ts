import { type Bool, type Dynamic, UInt } from "../../lang/index.ts";
import { type Csr, type CsrFieldName, type CsrName, csrs } from "./csr-map.ts";

/** A register's 32 bits from what is in its fields; the fields' widths are those of the table. */
export function csrWord<N extends CsrName>(
  name: N,
  values: Readonly<Record<CsrFieldName<N>, UInt<Dynamic>>>,
): UInt<32> {
  const { fields }: Csr = csrs[name];
  const inFields: Readonly<Record<string, UInt<Dynamic>>> = values;
  return fields.reduce((word, field) => {
    const value = inFields[field.name];
    if (!value) throw new RangeError(`the register ${name} has no field ${field.name}`);
    if (value.width !== field.width)
      throw new RangeError(`${field.name} of the register ${name} has ${field.width} bits, not ${value.width}`);
    return word.or(value.extend(32).shl(field.low));
  }, UInt(32).lit(0));
}

/** A field of one bit in a word that is written to a register. */
export function csrBit<N extends CsrName>(name: N, field: CsrFieldName<N>, word: UInt<32>): Bool {
  const { fields }: Csr = csrs[name];
  const found = fields.find((one) => one.name === field);
  if (found?.width !== 1) throw new RangeError(`the register ${name} has no bit ${field}`);
  return word.bit(found.low);
}
