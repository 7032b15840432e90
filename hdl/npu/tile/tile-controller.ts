import { Bool, Bundle, cat, clog2, inst, module, mux, pipe, reg, Stream, UInt, Vec, when } from "../../lang/index.ts";
import { element } from "../../lib/element.ts";
import { AxiRead } from "../axi.ts";
import {
  ConfigurationQueue,
  computeQueues,
  FaultReason,
  FaultRecord,
  InstructionFetch,
  InstructionQueues,
  longestLoop,
  memoryQueues,
  ProgramSequencer,
  ProgramWait,
  UnitFault,
  Watchdog,
} from "../controller/index.ts";
import { ConfigurationWord, instructionBits } from "../isa/index.ts";
import { NodeId } from "../noc/index.ts";
import { channelConfig, type NpuConfig, transactionIds } from "../npu-config.ts";
import { RowAccess } from "../row-access.ts";
import { ControlRegisters } from "./control-registers.ts";
import { counters } from "./counter-map.ts";
import { CsrRequest, CsrResponse } from "./csr-bus.ts";
import { csrMagic } from "./csr-map.ts";
import { csrWord } from "./csr-word.ts";
import { LocalRows, MemoryWindows } from "./memory-windows.ts";
import { queuesOf, type TileKind } from "./tile-kind.ts";

/** Queues of all kinds of tile; those that a memory tile lacks are always idle there. */
const allQueues = 4;
const Flags = UInt(allQueues);

/** What the controller does in a cycle, for the counters. Bit i of the flags is of queue i. */
export const ControllerActivity = Bundle({
  running: Bool,
  advances: Bool,
  waits: ProgramWait,
  issued: Flags,
  done: Flags,
  working: Flags,
  waitPrev: Flags,
  waitNext: Flags,
  blocked: Flags,
  fetched: Bool,
});

/**
 * What tiles of all kinds have in common: runs the program that the host starts, gives its instructions to the units, and
 * tells the host how it goes.
 *
 *     host ─► memory windows ─► access
 *                   │
 *                   ▼
 *           control registers ─► fetch ─► sequencer ─► queues, configuration ─► issue
 *                   ▲                        ▲ stop       ▲ flush                 │
 *                   └──── fault record ──────┴────────────┘◄──── done, fault ─────┘
 *
 * - `id`: of the tile's node, constant. `csr` → `response`: see `ControlRegisters` and `MemoryWindows`, of which `access`,
 *   `taken` and `rows` are.
 * - `bus`: reads of the program.
 * - `issue[i]` … `busy`: to and from unit i, in the order load, execute, vector, store, as many as `queuesOf` has; bit i of
 *   `busy` says that the unit has anything under way. `configuration` belongs to the vector unit's next instruction.
 * - `moves`: anything moves in a unit in this cycle, be it only a byte.
 * - `cancel`: the units are to end what is under way, for as long as this is 1; what they say is done counts for nothing.
 * - `counter`, `counterIndex`, `clearCounters`, `activity`: see `TileCounters`.
 *
 * After a fault nothing more is issued, and the queues are emptied; what is under way ends. The tile is at rest, and can
 * be started again, when nothing is under way: by itself, or after an abort.
 */
export const TileController = (config: NpuConfig, kind: TileKind) => {
  const present = queuesOf(kind);
  const sizes = kind === "compute" ? computeQueues : memoryQueues;
  const count = present.length;
  const channel = channelConfig(config, transactionIds.fetch);
  const Instruction = UInt(instructionBits);
  const compute = kind === "compute";
  const Fetch = InstructionFetch(config);
  const Program = ProgramSequencer({ longestLoop: longestLoop(config), compute });
  const Queues = InstructionQueues(sizes);
  const Windows = MemoryWindows(config, kind);
  const Configurations = ConfigurationQueue(element(computeQueues, 2).depth);

  return module(
    "TileController",
    {
      params: { kind, side: config.side },
      in: {
        id: NodeId,
        csr: Stream(CsrRequest),
        done: UInt(count),
        tag: Vec(count, UInt(4)),
        fault: Vec(count, UnitFault),
        busy: UInt(count),
        moves: Bool,
        counter: UInt(64),
        taken: Bool,
        rows: LocalRows(config),
      },
      out: {
        response: Stream(CsrResponse),
        access: RowAccess(config),
        bus: AxiRead(channel),
        issue: Vec(count, Stream(Instruction)),
        configuration: ConfigurationWord,
        cancel: Bool,
        interrupt: Bool,
        counterIndex: UInt(clog2(counters.length)),
        clearCounters: Bool,
        activity: ControllerActivity,
      },
    },
    ({ id, csr, done, tag, fault, busy, moves, counter, taken, rows, response, bus, issue }) => {
      const windows = inst(Windows);
      const registers = inst(ControlRegisters);
      const fetch = inst(Fetch);
      const program = inst(Program);
      const queues = inst(Queues);
      const configurations = inst(Configurations);
      const faults = inst(FaultRecord);
      const watchdog = inst(Watchdog);

      /** Bits of the tile's own queues at the places of all queues; `other` for those that it lacks. */
      const spread = (own: UInt<number>, other: 0 | 1): UInt<4> =>
        cat(
          ...Array.from({ length: allQueues }, (_, i) => {
            const place = present.indexOf(allQueues - 1 - i);
            return place < 0 ? Bool.lit(other) : own.bit(place);
          }),
        ).trunc(allQueues);

      const { start, abort } = registers.out;
      const { state } = program.out;
      const { stop, cause } = faults.out;
      const aborting = reg(Bool, 0);
      const running = state.is("Fetch").or(state.is("Dispatch"));
      const quiet = busy.any().not().and(queues.out.idle.all()).and(fetch.out.busy.not());
      const rest = running.not().and(aborting.not()).and(quiet);
      when(abort, () => {
        aborting.next = 1;
      }).elseWhen(quiet, () => {
        aborting.next = 0;
      });

      const idle = spread(queues.out.idle, 1);
      const { load, execute, vector, store } = program.out;
      const streams = [load, execute, vector, store];
      const toQueue = queues.out.queue;
      const ready = (queue: number) => {
        const place = present.indexOf(queue);
        return { ready: place < 0 ? Bool.lit(1) : element(toQueue, place).ready };
      };
      program.in = {
        ...{ start, stop, abort: aborting, length: registers.out.programLength },
        ...{ fetched: fetch.out.fetched, word: fetch.out.word, idle },
        ...{ load: ready(0), execute: ready(1), vector: ready(2), store: ready(3) },
      };
      fetch.in = {
        ...{ start, stop: running.not().or(stop), address: registers.out.programAddress },
        ...{ length: registers.out.programLength, oldest: program.out.oldest, read: program.out.read, bus },
        access: windows.out.access,
      };
      queues.in = {
        queue: present.map((queue) => element(streams, queue)),
        ...{ done, tag, issue, flush: stop.or(aborting), clear: aborting, empty: start },
      };
      configurations.in = {
        ...{ configure: program.out.configure, clear: start, drop: stop.or(aborting) },
        push: vector.valid.and(ready(2).ready),
        pop: spread(queues.out.issued, 0).bit(2),
      };

      // The reason comes with the fault of the bus, so that of the program is in its own registers.
      const none = { valid: Bool.lit(0), reason: FaultReason.lit("None"), address: UInt(32).lit(0) };
      const own = (queue: number) => fault[present.indexOf(queue)] ?? none;
      const ended = spread(done, 0);
      const failed = state.is("Faulted");
      const progress = moves.or(queues.out.issued.any()).or(done.any()).or(program.out.advances).or(fetch.out.beat);
      watchdog.in = { running: running.and(stop.not()), progress, limit: registers.out.watchdog };
      faults.in = {
        clear: start,
        units: [0, 1, 2, 3].map((queue) => {
          const one = own(queue);
          return { ...one, valid: one.valid.and(aborting.not()) };
        }),
        done: ended,
        fetch: {
          valid: fetch.out.failed.and(running),
          reason: FaultReason.lit("Read"),
          address: fetch.out.place,
        },
        program: failed,
        deadlock: watchdog.out.bites,
      };

      const waitedFor = streams.map(({ valid }, i) => valid.and(ready(i).ready.not()));
      const which = waitedFor.reduce<UInt<2>>((number, waits, i) => mux(waits, UInt(2).lit(i), number), UInt(2).lit(0));
      const { popPrev, popNext, pushPrev, pushNext, working } = queues.out;
      const waiting = csrWord("deadlock", {
        ...{ popPrev: spread(popPrev, 0), popNext: spread(popNext, 0) },
        ...{ pushPrev: spread(pushPrev, 0), pushNext: spread(pushNext, 0), units: spread(working, 0) },
        ...{ program: program.out.waits.asUInt(), queue: which },
      });
      const deadlock = reg(UInt(32), 0);
      when(start, () => {
        deadlock.next = 0;
      }).elseWhen(watchdog.out.bites, () => {
        deadlock.next = waiting;
      });

      const kindBit = UInt(1).lit(compute ? 0 : 1);
      const sizes = UInt(32).lit(
        Math.log2(config.scratchpadRows) |
          (Math.log2(config.scratchpadBanks) << 8) |
          ((compute ? Math.log2(config.accumulatorRows) : 0) << 16),
      );
      windows.in = {
        ...{ csr, response, rest, taken, rows, instructions: fetch.out.row },
        ...{ registers: registers.out.csr, answer: registers.out.response },
      };
      registers.in = {
        ...{ csr: windows.out.registers, response: windows.out.answer, rest, counter },
        events: {
          halted: state.is("Halted").and(pipe(state.is("Halted"), 1).not()),
          fault: stop.and(pipe(stop, 0).not()),
          queues: spread(queues.out.interrupt, 0),
          deadlock: watchdog.out.bites,
        },
        words: {
          id: csrWord("id", {
            ...{ node: id, kind: kindBit, sideLog: UInt(4).lit(Math.log2(config.side)) },
            magic: UInt(16).lit(csrMagic),
          }),
          status: csrWord("status", {
            ...{ state: state.asUInt(), fault: program.out.fault.asUInt(), illegal: program.out.illegal.asUInt() },
            ...{ busy: idle.not(), fetching: fetch.out.busy, aborting, rest },
          }),
          pc: csrWord("pc", { pc: program.out.pc }),
          deadlock,
          code: csrWord("code", { code: program.out.code }),
          cause: csrWord("cause", { source: cause.source.asUInt(), reason: cause.reason.asUInt() }),
          ...{ faultAddress: cause.address, faultNumber: cause.number, sizes },
        },
      };

      return {
        csr: windows.out.csr,
        response: windows.out.response,
        access: windows.out.access,
        bus: fetch.out.bus,
        issue: queues.out.issue,
        configuration: configurations.out.configuration,
        cancel: aborting,
        interrupt: registers.out.interrupt,
        counterIndex: registers.out.counterIndex,
        clearCounters: registers.out.clearCounters,
        activity: {
          ...{ running, advances: program.out.advances, waits: program.out.waits },
          ...{ issued: spread(queues.out.issued, 0), done: ended, working: spread(working, 0) },
          waitPrev: spread(popPrev.or(pushPrev), 0),
          waitNext: spread(popNext.or(pushNext), 0),
          blocked: spread(queues.out.blocked, 0),
          fetched: fetch.out.beat,
        },
      };
    },
  );
};
