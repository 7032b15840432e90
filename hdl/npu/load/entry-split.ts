import { Bool, Bundle, clog2, module, mux, reg, SInt, Stream, select, UInt, when } from "../../lang/index.ts";

/** A beat of int16, the first one lowest: those whose lower byte's bit in `strobe` is 1, which are the first ones. */
export const EntryBeat = (side: number) => Bundle({ data: UInt(8 * side), strobe: UInt(side) });

/**
 * Takes beats of `side` bytes apart into their int16, one a cycle. A beat is taken with its last one, in the same cycle;
 * one without any has a cycle too. `clear` begins with the first one of a beat again.
 */
export const EntrySplit = (side: number) => {
  const entries = side / 2;
  const Index = UInt(clog2(entries));

  return module(
    "EntrySplit",
    {
      params: { side },
      in: { beat: Stream(EntryBeat(side)), clear: Bool },
      out: { entry: Stream(SInt(16)) },
    },
    ({ beat, clear, entry }) => {
      const index = reg(Index, 0);
      const { data, strobe } = beat.bits;
      const there = Array.from({ length: entries }, (_, i) => strobe.bit(2 * i));
      const values = there.map((_, i) => data.bits(16 * i, 16).asSInt());

      const here = select(there, index);
      const last = select([...there.slice(1), Bool.lit(0)], index).not();
      const moves = here.not().or(entry.ready);
      when(beat.valid.and(moves), () => {
        index.next = mux(last, Index.lit(0), index.add(1));
      });
      when(clear, () => {
        index.next = 0;
      });
      return {
        beat: { ready: last.and(moves) },
        entry: { valid: beat.valid.and(here), bits: select(values, index) },
      };
    },
  );
};
