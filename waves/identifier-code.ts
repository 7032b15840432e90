const first = 33;
const base = 94;

/**
 * The n-th identifier code of a VCD, n from 0: `!`, `"`, … `~`, `!!`, `"!`, … every string of printable ASCII
 * characters once, shortest first (IEEE 1364-2005, 18.2.1).
 */
export function identifierCode(n: number): string {
  let code = "";
  for (let rest = n; rest >= 0; rest = Math.floor(rest / base) - 1) code += String.fromCharCode(first + (rest % base));
  return code;
}
