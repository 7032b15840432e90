import { Bool, Bundle, module, mux, reg, UInt } from "../../lang/index.ts";
import { countOnes } from "./lanes.ts";

const Count = UInt(32);

/**
 * What a DMA engine counts, modulo 2^32.
 *
 * - `busy`: cycles in which a transfer is under way.
 * - `readBursts`, `readBeats`, `writeBursts`, `writeBeats`: that moved on the bus. `bytes`: strobed in the beats written.
 * - `addressStalls`: cycles in which an address of a read waits for the bus. `writeStalls`: in which a beat written does.
 * - `dataStalls`: cycles of `busy` in which no beat is there to be written.
 */
export const DmaCounters = Bundle({
  busy: Count,
  readBursts: Count,
  readBeats: Count,
  writeBursts: Count,
  writeBeats: Count,
  bytes: Count,
  addressStalls: Count,
  writeStalls: Count,
  dataStalls: Count,
});

const Pair = Bundle({ valid: Bool, ready: Bool });

/** Counts what moves on the channels of a DMA engine of `dataBytes` bytes a beat. A counter shows a cycle in the next. */
export const DmaMeter = (dataBytes: number) =>
  module(
    "DmaMeter",
    {
      params: { dataBytes },
      in: { busy: Bool, ar: Pair, r: Pair, aw: Pair, w: Pair, strb: UInt(dataBytes) },
      out: { counters: DmaCounters },
    },
    ({ busy, ar, r, aw, w, strb }) => {
      const counters = reg(DmaCounters, {
        ...{ busy: 0, readBursts: 0, readBeats: 0, writeBursts: 0, writeBeats: 0, bytes: 0 },
        ...{ addressStalls: 0, writeStalls: 0, dataStalls: 0 },
      });
      const moves = ({ valid, ready }: { readonly valid: Bool; readonly ready: Bool }) => valid.and(ready);
      const waits = ({ valid, ready }: { readonly valid: Bool; readonly ready: Bool }) => valid.and(ready.not());
      const count = (counter: UInt<32>, event: Bool) => mux(event, counter.add(1), counter);
      counters.next = {
        busy: count(counters.busy, busy),
        readBursts: count(counters.readBursts, moves(ar)),
        readBeats: count(counters.readBeats, moves(r)),
        writeBursts: count(counters.writeBursts, moves(aw)),
        writeBeats: count(counters.writeBeats, moves(w)),
        bytes: mux(moves(w), counters.bytes.add(countOnes(strb).extend(32)), counters.bytes),
        addressStalls: count(counters.addressStalls, waits(ar)),
        writeStalls: count(counters.writeStalls, waits(w)),
        dataStalls: count(counters.dataStalls, busy.and(w.valid.not())),
      };
      return { counters };
    },
  );
