/** Small Yosys netlists, written down as `write_json` would write them. */
type Bits = readonly (number | string)[];
export interface CellSketch {
  readonly type: string;
  readonly parameters?: Readonly<Record<string, string | number>>;
  readonly connections: Readonly<Record<string, Bits>>;
}
export interface ModuleSketch {
  readonly ports: Readonly<Record<string, readonly [direction: string, bits: Bits]>>;
  readonly cells?: Readonly<Record<string, CellSketch>>;
  readonly nets?: Readonly<Record<string, { readonly bits: Bits; readonly init?: string }>>;
  readonly memories?: Readonly<
    Record<string, { readonly width: number; readonly size: number; readonly start_offset: number }>
  >;
  readonly top?: boolean;
}

const src = "rtl/it.v:7.3-7.20";

export function yosysJson(modules: Readonly<Record<string, ModuleSketch>>): string {
  const module = ({ ports, cells = {}, nets = {}, memories = {}, top }: ModuleSketch) => ({
    attributes: top ? { top: "1" } : {},
    ports: Object.fromEntries(Object.entries(ports).map(([name, [direction, bits]]) => [name, { direction, bits }])),
    cells: Object.fromEntries(
      Object.entries(cells).map(([name, cell]) => [
        name,
        { hide_name: 0, parameters: {}, ...cell, attributes: { src } },
      ]),
    ),
    memories,
    netnames: Object.fromEntries(
      Object.entries(nets).map(([name, { bits, init }]) => [
        name,
        { hide_name: 0, bits, attributes: init === undefined ? {} : { init } },
      ]),
    ),
  });
  const all = Object.fromEntries(Object.entries(modules).map(([name, sketch]) => [name, module(sketch)]));
  return JSON.stringify({ creator: "a test", modules: all }, null, 1);
}

export const dff = (connections: CellSketch["connections"], width = 1): CellSketch => ({
  type: "$dff",
  parameters: { WIDTH: width.toString(2), CLK_POLARITY: "1" },
  connections,
});
export const not = (a: Bits, y: Bits): CellSketch => ({
  type: "$not",
  parameters: { A_SIGNED: "0", A_WIDTH: a.length.toString(2), Y_WIDTH: y.length.toString(2) },
  connections: { A: a, Y: y },
});

/** A two-bit register q that takes the complement of d. */
const small: Readonly<Record<string, ModuleSketch>> = {
  small: {
    ports: { clk: ["input", [2]], d: ["input", [3, 4]], q: ["output", [5, 6]] },
    cells: { invert: not([3, 4], [7, 8]), state: dff({ CLK: [2], D: [7, 8], Q: [5, 6] }, 2) },
    nets: {
      held: { bits: [5, 6], init: "10" },
      q: { bits: [5, 6] },
      d: { bits: [3, 4] },
      clk: { bits: [2] },
      inverted: { bits: [7, 8] },
    },
  },
};
export const smallText = yosysJson(small);
