import { InputError } from "./input-error.ts";

/**
 * A whole number given as text.
 * @throws InputError unless it is one from `least` to `most`
 */
export function integerOption(name: string, text: string, least: number, most: number): number {
  const value = /^[+-]?\d{1,15}$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most))
    throw new InputError(`${name} ${text}: give a whole number from ${least} to ${most}`);
  return value;
}

/**
 * A number given as text, such as `0.25`.
 * @throws InputError unless it is one from `least` to `most`
 */
export function numberOption(name: string, text: string, least: number, most: number): number {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most))
    throw new InputError(`${name} ${text}: give a number from ${least} to ${most}`);
  return value;
}

/**
 * The size of an array given as `rows x cols`, such as `16x16`, or one number for a square.
 * @throws InputError for anything else and for sides not from 1 to `most`
 */
export function arrayOption(name: string, text: string, most: number): { rows: number; cols: number } {
  const [, rowText = "", colText = rowText] = text.trim().match(/^(-?\d+)(?:[x×](-?\d+))?$/i) ?? [];
  if (rowText === "") throw new InputError(`${name} ${text}: give rows and columns, such as 16x16`);
  return {
    rows: integerOption(`${name} (rows)`, rowText, 1, most),
    cols: integerOption(`${name} (columns)`, colText, 1, most),
  };
}
