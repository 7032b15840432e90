import { Bool, Bundle, module, mux, reg, Stream, UInt, when } from "../../lang/index.ts";
import { laneBits } from "../axi.ts";
import { RowBytes } from "./descriptor.ts";
import { burstBytes, type DmaConfig } from "./dma-config.ts";
import { resize } from "./resize.ts";

/** Bytes in a row in memory, at least one. */
export const Extent = ({ addressBits }: DmaConfig) => Bundle({ address: UInt(addressBits), length: RowBytes });

/**
 * A part of a row that one burst can move: `bytes` (1 to 4,096) from `address` on, in `len + 1` beats, not beyond the
 * next multiple of `burstBytes`. `first` and `last` of its row.
 */
export const Burst = ({ addressBits }: DmaConfig) =>
  Bundle({ address: UInt(addressBits), bytes: UInt(13), len: UInt(8), first: Bool, last: Bool });

/**
 * Cuts rows into legal bursts: 5,000 bytes from 0xff8 on become 8 + 4,096 + 896. One burst a cycle, the first one a cycle
 * after its row; rows of one burst follow each other without a gap. `clear` drops the row at hand. `busy`: bursts of a
 * row are left.
 */
export const Legaliser = (config: DmaConfig) => {
  const { addressBits } = config;
  const lanes = laneBits(config);
  const block = burstBytes(config);
  const Row = Extent(config);

  return module(
    "Legaliser",
    {
      params: { addressBits, lanes, block },
      in: { row: Stream(Row), clear: Bool },
      out: { burst: Stream(Burst(config)), busy: Bool },
    },
    ({ row, clear, burst }) => {
      const rest = reg(Row);
      const busy = reg(Bool, 0);
      const first = reg(Bool);

      const within = UInt(24).lit(block - 1);
      const room = UInt(24).lit(block).sub(resize(rest.address, 24).and(within));
      const last = rest.length.le(room);
      const bytes = mux(last, rest.length, room);
      const lane = lanes === 0 ? UInt(24).lit(0) : rest.address.trunc(lanes).extend(24);
      const len = lane.add(bytes).sub(1).shr(lanes).trunc(8);
      const moved = busy.and(burst.ready);
      const ready = busy.not().or(moved.and(last));

      when(clear, () => {
        busy.next = 0;
      })
        .elseWhen(ready, () => {
          busy.next = row.valid;
          rest.next = row.bits;
          first.next = 1;
        })
        .elseWhen(moved, () => {
          rest.next = {
            address: rest.address.add(resize(bytes, addressBits)),
            length: rest.length.sub(bytes),
          };
          first.next = 0;
        });

      return {
        row: { ready: ready.and(clear.not()) },
        burst: { valid: busy, bits: { address: rest.address, bytes: bytes.trunc(13), len, first, last } },
        busy,
      };
    },
  );
};
