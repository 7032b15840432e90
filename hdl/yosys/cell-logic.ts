import type { NodeId } from "../netlist/index.ts";
import { bothSigned, operands } from "./cell-arithmetic.ts";
import type { CellContext } from "./cell-context.ts";
import { type CellKind, type CellTable, combinational } from "./cell-kind.ts";

/** Drives Y with one bit, extended by zeros. */
function driveBit(c: CellContext, bit: NodeId): void {
  c.drive("Y", c.table.resize(bit, c.outputWidth("Y"), false));
}

function reduction(op: "and" | "or" | "xor", inverted = false): CellKind {
  return combinational((c) => {
    const empty = c.bits("A").length === 0;
    const bit = empty ? c.table.constant(1, op === "and" ? 1 : 0) : c.table.reduce(op, c.word("A"));
    driveBit(c, inverted ? c.table.not(bit) : bit);
  });
}

const truth = (c: CellContext, port: string): NodeId => c.table.reduce("or", c.word(port));

function comparison(build: (c: CellContext, a: NodeId, b: NodeId) => NodeId): CellKind {
  return combinational((c) => {
    const [a, b] = operands(c, Math.max(1, c.bits("A").length, c.bits("B").length));
    driveBit(c, build(c, a, b));
  });
}

const less = (c: CellContext, a: NodeId, b: NodeId): NodeId => c.table.compare(bothSigned(c) ? "lts" : "ltu", a, b);
const equal = comparison((c, a, b) => c.table.compare("eq", a, b));
const unequal = comparison((c, a, b) => c.table.not(c.table.compare("eq", a, b)));

/** Reductions, truth values and comparisons: cells with one bit to say. */
export const logicCells: CellTable = {
  $reduce_and: reduction("and"),
  $reduce_or: reduction("or"),
  $reduce_bool: reduction("or"),
  $reduce_xor: reduction("xor"),
  $reduce_xnor: reduction("xor", true),
  $logic_not: combinational((c) => driveBit(c, c.table.not(truth(c, "A")))),
  $logic_and: combinational((c) => driveBit(c, c.table.binary("and", truth(c, "A"), truth(c, "B")))),
  $logic_or: combinational((c) => driveBit(c, c.table.binary("or", truth(c, "A"), truth(c, "B")))),
  $eq: equal,
  $ne: unequal,
  $eqx: equal,
  $nex: unequal,
  $lt: comparison(less),
  $ge: comparison((c, a, b) => c.table.not(less(c, a, b))),
  $gt: comparison((c, a, b) => less(c, b, a)),
  $le: comparison((c, a, b) => c.table.not(less(c, b, a))),
};
