import { type Dynamic, UInt } from "../../lang/index.ts";
import { configurationRegisters, registerBits } from "./configuration.ts";

/** The fields of all configuration registers side by side, the first register lowest. */
export const ConfigurationWord = UInt(configurationRegisters.reduce((sum, one) => sum + registerBits(one), 0));

/** A field of a `ConfigurationWord`. Throws a RangeError where no register has one of the name. */
export function configurationField(word: UInt<Dynamic>, name: string): UInt<Dynamic> {
  let low = 0;
  for (const field of configurationRegisters.flatMap(({ fields }) => fields)) {
    if (field.name === name) return word.bits(low, field.width);
    low += field.width;
  }
  throw new RangeError(`no configuration register has a field ${name}`);
}
