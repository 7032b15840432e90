import fc from "fast-check";
import type { Design, NodeId } from "../../hdl/netlist/index.ts";
import { designOf, Sketch } from "../../hdl/netlist/sketch.fuzz.ts";
import { powerOnWords } from "../power-on.ts";

/** A grid of processing elements, values going along its rows and columns. */
interface Grid {
  readonly rows: number;
  readonly cols: number;
  /** Bits that go along rows, and along columns. */
  readonly widths: readonly [number, number];
  /** 1 from the first element to the last, −1 the other way. */
  readonly along: 1 | -1;
  readonly down: 1 | -1;
  /** Rows end where they began. */
  readonly ring: boolean;
  /** What drives each edge: the same for all, a register for each, or logic for each. */
  readonly edges: "shared" | "registers" | "logic";
  /** One signal enables all elements, or each gets it from its neighbour. */
  readonly enable: "shared" | "passed on";
  /** Which values go from element to element within a cycle: along rows, down columns, both, or both mixed. */
  readonly through: "nothing" | "rows" | "columns" | "both" | "mixed";
  /** They pass logic of the grid on their way. */
  readonly between: boolean;
  /** Grids side by side. */
  readonly copies: number;
  readonly seed: number;
}

const widths = fc.oneof(fc.constantFrom(8, 16, 32, 64), fc.integer({ min: 1, max: 64 }));
const direction = fc.constantFrom<(1 | -1)[]>(1, -1);

/** Grids of up to 8 × 17 elements, now and then several of them, in all directions, with edges of every kind. */
export function grids(): fc.Arbitrary<Design> {
  const grid: fc.Arbitrary<Grid> = fc.record({
    rows: fc.integer({ min: 1, max: 8 }),
    cols: fc.oneof(fc.constantFrom(4, 8, 16), fc.integer({ min: 2, max: 17 })),
    widths: fc.tuple(widths, widths),
    along: direction,
    down: direction,
    ring: fc.oneof({ arbitrary: fc.constant(false), weight: 4 }, { arbitrary: fc.constant(true), weight: 1 }),
    edges: fc.constantFrom<Grid["edges"][]>("shared", "registers", "logic"),
    enable: fc.constantFrom<Grid["enable"][]>("shared", "passed on"),
    through: fc.constantFrom<Grid["through"][]>("nothing", "rows", "columns", "both", "mixed"),
    between: fc.oneof({ arbitrary: fc.constant(false), weight: 6 }, { arbitrary: fc.constant(true), weight: 1 }),
    copies: fc.oneof({ arbitrary: fc.constant(1), weight: 2 }, { arbitrary: fc.constant(2), weight: 1 }),
    seed: fc.nat(65_535),
  });
  return fc.noBias(grid).map((grid) => {
    const modules = [element(grid), array(grid)];
    return designOf(...modules, ...(grid.copies > 1 ? [copied(grid)] : []));
  });
}

/** Places of the element's ports. */
const Port = {
  ...{ x: 0, y: 1, enable: 2, swap: 3, offered: 4, ripple: 5, fall: 6 },
  ...{ passed: 7, total: 8, enabled: 9, offer: 10, rippled: 11, fallen: 12 },
} as const;

function element({ widths: [row, column], through, enable: enabling }: Grid): Sketch {
  const s = new Sketch("Element");
  const [x, y] = [s.input("x", row), s.input("y", column)];
  const [enable, swap] = [s.input("enable", 1), s.input("swap", 1)];
  const [offered, ripple, fall] = [s.input("offered", column), s.input("ripple", row), s.input("fall", column)];
  const fitted = (a: NodeId, width: number): NodeId =>
    s.width(a) > width ? s.slice(a, s.width(a) - width, width) : s.extend("sext", a, width);
  const passed = s.reg(row, 0, "passed", 0, null);
  s.set(passed, { next: s.mux(enable, x, passed) });
  const kept = s.reg(row, 0, "kept");
  s.set(kept, { next: s.mux(enable, s.mux(swap, x, kept), kept) });
  const wide = row > column ? s.slice(kept, 0, column) : s.extend("sext", kept, column);
  const sum = s.reg(column, 0, "sum", 0, null);
  s.set(sum, { next: s.mux(enable, s.op("add", y, s.op("mul", wide, fitted(x, column))), sum) });
  const noted = s.reg(column, 0, "noted");
  const note = s.op("sub", s.op("xor", offered, fitted(ripple, column)), s.op("add", fall, noted));
  s.set(noted, { next: s.mux(enable, note, noted) });
  const mixed = through === "mixed";
  const rippled = s.op("xor", mixed ? s.op("add", ripple, fitted(fall, row)) : ripple, kept);
  const less = s.compare("ltu", fall, sum);
  const fallen = s.mux(less, s.op("add", mixed ? s.op("xor", fall, fitted(ripple, column)) : fall, sum), fall);
  const held = (name: string, value: NodeId, goes: boolean): NodeId => {
    if (goes) return value;
    const own = s.reg(s.width(value), 0, name);
    s.set(own, { next: s.mux(enable, value, own) });
    return own;
  };
  s.output("passed_on", passed);
  s.output("total", sum);
  // Where one signal enables all, no register does anything without it.
  s.output("enabled", enabling === "shared" ? held("enabled", swap, false) : s.reg(1, enable, "enabled"));
  s.output("offer", s.op("sub", sum, wide));
  s.output("rippled", held("ripple_reg", rippled, through !== "nothing" && through !== "columns"));
  s.output("fallen", held("fall_reg", fallen, through !== "nothing" && through !== "rows"));
  return s;
}

function array(grid: Grid): Sketch {
  const { rows, cols, widths, along, down, ring, edges, enable, between, seed } = grid;
  const [row, column] = widths;
  const s = new Sketch("Grid");
  const words = powerOnWords(seed, "edges");
  const [a, b] = [s.input("a", row), s.input("b", column)];
  const [on, swap] = [s.input("on", 1), s.input("swap", 1)];
  const outs = Array.from({ length: rows * cols }, (_, at) => ({
    [Port.passed]: s.out(0, Port.passed, row, at),
    [Port.total]: s.out(0, Port.total, column, at),
    [Port.enabled]: s.out(0, Port.enabled, 1, at),
    [Port.offer]: s.out(0, Port.offer, column, at),
    [Port.rippled]: s.out(0, Port.rippled, row, at),
    [Port.fallen]: s.out(0, Port.fallen, column, at),
  }));
  /** Registers of other widths between those of the edge keep these apart by odd distances. */
  const edge = (from: NodeId): NodeId => {
    if (edges === "shared") return from;
    const width = s.width(from);
    const other = s.op("xor", from, s.constant(width, BigInt.asUintN(width, BigInt(words()))));
    if (edges === "logic") return other;
    if (words() % 2 === 0) s.reg(64, s.extend("zext", from, 64), `apart${s.nodes.length}`);
    return s.reg(width, other, `edge${s.nodes.length}`, 0, null);
  };
  const gather = (
    port: keyof (typeof outs)[number],
    size: number,
    step: number,
    coordinate: (at: number) => number,
    from: NodeId,
    pass = (id: NodeId): NodeId => id,
  ) =>
    outs.map((_, at) => {
      const next = coordinate(at) - Math.sign(step);
      const inside = next >= 0 && next < size;
      if (!inside && !(ring && port === Port.passed)) return edge(from);
      return pass(outs[inside ? at - step : at + step * (size - 1)]?.[port] ?? from);
    });
  const inRow = (port: keyof (typeof outs)[number], from: NodeId, pass?: (id: NodeId) => NodeId): NodeId[] =>
    gather(port, cols, along, (at) => at % cols, from, pass);
  const inColumn = (port: keyof (typeof outs)[number], from: NodeId, pass?: (id: NodeId) => NodeId): NodeId[] =>
    gather(port, rows, down * cols, (at) => Math.floor(at / cols), from, pass);
  const pass = between ? (id: NodeId) => s.not(id) : undefined;
  const enables = enable === "shared" ? on : inRow(Port.enabled, on);
  const neighbours = [inColumn(Port.offer, b), inRow(Port.rippled, a, pass), inColumn(Port.fallen, b, pass)];
  s.instance(
    "element",
    0,
    [inRow(Port.passed, a), inColumn(Port.total, b), enables, swap, ...neighbours],
    [rows, cols],
  );
  const corner = outs[along === 1 ? outs.length - 1 : 0];
  s.output("corner", corner?.[Port.total] ?? a);
  s.output("rippled", corner?.[Port.rippled] ?? a);
  s.output("fallen", s.not(outs[down === 1 ? outs.length - 1 : 0]?.[Port.fallen] ?? b));
  return s;
}

/** Copies of the grid with inputs of their own, enabled together. */
function copied({ copies, widths: [row, column] }: Grid): Sketch {
  const s = new Sketch("Copies");
  const each = (name: string, width: number): NodeId[] =>
    Array.from({ length: copies }, (_, copy) => s.input(`${name}${copy}`, width));
  const [as, bs] = [each("a", row), each("b", column)];
  s.instance("grid", 1, [as, bs, s.input("on", 1), s.input("swap", 1)], [copies]);
  s.output("corner", s.out(0, 4, column, copies - 1));
  return s;
}
