import { Bool, Bundle, cat, module, mux, reg, Stream, UInt, when } from "../../lang/index.ts";
import { AxiWriteData, laneBits } from "../axi.ts";
import { DmaBeat, Moved } from "./descriptor.ts";
import type { DmaConfig } from "./dma-config.ts";
import { countOnes } from "./lanes.ts";

/**
 * A burst to fill: `len + 1` beats, `first` and `last` of its row. The row's first byte is byte `lane` of a beat, which
 * its first burst says.
 */
export const BurstShape = (config: DmaConfig) =>
  Bundle({ len: UInt(8), lane: UInt(laneBits(config) + 1), first: Bool, last: Bool });

/**
 * Fills bursts with rows: shifts each row to where it lies in memory and strobes its bytes, one beat a cycle.
 *
 * - `stop`: no data come any more; what is left of the bursts goes out without strobes. `clear`: and the row is over.
 * - `rowEnds`: the row's data are all here, but not all of its beats are out.
 * - `bytes`: strobed in this cycle's beat.
 */
export const BurstFiller = (config: DmaConfig) => {
  const { dataBytes } = config;
  const lanes = laneBits(config);
  const Data = UInt(8 * dataBytes);
  const Strobe = UInt(dataBytes);

  return module(
    "BurstFiller",
    {
      params: { dataBytes },
      in: { burst: Stream(BurstShape(config)), data: Stream(DmaBeat(config)), stop: Bool, clear: Bool },
      out: { w: Stream(AxiWriteData(config)), rowEnds: Bool, bytes: Moved },
    },
    ({ burst, data, stop, clear, w }) => {
      const held = reg(Data);
      const heldStrobe = reg(Strobe, 0);
      const heldLane = reg(UInt(lanes + 1));
      const rowEnds = reg(Bool, 0);
      const beat = reg(UInt(8), 0);

      const takes = stop.or(rowEnds).not();
      const valid = burst.valid.and(takes.not().or(data.valid));
      const moves = valid.and(w.ready);
      const last = beat.eq(burst.bits.len);
      const fresh = burst.bits.first.and(beat.eq(0));

      const kept = mux(fresh, Strobe.lit(0), heldStrobe);
      const taken = mux(takes, data.bits.strobe, Strobe.lit(0));
      const lane = mux(burst.bits.first, burst.bits.lane, heldLane);
      const shift = UInt(lanes + 1)
        .lit(dataBytes)
        .sub(lane);
      const strobe = cat(taken, kept).shr(shift).trunc(dataBytes);
      const word = cat(data.bits.data, held)
        .shr(cat(shift, UInt(3).lit(0)))
        .trunc(8 * dataBytes);

      when(moves, () => {
        held.next = data.bits.data;
        heldStrobe.next = taken;
        heldLane.next = lane;
        beat.next = mux(last, UInt(8).lit(0), beat.add(1));
        when(takes.and(data.bits.last), () => {
          rowEnds.next = 1;
        });
        when(last.and(burst.bits.last), () => {
          rowEnds.next = 0;
        });
      });
      when(clear, () => {
        rowEnds.next = 0;
      });

      return {
        burst: { ready: moves.and(last) },
        data: { ready: moves.and(takes) },
        w: { valid, bits: { data: word, strb: strobe, last } },
        rowEnds,
        bytes: mux(moves, countOnes(strobe).extend(32), 0),
      };
    },
  );
};
