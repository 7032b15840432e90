/**
 * The error function, 2 / √π · ∫ exp(−t²) dt from 0 to x, to about 1e-15: its power series near 0, the continued fraction
 * of erfc beyond (M. Abramowitz, I. Stegun, "Handbook of Mathematical Functions", 7.1.6 and 7.1.14).
 */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  if (size < 2.5) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
  }
  let fraction = size;
  for (let n = 60; n >= 1; n--) fraction = size + n / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-size * size) / (Math.sqrt(Math.PI) * fraction));
}

/** x · Φ(x), with Φ the normal distribution (D. Hendrycks, K. Gimpel, 2016). */
export const geluOf = (x: number): number => (x / 2) * (1 + erf(x / Math.SQRT2));
/** 1 / (1 + exp(−x)). */
export const sigmoidOf = (x: number): number => 1 / (1 + Math.exp(-x));
/** x · sigmoid(x), also called swish. */
export const siluOf = (x: number): number => x * sigmoidOf(x);
/** x · relu6(x + 3) / 6 (A. Howard and others, "Searching for MobileNetV3", 2019). */
export const hardSwishOf = (x: number): number => (x * Math.min(6, Math.max(0, x + 3))) / 6;
/** x limited to [−1, 1]. */
export const hardTanhOf = (x: number): number => Math.min(1, Math.max(-1, x));
/** x, or `slope` · x below 0. */
export const leakyReluOf = (x: number, slope: number): number => (x < 0 ? slope * x : x);
/** relu(x)² (D. So and others, "Primer", 2021). */
export const squaredReluOf = (x: number): number => Math.max(0, x) ** 2;
