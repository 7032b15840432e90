import { roundToEven } from "../round-to-even.ts";

/** How an int8 stands for a real number: `scale` · (q − `zeroPoint`). */
export interface Quantisation {
  readonly scale: number;
  /** −128 to 127. */
  readonly zeroPoint: number;
}

/** The real number that `q` stands for. */
export function realOf(q: number, { scale, zeroPoint }: Quantisation): number {
  return scale * (q - zeroPoint);
}

/** The int8 that stands for the nearest real number. */
export function quantise(real: number, { scale, zeroPoint }: Quantisation): number {
  return Math.min(127, Math.max(-128, roundToEven(real / scale) + zeroPoint));
}

/** `real`, or the end of what int8 can stand for where it lies beyond. */
export function limited(real: number, quantisation: Quantisation): number {
  return Math.min(realOf(127, quantisation), Math.max(realOf(-128, quantisation), real));
}

/**
 * The finest quantisation whose int8 stand for all numbers from `low` to `high`, and for 0 exactly.
 * @throws RangeError unless low ≤ 0 ≤ high and low < high
 */
export function covering(low: number, high: number): Quantisation {
  if (!(low <= 0 && high >= 0 && low < high)) throw new RangeError(`${low} to ${high} is no range around 0`);
  // A zero point is whole: of the two nearest, the one that needs the finer scale.
  const exact = -128 - (255 * low) / (high - low);
  const scaleFor = (zeroPoint: number) =>
    Math.max(low < 0 ? -low / (zeroPoint + 128) : 0, high > 0 ? high / (127 - zeroPoint) : 0);
  const candidates = [Math.floor(exact), Math.ceil(exact)]
    .map((zeroPoint) => ({ zeroPoint, scale: scaleFor(zeroPoint) }))
    .filter(({ zeroPoint, scale }) => zeroPoint >= -128 && zeroPoint <= 127 && Number.isFinite(scale))
    .sort((a, b) => a.scale - b.scale);
  const [finest] = candidates;
  if (!finest) throw new RangeError(`no int8 stand for ${low} to ${high}`);
  return finest;
}
