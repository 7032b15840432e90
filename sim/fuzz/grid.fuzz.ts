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
  /** Grids side by side. */
  readonly copies: number;
  readonly seed: number;
}

const widths = fc.oneof(fc.constantFrom(8, 16, 32, 64), fc.integer({ min: 1, max: 64 }));
const direction = fc.constantFrom<(1 | -1)[]>(1, -1);

/** Grids of up to 12 × 17 elements, now and then several of them, in all directions, with edges of every kind. */
export function grids(): fc.Arbitrary<Design> {
  const grid: fc.Arbitrary<Grid> = fc.record({
    rows: fc.integer({ min: 1, max: 12 }),
    cols: fc.oneof(fc.constantFrom(4, 8, 16), fc.integer({ min: 2, max: 17 })),
    widths: fc.tuple(widths, widths),
    along: direction,
    down: direction,
    ring: fc.oneof({ arbitrary: fc.constant(false), weight: 4 }, { arbitrary: fc.constant(true), weight: 1 }),
    edges: fc.constantFrom<Grid["edges"][]>("shared", "registers", "logic"),
    enable: fc.constantFrom<Grid["enable"][]>("shared", "passed on"),
    copies: fc.oneof(
      { arbitrary: fc.constant(1), weight: 2 },
      { arbitrary: fc.integer({ min: 2, max: 3 }), weight: 1 },
    ),
    seed: fc.nat(65_535),
  });
  return fc.noBias(grid).map((grid) => {
    const modules = [element(grid), array(grid)];
    return designOf(...modules, ...(grid.copies > 1 ? [copied(grid)] : []));
  });
}

function element({ widths: [row, column] }: Grid): Sketch {
  const s = new Sketch("Element");
  const [x, y] = [s.input("x", row), s.input("y", column)];
  const [enable, swap] = [s.input("enable", 1), s.input("swap", 1)];
  const passed = s.reg(row, 0, "passed", 0, null);
  s.set(passed, { next: s.mux(enable, x, passed) });
  const kept = s.reg(row, 0, "kept");
  s.set(kept, { next: s.mux(enable, s.mux(swap, x, kept), kept) });
  const wide = row > column ? s.slice(kept, 0, column) : s.extend("sext", kept, column);
  const other = row > column ? s.slice(x, row - column, column) : s.extend("sext", x, column);
  const sum = s.reg(column, 0, "sum", 0, null);
  s.set(sum, { next: s.mux(enable, s.op("add", y, s.op("mul", wide, other)), sum) });
  s.output("passed_on", passed);
  s.output("total", sum);
  s.output("enabled", s.reg(1, enable, "enabled"));
  return s;
}

function array({ rows, cols, widths: [row, column], along, down, ring, edges, enable, seed }: Grid): Sketch {
  const s = new Sketch("Grid");
  const words = powerOnWords(seed, "edges");
  const [a, b] = [s.input("a", row), s.input("b", column)];
  const [on, swap] = [s.input("on", 1), s.input("swap", 1)];
  const outs = Array.from({ length: rows * cols }, (_, at) => [
    s.out(0, 4, row, at),
    s.out(0, 5, column, at),
    s.out(0, 6, 1, at),
  ]);
  /** Registers of other widths between those of the edge keep these apart by odd distances. */
  const edge = (from: NodeId): NodeId => {
    if (edges === "shared") return from;
    const width = s.width(from);
    const other = s.op("xor", from, s.constant(width, BigInt.asUintN(width, BigInt(words()))));
    if (edges === "logic") return other;
    if (words() % 2 === 0) s.reg(64, s.extend("zext", from, 64), `apart${s.nodes.length}`);
    return s.reg(width, other, `edge${s.nodes.length}`, 0, null);
  };
  const gather = (port: number, size: number, step: number, coordinate: (at: number) => number, from: NodeId) =>
    outs.map((_, at) => {
      const next = coordinate(at) - Math.sign(step);
      const inside = next >= 0 && next < size;
      if (!inside && !(ring && port === 0)) return edge(from);
      return outs[inside ? at - step : at + step * (size - 1)]?.[port] ?? from;
    });
  const column0 = (at: number): number => at % cols;
  const inRow = gather(0, cols, along, column0, a);
  const inColumn = gather(1, rows, down * cols, (at) => Math.floor(at / cols), b);
  const enables = enable === "shared" ? on : gather(2, cols, along, column0, on);
  s.instance("element", 0, [inRow, inColumn, enables, swap], [rows, cols]);
  s.output("corner", outs[along === 1 ? outs.length - 1 : 0]?.[1] ?? a);
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
