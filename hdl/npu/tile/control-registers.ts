import { Bool, Bundle, clog2, module, mux, reg, Stream, UInt, when } from "../../lang/index.ts";
import { axiResponses } from "../axi.ts";
import { ProgramAddress, programAlignment } from "../controller/index.ts";
import { counterBase, counters } from "./counter-map.ts";
import { CsrRequest, CsrResponse } from "./csr-bus.ts";
import { type Csr, type CsrName, csrNames, csrs } from "./csr-map.ts";
import { csrBit } from "./csr-word.ts";

const Word = UInt(32);

/** Registers that only the tile writes, as they read. */
export const StatusWords = Bundle({
  ...{ id: Word, status: Word, pc: Word, deadlock: Word, code: Word, cause: Word },
  ...{ faultAddress: Word, faultNumber: Word, sizes: Word },
});

/** What sets the bits of the interrupt register, one cycle each; as in its fields. */
export const InterruptEvents = Bundle({ halted: Bool, fault: Bool, queues: UInt(4), deadlock: Bool });

/** Bits of the interrupt register. */
const interrupts = 7;

/**
 * The host's side of a tile: answers its accesses from the registers of `csrs` and the counters, an access every other
 * cycle.
 *
 * - `csr` → `response`: in the next cycle. What is no register is a decode error; a write of what cannot be written, and
 *   a start unless `rest`, a subordinate's error.
 * - `words`: of the registers that only the tile writes. `counter`: the one whose number is `counterIndex`, from the
 *   same cycle.
 * - `start`, `abort`, `clearCounters`: orders, one cycle. `programAddress`, `programLength`, `watchdog`: registers.
 * - `interrupt`: a bit of the interrupt register is 1 that is enabled.
 */
export const ControlRegisters = module(
  "ControlRegisters",
  {
    in: {
      csr: Stream(CsrRequest),
      words: StatusWords,
      rest: Bool,
      events: InterruptEvents,
      counter: UInt(64),
    },
    out: {
      response: Stream(CsrResponse),
      counterIndex: UInt(clog2(counters.length)),
      start: Bool,
      abort: Bool,
      clearCounters: Bool,
      programAddress: Word,
      programLength: ProgramAddress,
      watchdog: Word,
      interrupt: Bool,
    },
  },
  ({ csr, words, rest, events, counter, response }) => {
    const programAddress = reg(Word, 0);
    const programLength = reg(ProgramAddress, 0);
    const pending = reg(UInt(interrupts), 0);
    const enabled = reg(UInt(interrupts), 0);
    const watchdog = reg(Word, 0);
    const upper = reg(Word, 0); // of the counter that was read last
    const answered = reg(Bool, 0);
    const answer = reg(CsrResponse);

    const { write, address, data } = csr.bits;
    const taken = csr.valid.and(answered.not());
    const writes = (name: CsrName) => taken.and(write).and(address.eq(csrs[name].offset));

    const ofCounters = address.bits(16, 8).eq(counterBase >> 16);
    const number = address.bits(3, 13);
    const counterIndex = number.trunc(clog2(counters.length));
    const isCounter = ofCounters.and(number.lt(counters.length)).and(address.bits(0, 2).eq(0));
    const isUpper = address.bit(2);
    const readsCounter = taken.and(write.not()).and(isCounter);

    const readable = {
      ...words,
      ...{ control: Word.lit(0), programAddress, programLength: programLength.extend(32), watchdog },
      interrupt: pending.extend(32),
      interruptEnable: enabled.extend(32),
    };
    let found = Word.lit(0);
    let known = Bool.lit(0);
    let writable = Bool.lit(0);
    for (const name of csrNames) {
      const { offset, access }: Csr = csrs[name];
      const here = address.eq(offset);
      found = mux(here, readable[name], found);
      known = known.or(here);
      if (access !== "read") writable = writable.or(here);
    }
    const starts = writes("control").and(csrBit("control", "start", data));
    const refused = write.and(writable.not()).or(starts.and(rest.not()));
    const { okay, subordinateError, decodeError } = axiResponses;
    const resp = (code: number) => UInt(2).lit(code);

    when(response.ready, () => {
      answered.next = 0;
    });
    when(taken, () => {
      answered.next = 1;
      answer.next = {
        data: mux(isCounter, mux(isUpper, upper, counter.bits(0, 32)), found),
        resp: mux(known.or(isCounter), mux(refused, resp(subordinateError), resp(okay)), resp(decodeError)),
      };
    });
    when(readsCounter.and(isUpper.not()), () => {
      upper.next = counter.bits(32, 32);
    });
    when(writes("programAddress"), () => {
      programAddress.next = data.and(2 ** 32 - programAlignment);
    });
    when(writes("programLength"), () => {
      programLength.next = data.trunc(24);
    });
    when(writes("watchdog"), () => {
      watchdog.next = data;
    });
    when(writes("interruptEnable"), () => {
      enabled.next = data.trunc(interrupts);
    });
    const { halted, fault, queues, deadlock } = events;
    const set = halted
      .extend(interrupts)
      .or(fault.extend(interrupts).shl(1))
      .or(queues.extend(interrupts).shl(2))
      .or(deadlock.extend(interrupts).shl(6));
    const cleared = mux(writes("interrupt"), data.trunc(interrupts), 0);
    pending.next = pending.and(cleared.not()).or(set);

    return {
      csr: { ready: answered.not() },
      response: { valid: answered, bits: answer },
      counterIndex,
      start: starts.and(rest),
      abort: writes("control").and(csrBit("control", "abort", data)),
      clearCounters: writes("control").and(csrBit("control", "clearCounters", data)),
      programAddress,
      programLength,
      watchdog,
      interrupt: pending.and(enabled).any(),
    };
  },
);
