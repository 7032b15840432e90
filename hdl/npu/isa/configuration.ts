/** A field of a configuration register. */
export interface ConfigurationField {
  readonly name: string;
  readonly width: number;
  /** Two's complement, rather than unsigned. */
  readonly signed: boolean;
  readonly about: string;
}

/** A register of at most 64 bits that CFG sets. Bits of CFG beyond its fields are reserved. */
export interface ConfigurationRegister {
  readonly name: string;
  readonly about: string;
  /** From bit 0 upwards. */
  readonly fields: readonly ConfigurationField[];
}

const field = (name: string, width: number, signed: boolean, about: string): ConfigurationField => ({
  ...{ name, width, signed, about },
});

/**
 * The configuration registers, by number from 0. All are 0 when a program begins. An instruction sees what the CFGs
 * before it in the program have set, whatever waits in the queues.
 */
export const configurationRegisters: readonly ConfigurationRegister[] = [
  {
    name: "quantisation",
    about: "what int8 results of vector instructions are limited by",
    fields: [
      field("zeroPoint", 8, true, "the int8 that stands for 0"),
      field("low", 8, true, "least result, with activation clip"),
      field("high", 8, true, "greatest result, with activations relu6 and clip"),
    ],
  },
  {
    name: "pooling",
    about: "the image that windows of poolmax and poolavg move over",
    fields: [
      field("poolWidth", 12, false, "pixels in a row of the image"),
      field("poolOutWidth", 12, false, "windows side by side"),
      field("poolPixels", 16, false, "pixels of the image"),
    ],
  },
];

/** Bits of a configuration register that its fields take. */
export function registerBits({ fields }: ConfigurationRegister): number {
  return fields.reduce((sum, { width }) => sum + width, 0);
}

/**
 * The value of a configuration register that holds these fields; 0 for those that are not given.
 * @throws RangeError for a name that the register does not have and a number that does not fit
 */
export function configurationValue(register: string, values: Readonly<Record<string, number>>): bigint {
  const found = configurationRegisters.find(({ name }) => name === register);
  if (!found) throw new RangeError(`there is no configuration register ${register}`);
  const unknown = Object.keys(values).find((name) => !found.fields.some((one) => one.name === name));
  if (unknown !== undefined) throw new RangeError(`the configuration register ${register} has no field ${unknown}`);
  let word = 0n;
  let low = 0;
  for (const { name, width, signed } of found.fields) {
    const value = values[name] ?? 0;
    const [least, most] = signed ? [-(2 ** (width - 1)), 2 ** (width - 1) - 1] : [0, 2 ** width - 1];
    if (!Number.isSafeInteger(value) || value < least || value > most)
      throw new RangeError(`${name} is a whole number from ${least} to ${most}, not ${value}`);
    word |= BigInt.asUintN(width, BigInt(value)) << BigInt(low);
    low += width;
  }
  return word;
}
