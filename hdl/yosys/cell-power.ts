import type { NodeId } from "../netlist/index.ts";
import type { CellContext } from "./cell-context.ts";

/** Exponents that vary are worked out by one squaring a bit. */
const widestExponent = 64;

/**
 * `$pow`: A ** B at the width of Y by repeated squaring. A negative exponent gives 1 for a base of 1, ±1 for a base of
 * −1 and else 0 (of a base of 0 Verilog's x).
 */
export function power(c: CellContext): void {
  const { table } = c;
  const width = c.outputWidth("Y");
  const baseSigned = c.flag("A_SIGNED", false);
  const base = c.sized("A", width, baseSigned);
  const exponent = c.word("B");
  const negative = c.flag("B_SIGNED", false) ? table.bit(exponent, table.width(exponent) - 1) : table.constant(1, 0);
  const known = table.constantOf(exponent);
  const bits = known === null ? table.width(exponent) : known.toString(2).length;
  if (bits > widestExponent)
    c.fail(`its exponent has ${bits} bits, more than ${widestExponent}; write the power as multiplications`);

  const one = table.constant(width, 1);
  let result: NodeId = one;
  let square = base;
  for (let bit = 0; bit < bits; bit++) {
    const taken = table.bit(exponent, bit);
    const factor = table.constantOf(taken);
    if (factor !== 0n) result = table.mux(taken, result === one ? square : table.binary("mul", result, square), result);
    if (bit + 1 < bits) square = table.binary("mul", square, square);
  }
  if (table.constantOf(negative) !== 0n) {
    // The base itself, not what is left of it at the width of Y, is compared with 1 and −1.
    const whole = c.word("A");
    const ofOne = table.compare("eq", whole, table.constant(table.width(whole), 1));
    const signedOne = baseSigned && table.width(whole) > 1;
    const ofMinusOne = baseSigned ? table.reduce("and", whole) : table.constant(1, 0);
    const odd = table.mux(table.bit(exponent, 0), table.constant(width, -1n), one);
    const inverse = table.mux(
      ofMinusOne,
      odd,
      table.mux(signedOne || !baseSigned ? ofOne : table.constant(1, 0), one, table.constant(width, 0)),
    );
    result = table.mux(negative, inverse, result);
  }
  c.drive("Y", result);
}
