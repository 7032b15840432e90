import type { NodeId } from "../netlist/index.ts";
import { type CellKind, type CellTable, combinational } from "./cell-kind.ts";
import type { NodeTable } from "./node-table.ts";

/** A gate of one-bit inputs, in this order. */
function gate(pins: string, build: (table: NodeTable, inputs: readonly NodeId[]) => NodeId): CellKind {
  return combinational((c) => {
    const inputs = [...pins].map((pin) => c.word(pin, 1));
    c.drive("Y", build(c.table, inputs));
  });
}

const two = (build: (table: NodeTable, a: NodeId, b: NodeId) => NodeId): CellKind =>
  gate("AB", (table, [a = 0, b = 0]) => build(table, a, b));

/** Y of a tree of muxes over the data pins, by the select pins S, T, U, V from the lowest bit up. */
function muxTree(data: string, selects: string): CellKind {
  return gate(data + selects, (table, inputs) => {
    let words = inputs.slice(0, data.length);
    for (const select of inputs.slice(data.length))
      words = Array.from({ length: words.length / 2 }, (_, i) =>
        table.mux(select, words[2 * i + 1] ?? 0, words[2 * i] ?? 0),
      );
    return words[0] ?? 0;
  });
}

/** The gates that Yosys maps logic to (`simplemap`, `techmap`, `abc`). */
export const gateCells: CellTable = {
  $_BUF_: gate("A", (_, [a = 0]) => a),
  $_NOT_: gate("A", (table, [a = 0]) => table.not(a)),
  $_AND_: two((table, a, b) => table.binary("and", a, b)),
  $_NAND_: two((table, a, b) => table.not(table.binary("and", a, b))),
  $_OR_: two((table, a, b) => table.binary("or", a, b)),
  $_NOR_: two((table, a, b) => table.not(table.binary("or", a, b))),
  $_XOR_: two((table, a, b) => table.binary("xor", a, b)),
  $_XNOR_: two((table, a, b) => table.not(table.binary("xor", a, b))),
  $_ANDNOT_: two((table, a, b) => table.binary("and", a, table.not(b))),
  $_ORNOT_: two((table, a, b) => table.binary("or", a, table.not(b))),
  $_MUX_: muxTree("AB", "S"),
  $_NMUX_: gate("ABS", (table, [a = 0, b = 0, s = 0]) => table.not(table.mux(s, b, a))),
  $_MUX4_: muxTree("ABCD", "ST"),
  $_MUX8_: muxTree("ABCDEFGH", "STU"),
  $_MUX16_: muxTree("ABCDEFGHIJKLMNOP", "STUV"),
  $_AOI3_: gate("ABC", (table, [a = 0, b = 0, c = 0]) => table.not(table.binary("or", table.binary("and", a, b), c))),
  $_OAI3_: gate("ABC", (table, [a = 0, b = 0, c = 0]) => table.not(table.binary("and", table.binary("or", a, b), c))),
  $_AOI4_: gate("ABCD", (table, [a = 0, b = 0, c = 0, d = 0]) =>
    table.not(table.binary("or", table.binary("and", a, b), table.binary("and", c, d))),
  ),
  $_OAI4_: gate("ABCD", (table, [a = 0, b = 0, c = 0, d = 0]) =>
    table.not(table.binary("and", table.binary("or", a, b), table.binary("or", c, d))),
  ),
};
