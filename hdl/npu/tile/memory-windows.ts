import {
  Bool,
  Bundle,
  cat,
  check,
  clog2,
  Enum,
  match,
  module,
  mux,
  reg,
  Stream,
  select,
  UInt,
  when,
} from "../../lang/index.ts";
import { axiResponses } from "../axi.ts";
import type { NpuConfig } from "../npu-config.ts";
import { HostRow, RowAccess, rowWords, type TileMemory, TileMemoryName } from "../row-access.ts";
import { CsrRequest, CsrResponse } from "./csr-bus.ts";
import { memoryWindows } from "./memory-map.ts";
import { memoriesOf, type TileKind } from "./tile-kind.ts";

const WindowState = Enum("Idle", "Read", "Look", "Write", "Answer");

/** The rows that were read in the cycle before, of the memories outside the controller. */
export const LocalRows = (config: NpuConfig) => {
  const Row = HostRow(config);
  return Bundle({ scratchpad: Row, accumulator: Row, bias: Row, scale: Row, lut: Row });
};

/**
 * Takes the accesses of the host to a tile's memories (see `memoryWindows`) out of its stream; what has zeros in bits 23
 * to 20 of its address goes on to the registers.
 *
 *     csr ─┬─► registers ─────────────────────────► answer ─┬─► response
 *          └─► read the row ─► write it back, changed ──────┘
 *
 * All are of a whole word. A write reads the row, puts the word into it and writes it back, whatever the memory could
 * mask: nobody else is there. A read takes 3 cycles, a write 4.
 *
 * - `rest`: nothing is under way in the tile; otherwise the access is a subordinate's error and touches nothing. What is
 *   in no window, beyond the memory, or at no multiple of 4 is a decode error.
 * - `access`: to the memories, which say with `taken` that it is through in this cycle; `rows` and `instructions` are what
 *   they read in the cycle before.
 * - `response`: in the order of `csr`; nothing more is taken before it has gone.
 */
export const MemoryWindows = (config: NpuConfig, kind: TileKind) => {
  const Row = HostRow(config);
  const words = rowWords(config);
  const laneBits = clog2(words);
  const present = memoriesOf(kind);

  return module(
    "MemoryWindows",
    {
      params: { kind, side: config.side },
      in: {
        csr: Stream(CsrRequest),
        answer: Stream(CsrResponse),
        rest: Bool,
        taken: Bool,
        rows: LocalRows(config),
        instructions: Row,
      },
      out: { registers: Stream(CsrRequest), response: Stream(CsrResponse), access: RowAccess(config) },
    },
    ({ csr, answer, rest, taken, rows, instructions, registers, response }) => {
      const state = reg(WindowState, "Idle");
      const write = reg(Bool, 0);
      const data = reg(UInt(32));
      const memory = reg(TileMemoryName, "scratchpad");
      const row = reg(UInt(16));
      const lane = reg(UInt(laneBits));
      const held = reg(Row); // to be written
      const result = reg(CsrResponse);
      const owed = reg(Bool, 0); // an answer of the registers

      const { address } = csr.bits;
      const idle = state.is("Idle");
      const ours = address.bits(20, 4).ne(0);
      const free = idle.and(owed.not());
      const takes = csr.valid.and(ours).and(free);
      const passes = csr.valid.and(ours.not()).and(free);
      const places = present.map((name) => placeOf(name, address));
      const known = places.reduce<Bool>((any, { here }) => any.or(here), Bool.lit(0)).and(address.bits(0, 2).eq(0));

      const given = { ...rows, instructions };
      const whole = present.reduce((other, name) => mux(memory.is(name), given[name], other), Row.lit(0));
      const parts = Array.from({ length: words }, (_, i) => whole.bits(32 * i, 32));
      const changed = parts.map((part, i) => mux(lane.eq(i), data, part));
      const { okay, subordinateError, decodeError } = axiResponses;
      const code = (response: number) => UInt(2).lit(response);
      const nothing = UInt(32).lit(0);

      match(state, {
        Idle: () => {
          when(takes, () => {
            write.next = csr.bits.write;
            data.next = csr.bits.data;
            for (const { name, here, ...place } of places)
              when(here, () => {
                memory.next = name;
                row.next = place.row;
                lane.next = place.lane;
              });
            result.next = { data: nothing, resp: mux(known, code(subordinateError), code(decodeError)) };
            state.next = mux(known.and(rest), WindowState.lit("Read"), "Answer");
          });
        },
        Read: () => {
          when(taken, () => {
            state.next = "Look";
          });
        },
        Look: () => {
          state.next = mux(write, WindowState.lit("Write"), "Answer");
          held.next = cat(...changed.reverse());
          result.next = { data: mux(write, nothing, select(parts, lane)), resp: code(okay) };
        },
        Write: () => {
          when(taken, () => {
            state.next = "Answer";
          });
        },
        Answer: () => {
          when(response.ready, () => {
            state.next = "Idle";
          });
        },
      });

      const answers = state.is("Answer");
      const access = state.is("Read").or(state.is("Write"));
      check(access.not().or(rest), "the tile is at rest while the host is at its memories");
      const answered = answer.valid.and(response.ready).and(answers.not());
      owed.next = passes.and(registers.ready).or(owed).and(answered.not());
      return {
        csr: { ready: free.and(ours.or(registers.ready)) },
        registers: { valid: passes, bits: csr.bits },
        answer: { ready: response.ready.and(answers.not()) },
        response: {
          valid: answers.or(answer.valid),
          bits: mux(answers, { data: result.data, resp: result.resp }, answer.bits),
        },
        access: {
          valid: access,
          write: state.is("Write"),
          ...{ memory, row, data: held },
        },
      };
    },
  );

  /** Whether an address is one of a memory, and which row and word of it. */
  function placeOf(name: TileMemory, address: UInt<24>) {
    const { base, bytes, pitch, rows } = memoryWindows[name];
    const [window, low] = [Math.log2(bytes), Math.log2(pitch(config))];
    const row = address.bits(low, window - low);
    const inWindow = address.bits(window, 24 - window).eq(base / bytes);
    const most = rows(config);
    return {
      name,
      here: most < 2 ** row.width ? inWindow.and(row.lt(most)) : inWindow,
      row: row.width > 16 ? row.trunc(16) : row.extend(16),
      lane: low > 2 ? address.bits(2, low - 2).extend(laneBits) : UInt(laneBits).lit(0),
    };
  }
};
