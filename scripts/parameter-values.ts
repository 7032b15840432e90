import { InputError } from "../testbench/input-error.ts";

/**
 * The numbers of `--set rows=8,cols=8`, which may be given several times.
 * @throws InputError for text that is no list of names and whole numbers, or a name given twice
 */
export function parameterValues(option: string, texts: readonly string[]): Record<string, number> {
  const values = new Map<string, number>();
  for (const part of texts.flatMap((text) => text.split(","))) {
    const [, name, digits] = part.match(/^\s*([A-Za-z_$][\w$]*)\s*=\s*([+-]?\d{1,15}|0[xX][\da-fA-F]{1,13})\s*$/) ?? [];
    if (name === undefined || digits === undefined)
      throw new InputError(`${option} ${part}: give names and whole numbers, such as ${option} rows=8,cols=8`);
    if (values.has(name)) throw new InputError(`${option}: ${name} is given twice; give it once`);
    values.set(name, Number(digits));
  }
  return Object.fromEntries(values);
}
