import { type Bool, cat, fill, module, mux, UInt } from "../../lang/index.ts";
import { NodeId } from "./flit.ts";
import type { NocConfig } from "./noc-config.ts";
import { portCount } from "./ports.ts";

const Coordinate = UInt(4);

/**
 * The ports by which a flit leaves the router in column `x` of row `y`: XY order, first along the row to the columns of
 * its destinations, then along these columns. Bits in the order of `ports`; `turns` are those that are allowed at all
 * where it came in.
 *
 * A packet to many nodes is a tree: along the row of its source a trunk with a branch into each column that has a
 * destination. The way to each node is the XY way of a packet to it alone, and each router hands on one copy to each
 * neighbour at most, so each destination gets exactly one. Nodes beyond the mesh are none.
 */
export const Route = ({ width, height }: NocConfig) =>
  module(
    "Route",
    {
      params: { width, height },
      in: { destination: NodeId, mask: NodeId, x: Coordinate, y: Coordinate, turns: UInt(portCount) },
      out: { outputs: UInt(portCount) },
    },
    ({ destination, mask, x, y, turns }) => {
      const columns = matches(destination.bits(0, 4), mask.bits(0, 4), width);
      const rows = matches(destination.bits(4, 4), mask.bits(4, 4), height);
      const column = parts(columns, x, width);
      const row = parts(rows, y, height);

      const ways = [
        column.above,
        column.below,
        column.here.and(row.below),
        column.here.and(row.above),
        column.here.and(row.here),
      ];
      return {
        outputs: cat(...ways.reverse())
          .trunc(portCount)
          .and(turns),
      };
    },
  );

/** Bit i: coordinate i is a destination's. */
function matches(coordinate: UInt<4>, mask: UInt<4>, count: number): UInt<number> {
  const all = Array.from({ length: 4 }, (_, bit) => {
    const ones = Array.from({ length: count }, (_, i) => ((i >> bit) & 1) << i).reduce((word, one) => word | one, 0);
    const Places = UInt(count);
    const same = mux(coordinate.bit(bit), Places.lit(ones), Places.lit(ones ^ (2 ** count - 1)));
    return same.or(fill(count, mask.bit(bit)));
  });
  return all.reduce((word, bits) => word.and(bits));
}

/** Whether there are matches beyond, before and at a place. */
function parts(places: UInt<number>, at: UInt<4>, count: number): { above: Bool; below: Bool; here: Bool } {
  const here = UInt(count).lit(1).shl(at);
  const below = here.sub(1);
  return {
    above: places.and(here.or(below).not()).any(),
    below: places.and(below).any(),
    here: places.and(here).any(),
  };
}
