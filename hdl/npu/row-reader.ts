import { Bool, Bundle, module, reg, Stream, UInt, when } from "../lang/index.ts";
import { Fifo } from "../lib/index.ts";
import { checkSize } from "../lib/size.ts";

/** Rows that a `RowReader` holds: enough for one a cycle, with one on its way. */
const depth = 4;

/** A row of a memory and what was said of it when it was asked for. */
export const TaggedRow = (rowBits: number, tagBits: number) => Bundle({ row: UInt(rowBits), tag: UInt(tagBits) });

/**
 * Reads rows of `rowBits` bits ahead of their use from a memory that may refuse: rows come out in the order of their
 * requests, each with its `tag`, the earliest one cycle after the request was accepted, one a cycle unless the memory
 * refuses. `data` is the memory's answer in the cycle after it accepted `read`.
 */
export const RowReader = (addressBits: number, rowBits: number, tagBits: number) => {
  checkSize("a row's bits", rowBits, 1, 4096);
  const Item = TaggedRow(rowBits, tagBits);
  const Rows = Fifo(Item, depth, { flow: true });

  return module(
    "RowReader",
    {
      params: { rowBits, tagBits },
      in: {
        request: Stream(Bundle({ address: UInt(addressBits), tag: UInt(tagBits) })),
        data: UInt(rowBits),
      },
      out: { read: Stream(UInt(addressBits)), row: Stream(Item) },
    },
    ({ request, read, data, row }) => {
      const tag = reg(UInt(tagBits));
      const fetching = reg(Bool, 0); // the row that comes back in this cycle is ours
      const rows = Rows({
        enq: { valid: fetching, bits: { row: data, tag } },
        deq: { ready: row.ready },
      });
      const room = rows.level.add(fetching.extend(3)).lt(depth);
      const accepted = request.valid.and(room).and(read.ready);
      fetching.next = accepted;
      when(accepted, () => {
        tag.next = request.bits.tag;
      });
      return {
        request: { ready: room.and(read.ready) },
        read: { valid: request.valid.and(room), bits: request.bits.address },
        row: rows.deq,
      };
    },
  );
};
