import type { BinaryKind, NodeId } from "../netlist/index.ts";
import type { CellContext } from "./cell-context.ts";
import { type CellKind, type CellTable, combinational } from "./cell-kind.ts";
import { macc } from "./cell-macc.ts";
import { power } from "./cell-power.ts";

/** Whether both operands are signed: Verilog then extends them, and divides and compares, by sign. */
export function bothSigned(c: CellContext): boolean {
  return c.flag("A_SIGNED", false) && c.flag("B_SIGNED", false);
}

/** Both operands, cut or extended to a width. */
export function operands(c: CellContext, width: number): [NodeId, NodeId] {
  const signed = bothSigned(c);
  return [c.sized("A", width, signed), c.sized("B", width, signed)];
}

/** Operators whose low bits depend on the operands' low bits alone: worked out at the width of Y. */
function modular(kind: BinaryKind, inverted = false): CellKind {
  return combinational((c) => {
    const [a, b] = operands(c, c.outputWidth("Y"));
    const node = c.table.binary(kind, a, b);
    c.drive("Y", inverted ? c.table.not(node) : node);
  });
}

function unary(build: (c: CellContext, a: NodeId) => NodeId): CellKind {
  return combinational((c) => c.drive("Y", build(c, c.sized("A", c.outputWidth("Y"), c.flag("A_SIGNED", false)))));
}

function widest(c: CellContext): number {
  return Math.max(c.bits("A").length, c.bits("B").length, c.outputWidth("Y"));
}

/** Division by zero, x in Verilog, gives 0. */
function unlessZero(c: CellContext, divisor: NodeId, result: NodeId): NodeId {
  const { table } = c;
  const known = table.constantOf(divisor);
  const zero = table.constant(table.width(result), 0);
  if (known !== null) return known === 0n ? zero : result;
  return table.mux(table.reduce("or", divisor), result, zero);
}

/** Truncating division: the quotient is rounded towards zero. */
function division(signed: BinaryKind, unsigned: BinaryKind): CellKind {
  return combinational((c) => {
    const [a, b] = operands(c, widest(c));
    const result = c.table.binary(bothSigned(c) ? signed : unsigned, a, b);
    c.drive("Y", c.table.resize(unlessZero(c, b, result), c.outputWidth("Y"), false));
  });
}

/** Division with the quotient rounded down: it differs where there is a remainder and the signs do. */
function flooring(result: "quotient" | "remainder"): CellKind {
  return combinational((c) => {
    const { table } = c;
    const width = widest(c);
    const [a, b] = operands(c, width);
    const signed = bothSigned(c);
    const remainder = table.binary(signed ? "rems" : "remu", a, b);
    let value = result === "quotient" ? table.binary(signed ? "divs" : "divu", a, b) : remainder;
    if (signed) {
      const signs = table.binary("xor", table.bit(a, width - 1), table.bit(b, width - 1));
      const differs = table.and1(signs, table.reduce("or", remainder));
      const corrected =
        result === "quotient"
          ? table.binary("sub", value, table.constant(width, 1))
          : table.binary("add", remainder, b);
      value = table.mux(differs, corrected, value);
    }
    c.drive("Y", table.resize(unlessZero(c, b, value), c.outputWidth("Y"), false));
  });
}

/** The carries out of a + b + c, bit by bit, from the operands and their sum. */
function carries(c: CellContext, a: NodeId, b: NodeId, sum: NodeId): NodeId {
  const { table } = c;
  const either = table.binary("and", table.binary("or", a, b), table.not(sum));
  return table.binary("or", table.binary("and", a, b), either);
}

function sumOf(c: CellContext, a: NodeId, b: NodeId, carry: NodeId): NodeId {
  const { table } = c;
  return table.binary("add", table.binary("add", a, b), table.resize(carry, table.width(a), false));
}

export const arithmeticCells: CellTable = {
  $not: unary((c, a) => c.table.not(a)),
  $pos: unary((_, a) => a),
  $buf: unary((_, a) => a),
  $neg: unary((c, a) => c.table.binary("sub", c.table.constant(c.table.width(a), 0), a)),
  $and: modular("and"),
  $or: modular("or"),
  $xor: modular("xor"),
  $xnor: modular("xor", true),
  $add: modular("add"),
  $sub: modular("sub"),
  $mul: modular("mul"),
  $div: division("divs", "divu"),
  $mod: division("rems", "remu"),
  $divfloor: flooring("quotient"),
  $modfloor: flooring("remainder"),
  $pow: combinational(power),
  $macc: combinational(macc),
  $alu: {
    outputs: ["X", "Y", "CO"],
    build: (c) => {
      const { table } = c;
      const width = Math.max(c.outputWidth("Y"), c.outputWidth("X"), c.outputWidth("CO"));
      const [a, plain] = operands(c, width);
      const b = table.binary("xor", plain, table.repeat(c.word("BI", 1), width));
      const sum = sumOf(c, a, b, c.word("CI", 1));
      c.drive("X", table.binary("xor", a, b));
      c.drive("Y", sum);
      c.drive("CO", carries(c, a, b, sum));
    },
  },
  $lcu: {
    outputs: ["CO"],
    build: (c) => {
      const { table } = c;
      const width = c.integer("WIDTH");
      const generate = c.word("G", width);
      // Carries of (P | G) + G: a position generates where both are 1 and passes on where one is.
      const a = table.binary("or", c.word("P", width), generate);
      c.drive("CO", carries(c, a, generate, sumOf(c, a, generate, c.word("CI", 1))));
    },
  },
  $fa: {
    outputs: ["X", "Y"],
    build: (c) => {
      const { table } = c;
      const width = c.integer("WIDTH");
      const [a, b, carry] = [c.word("A", width), c.word("B", width), c.word("C", width)];
      const half = table.binary("xor", a, b);
      c.drive("Y", table.binary("xor", half, carry));
      c.drive("X", table.binary("or", table.binary("and", a, b), table.binary("and", half, carry)));
    },
  },
};
