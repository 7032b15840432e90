import type { NodeId } from "../netlist/index.ts";
import { CellContext } from "./cell-context.ts";

/**
 * `$macc`: a sum of products, laid out in CONFIG (least significant first: four bits n, then for each product its sign,
 * whether it is subtracted, and the widths of its two factors in n bits each); a product without second factor is an
 * addend, and each bit of B (or C of later versions) is one more.
 */
export function macc(c: CellContext): void {
  const { table } = c;
  const width = c.outputWidth("Y");
  const length = c.integer("CONFIG_WIDTH");
  const config = c.vector("CONFIG", length);
  const number = (low: number, count: number): number => {
    let value = 0;
    for (let bit = count - 1; bit >= 0; bit--)
      value = value * 2 + (CellContext.bitOf(config, low + bit) === "1" ? 1 : 0);
    return value;
  };
  const size = Math.max(1, number(0, 4));
  const stride = 2 + 2 * size;
  const factors = c.bits("A");
  let at = 0;
  const take = (count: number, signed: boolean): NodeId | null => {
    if (count === 0) return null;
    if (at + count > factors.length) c.fail("CONFIG takes more bits than input A has");
    const word = c.read("A", factors.subarray(at, at + count));
    at += count;
    return table.resize(word, width, signed);
  };

  let sum: NodeId = table.constant(width, 0);
  for (let low = 4; low + stride <= length; low += stride) {
    const signed = number(low, 1) === 1;
    const subtracted = number(low + 1, 1) === 1;
    const a = take(number(low + 2, size), signed);
    const b = take(number(low + 2 + size, size), signed);
    if (a === null) continue;
    sum = table.binary(subtracted ? "sub" : "add", sum, b === null ? a : table.binary("mul", a, b));
  }
  if (c.has("B"))
    for (const bit of c.bits("B"))
      sum = table.binary("add", sum, table.resize(c.read("B", Int32Array.of(bit)), width, false));
  c.drive("Y", sum);
}
