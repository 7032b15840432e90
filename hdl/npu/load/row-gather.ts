import { Bool, Bundle, cat, module, mux, reg, Stream, UInt, when } from "../../lang/index.ts";

/** Pieces of `side` bytes that an int32 row of a local memory consists of. */
export const wordPieces = 4;

/** A piece of a row, the lowest lanes first. `last`: the row ends with it, before its fourth piece too. */
export const RowPiece = (side: number) => Bundle({ data: UInt(8 * side), last: Bool });

/**
 * Makes rows of `side` int32 of pieces of `side` bytes, four or fewer a row; what is missing is 0. A row comes out in the
 * cycle in which its last piece is taken. `clear` forgets the pieces that are there.
 */
export const RowGather = (side: number) => {
  const Piece = UInt(8 * side);
  const Quarter = UInt(2);

  return module(
    "RowGather",
    {
      params: { side },
      in: { piece: Stream(RowPiece(side)), clear: Bool },
      out: { row: Stream(UInt(32 * side)) },
    },
    ({ piece, clear, row }) => {
      const quarter = reg(Quarter, 0);
      const held = Array.from({ length: wordPieces - 1 }, () => reg(Piece));
      const { data, last } = piece.bits;

      const complete = quarter.eq(wordPieces - 1).or(last);
      const ready = complete.not().or(row.ready);
      const fourth = mux(quarter.eq(wordPieces - 1), data, Piece.lit(0));
      const pieces = held.map((part, i) => mux(quarter.eq(i), data, mux(quarter.gt(i), part, Piece.lit(0))));

      when(piece.valid.and(ready), () => {
        quarter.next = mux(complete, Quarter.lit(0), quarter.add(1));
        held.forEach((part, i) => {
          when(quarter.eq(i), () => {
            part.next = data;
          });
        });
      });
      when(clear, () => {
        quarter.next = 0;
      });
      return {
        piece: { ready },
        row: { valid: piece.valid.and(complete), bits: cat(fourth, ...[...pieces].reverse()).trunc(32 * side) },
      };
    },
  );
};
