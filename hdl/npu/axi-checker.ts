import { type Bool, check, type Dynamic, module, mux, pack, pipe, reg, type Type, UInt, when } from "../lang/index.ts";
import { Fifo } from "../lib/index.ts";
import { type Monitored, transfers } from "../lib/monitored.ts";
import { checkSize } from "../lib/size.ts";
import {
  AxiAddress,
  type AxiConfig,
  AxiReadData,
  AxiWriteData,
  AxiWriteResponse,
  axiPage,
  Handshake,
  incrementingBurst,
  laneBits,
} from "./axi.ts";

/**
 * Listens to the read channels of a manager that gives all its bursts the same id, and fails a `check` where one of them
 * breaks the protocol:
 *
 * - `valid` stays, and what goes with it stays the same, until `ready`;
 * - bursts are incrementing, of whole beats, at most 256 of them, and do not cross 4 KiB;
 * - data belong to a burst, and `last` stands on its last beat;
 * - at most `outstanding` bursts (1 to 4,096) are under way.
 */
export const AxiReadChecker = (config: AxiConfig, outstanding: number) => {
  checkSize("the number of outstanding bursts", outstanding, 1, 4096);
  const Address = AxiAddress(config);
  const Data = AxiReadData(config);
  const Lengths = Fifo(UInt(8), outstanding);

  return module(
    "AxiReadChecker",
    { params: { ...config, outstanding }, in: { ar: Handshake(Address), r: Handshake(Data) }, out: {} },
    ({ ar, r }) => {
      checkStable("AR", ar, Address, ar.bits);
      checkStable("R", r, Data, r.bits);
      checkAddress("AR", config, ar);

      const taken = transfers(r);
      const lengths = Lengths({
        enq: { valid: transfers(ar), bits: ar.bits.len },
        deq: { ready: taken.and(r.bits.last) },
      });
      const beat = reg(UInt(8), 0);
      when(taken, () => {
        beat.next = mux(r.bits.last, UInt(8).lit(0), beat.add(1));
      });
      check(transfers(ar).not().or(lengths.enq.ready), "AR: not more bursts under way than allowed");
      check(r.valid.not().or(lengths.deq.valid), "R: data belong to a burst");
      check(r.valid.not().or(r.bits.last.eq(beat.eq(lengths.deq.bits))), "R: last is on the burst's last beat");
      return {};
    },
  );
};

/**
 * As `AxiReadChecker` for the write channels. Besides, data do not precede their address, and a response follows the
 * last beat of its burst.
 */
export const AxiWriteChecker = (config: AxiConfig, outstanding: number) => {
  checkSize("the number of outstanding bursts", outstanding, 1, 4096);
  const Address = AxiAddress(config);
  const Data = AxiWriteData(config);
  const Response = AxiWriteResponse(config);
  const Lengths = Fifo(UInt(8), outstanding);
  const Pending = UInt(13);

  return module(
    "AxiWriteChecker",
    {
      params: { ...config, outstanding },
      in: { aw: Handshake(Address), w: Handshake(Data), b: Handshake(Response) },
      out: {},
    },
    ({ aw, w, b }) => {
      checkStable("AW", aw, Address, aw.bits);
      checkStable("W", w, Data, w.bits);
      checkStable("B", b, Response, b.bits);
      checkAddress("AW", config, aw);

      const sent = transfers(w);
      const ended = sent.and(w.bits.last);
      const lengths = Lengths({ enq: { valid: transfers(aw), bits: aw.bits.len }, deq: { ready: ended } });
      const beat = reg(UInt(8), 0);
      when(sent, () => {
        beat.next = mux(w.bits.last, UInt(8).lit(0), beat.add(1));
      });
      const unanswered = reg(Pending, 0);
      when(ended.ne(transfers(b)), () => {
        unanswered.next = mux(ended, unanswered.add(1), unanswered.sub(1));
      });
      check(transfers(aw).not().or(lengths.enq.ready), "AW: not more bursts under way than allowed");
      check(w.valid.not().or(lengths.deq.valid), "W: data follow their address");
      check(w.valid.not().or(w.bits.last.eq(beat.eq(lengths.deq.bits))), "W: last is on the burst's last beat");
      check(b.valid.not().or(unanswered.ne(0)), "B: a response follows the data");
      return {};
    },
  );
};

function checkStable<T extends Type>(name: string, { valid, ready }: Monitored, type: T, bits: T["~fwd"]): void {
  const word = pack(type, bits);
  const waited = pipe(valid.and(ready.not()), 0);
  check(waited.not().or(valid), `${name}: valid stays until ready`);
  check(waited.not().or(word.eq(pipe(word))), `${name}: nothing changes between valid and ready`);
}

function checkAddress(
  name: string,
  config: AxiConfig,
  {
    valid,
    bits: { addr, len, size, burst },
  }: {
    readonly valid: Bool;
    readonly bits: { readonly [K in "addr" | "len" | "size" | "burst"]: UInt<Dynamic> };
  },
): void {
  const lanes = laneBits(config);
  const beatsOfPage = axiPage / config.dataBytes;
  const first = addr.bits(lanes, Math.log2(beatsOfPage)).extend(14);
  when(valid, () => {
    check(size.eq(laneBits(config)), `${name}: beats use the whole bus`);
    check(burst.eq(incrementingBurst), `${name}: bursts are incrementing`);
    check(first.add(len.extend(14)).lt(beatsOfPage), `${name}: no burst crosses 4 KiB`);
  });
}
