import type { NodeId } from "../netlist/index.ts";
import type { CellContext } from "./cell-context.ts";
import { type CellKind, type CellTable, combinational } from "./cell-kind.ts";

/** A left shift: what is beyond Y is lost, so the width of Y is enough. */
const left: CellKind = combinational((c) => {
  const a = c.sized("A", c.outputWidth("Y"), c.flag("A_SIGNED", false));
  c.drive("Y", c.table.shift("shl", a, c.word("B")));
});

/** A right shift at the wider of A and Y, to which A is extended by its sign before the shift. */
function right(arithmetic: boolean): CellKind {
  return combinational((c) => {
    const signed = c.flag("A_SIGNED", false);
    const a = c.sized("A", Math.max(c.bits("A").length, c.outputWidth("Y")), signed);
    const shifted = c.table.shift(arithmetic && signed ? "shrs" : "shru", a, c.word("B"));
    c.drive("Y", c.table.resize(shifted, c.outputWidth("Y"), false));
  });
}

/** A shift right by B, or left by −B where B is signed and negative. */
function either(extend: (c: CellContext) => boolean): CellKind {
  return combinational((c) => {
    const { table } = c;
    const a = c.sized("A", Math.max(c.bits("A").length, c.outputWidth("Y")), extend(c));
    const amount = c.word("B");
    let shifted: NodeId = table.shift("shru", a, amount);
    if (c.flag("B_SIGNED", false)) {
      const size = table.width(amount);
      // As an unsigned number, −B is right for the most negative B as well.
      const back = table.binary("sub", table.constant(size, 0), amount);
      shifted = table.mux(table.bit(amount, size - 1), table.shift("shl", a, back), shifted);
    }
    c.drive("Y", table.resize(shifted, c.outputWidth("Y"), false));
  });
}

export const shiftCells: CellTable = {
  $shl: left,
  $sshl: left,
  $shr: right(false),
  $sshr: right(true),
  $shift: either((c) => c.flag("A_SIGNED", false)),
  // Bits selected from beyond A are x in Verilog and 0 here.
  $shiftx: either(() => false),
};
