import type { NodeId } from "../netlist/index.ts";
import { CellContext } from "./cell-context.ts";
import { type CellTable, combinational } from "./cell-kind.ts";
import { parallelMux } from "./cell-pmux.ts";

/** A table or list of more words than this cannot be selected from. */
const widestSelect = 20;

function selectWidth(c: CellContext, name: string): number {
  const width = c.integer(name);
  if (width > widestSelect) c.fail(`${name} is ${width}; at most ${widestSelect} bits can select`);
  return width;
}

/** Word `select` of a list, as a case, or a mux of two. */
function choose(c: CellContext, select: NodeId | null, words: readonly NodeId[]): NodeId {
  const [first, second] = words;
  if (first === undefined) c.fail("there is nothing to select from");
  if (select === null || second === undefined) return first;
  if (words.length === 2) return c.table.mux(select, second, first);
  const arms = words.slice(0, -1).map((value, index) => ({ match: BigInt(index), value }));
  return c.table.add({
    kind: "case",
    width: c.table.width(first),
    selector: select,
    arms,
    otherwise: words.at(-1) ?? first,
  });
}

/** Multiplexers, tables and rearranged bits. */
export const selectCells: CellTable = {
  $mux: combinational((c) => {
    const width = c.integer("WIDTH");
    c.drive("Y", c.table.mux(c.word("S", 1), c.word("B", width), c.word("A", width)));
  }),
  $pmux: combinational(parallelMux),
  $bmux: combinational((c) => {
    const [width, size] = [c.integer("WIDTH"), selectWidth(c, "S_WIDTH")];
    const bits = c.bits("A", width * 2 ** size);
    const words = Array.from({ length: 2 ** size }, (_, i) => c.read("A", bits.subarray(i * width, (i + 1) * width)));
    c.drive("Y", choose(c, size === 0 ? null : c.word("S", size), words));
  }),
  $demux: combinational((c) => {
    const { table } = c;
    const [width, size] = [c.integer("WIDTH"), selectWidth(c, "S_WIDTH")];
    const [a, none] = [c.word("A", width), table.constant(width, 0)];
    const select = size === 0 ? null : c.word("S", size);
    const words = Array.from({ length: 2 ** size }, (_, i) =>
      select === null ? a : table.mux(table.compare("eq", select, table.constant(size, i)), a, none),
    );
    c.drive("Y", table.cat(words));
  }),
  $bwmux: combinational((c) => {
    const { table } = c;
    const width = c.integer("WIDTH");
    const select = c.word("S", width);
    const [a, b] = [c.word("A", width), c.word("B", width)];
    c.drive("Y", table.binary("or", table.binary("and", select, b), table.binary("and", table.not(select), a)));
  }),
  $slice: combinational((c) => {
    const [offset, width, bits] = [c.integer("OFFSET"), c.outputWidth("Y"), c.bits("A")];
    if (offset + width > bits.length) c.fail(`it takes bits ${offset} to ${offset + width - 1} of ${bits.length}`);
    c.drive("Y", c.read("A", bits.subarray(offset, offset + width)));
  }),
  $concat: combinational((c) => c.drive("Y", c.read("A", Int32Array.from([...c.bits("A"), ...c.bits("B")])))),
  $lut: combinational((c) => {
    const { table } = c;
    const size = selectWidth(c, "WIDTH");
    const contents = table.constant(2 ** size, c.value(c.vector("LUT", 2 ** size)));
    c.drive("Y", size === 0 ? contents : table.bit(table.shift("shru", contents, c.word("A", size)), 0));
  }),
  $sop: combinational((c) => {
    const { table } = c;
    const [width, depth] = [c.integer("WIDTH"), c.integer("DEPTH")];
    const a = c.word("A", width);
    const terms = c.vector("TABLE", 2 * width * depth);
    let any: NodeId = table.constant(1, 0);
    for (let term = 0; term < depth; term++) {
      let [care, wanted] = [0n, 0n];
      let never = false;
      for (let bit = 0; bit < width; bit++) {
        const at = 2 * (width * term + bit);
        const [low, high] = [CellContext.bitOf(terms, at) === "1", CellContext.bitOf(terms, at + 1) === "1"];
        if (low || high) care |= 1n << BigInt(bit);
        if (high) wanted |= 1n << BigInt(bit);
        never ||= low && high;
      }
      if (never) continue;
      const masked = table.binary("and", a, table.constant(width, care));
      any = table.binary("or", any, table.compare("eq", masked, table.constant(width, wanted)));
    }
    c.drive("Y", any);
  }),
};
