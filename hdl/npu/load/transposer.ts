import { Bool, Bundle, cat, type Dynamic, mem, module, mux, reg, Stream, UInt, when } from "../../lang/index.ts";
import { powerOfTwo } from "../npu-config.ts";

/** A row of a tile of bytes, and how many of the tile's columns are wanted: those of its last row count. */
export const TileRow = (side: number) => Bundle({ data: UInt(8 * side), columns: UInt(Math.log2(side) + 1) });

/**
 * Transposes tiles of `side` × `side` bytes (a power of two from 2 to 64): `side` rows in, the first 1 to `side` columns
 * out, a row and a column a cycle; the first column comes out in the cycle after the last row went in.
 *
 *     row ─► rotate ─► ┌ side memories of bytes, ┐ ─► rotate ─► column
 *                      └ two tiles in each       ┘
 *
 * Byte c of row r lies in memory (r + c) mod side at place r, so that the bytes of a row and those of a column are all in
 * different memories. One tile is written while the one before is read.
 *
 * - `clear` forgets what is inside. `full`: a whole tile is inside, or what is left of it.
 */
export const Transposer = (side: number) => {
  powerOfTwo("the side of a tile", side, 2, 64);
  const bits = Math.log2(side);
  const Place = UInt(bits);
  const Columns = UInt(bits + 1);

  return module(
    "Transposer",
    {
      params: { side },
      in: { row: Stream(TileRow(side)), clear: Bool },
      out: { column: Stream(UInt(8 * side)), full: Bool },
    },
    ({ row, clear, column }) => {
      const filling = reg(Bool, 0); // the tile that is written, and the one that is read
      const emptying = reg(Bool, 0);
      const full = [reg(Bool, 0), reg(Bool, 0)] as const;
      const columns = [reg(Columns), reg(Columns)] as const;
      const rowAt = reg(Place, 0);
      const columnAt = reg(Place, 0);

      const ready = mux(filling, full[1], full[0]).not();
      const valid = mux(emptying, full[1], full[0]);
      const enters = row.valid.and(ready);
      const leaves = valid.and(column.ready);
      const filled = enters.and(rowAt.eq(side - 1));
      const emptied = leaves.and(
        columnAt
          .extend(bits + 1)
          .add(1)
          .eq(mux(emptying, columns[1], columns[0])),
      );

      const slanted = rotated(row.bits.data, Place.lit(0).sub(rowAt));
      const bytes = Array.from({ length: side }, (_, lane) => {
        const bank = mem(UInt(8), 2 * side);
        when(enters, () => bank.write(cat(filling, rowAt), slanted.bits(8 * lane, 8)));
        return bank.read(cat(emptying, Place.lit(lane).sub(columnAt)));
      });

      when(enters, () => {
        rowAt.next = rowAt.add(1);
      });
      when(filled, () => {
        filling.next = filling.not();
      });
      when(leaves, () => {
        columnAt.next = mux(emptied, Place.lit(0), columnAt.add(1));
      });
      when(emptied, () => {
        emptying.next = emptying.not();
      });
      full.forEach((tile, i) => {
        when(filled.and(filling.eq(i)), () => {
          tile.next = 1;
        });
        when(emptied.and(emptying.eq(i)), () => {
          tile.next = 0;
        });
      });
      columns.forEach((count, i) => {
        when(filled.and(filling.eq(i)), () => {
          count.next = row.bits.columns;
        });
      });
      when(clear, () => {
        rowAt.next = 0;
        columnAt.next = 0;
        emptying.next = filling;
        for (const tile of full) tile.next = 0;
        filling.next = filling;
      });

      return {
        row: { ready },
        column: { valid, bits: rotated(cat(...[...bytes].reverse()), columnAt) },
        full: valid,
      };

      /** Byte i becomes byte i − `by`, around the end. */
      function rotated(data: UInt<Dynamic>, by: UInt<Dynamic>): UInt<Dynamic> {
        return cat(data, data)
          .shr(cat(by, UInt(3).lit(0)))
          .trunc(8 * side);
      }
    },
  );
};
