import { Bool, Bundle, module, reg, Stream, UInt, when } from "../../lang/index.ts";
import { Fifo } from "../../lib/index.ts";
import { type NpuConfig, ScratchpadRow } from "../npu-config.ts";
import { ScratchpadAddress, ScratchpadData } from "../scratchpad.ts";

/** Rows that a `RowReader` holds: enough for one a cycle, with one on its way. */
const depth = 4;

/** A row of the scratchpad and what was said of it when it was asked for. */
export const TaggedRow = (config: NpuConfig, tagBits: number) =>
  Bundle({ row: ScratchpadRow(config), tag: UInt(tagBits) });

/**
 * Reads scratchpad rows ahead of their use: rows come out in the order of their requests, each with its `tag`, the
 * earliest one cycle after the request was accepted, one a cycle unless the scratchpad refuses.
 */
export const RowReader = (config: NpuConfig, tagBits: number) => {
  const Item = TaggedRow(config, tagBits);
  const Rows = Fifo(Item, depth, { flow: true });

  return module(
    "RowReader",
    {
      params: { tagBits },
      in: {
        request: Stream(Bundle({ address: ScratchpadAddress(config), tag: UInt(tagBits) })),
        data: ScratchpadData(config),
      },
      out: { read: Stream(ScratchpadAddress(config)), row: Stream(Item) },
    },
    ({ request, read, data, row }) => {
      const tag = reg(UInt(tagBits));
      const fetching = reg(Bool, 0); // the row that comes back in this cycle is ours
      const rows = Rows({
        enq: { valid: fetching, bits: { row: data.bits, tag } },
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
