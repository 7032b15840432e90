import { Bool, cat, inst, module, Stream, UInt, Vec } from "../../lang/index.ts";
import { element } from "../../lib/element.ts";
import { Fifo } from "../../lib/index.ts";
import { checkSize } from "../../lib/size.ts";
import { instructionBits } from "../isa/index.ts";
import { QueueGate } from "./queue-gate.ts";
import { Semaphore } from "./semaphore.ts";

/** A queue: its depth, and how many of its instructions may be with its unit at once. */
export interface QueueSizes {
  readonly depth: number;
  readonly underWay: number;
}

/** The four queues of a compute tile: load, execute, vector, store. */
export const computeQueues: readonly QueueSizes[] = [
  { depth: 8, underWay: 8 },
  { depth: 16, underWay: 8 },
  { depth: 8, underWay: 2 },
  { depth: 4, underWay: 8 },
];

/** The two queues of a memory tile: load and store. */
export const memoryQueues: readonly QueueSizes[] = [
  { depth: 8, underWay: 8 },
  { depth: 4, underWay: 8 },
];

/** Tokens that the semaphores between two queues hold. */
const mostTokens = 255;

const Instruction = UInt(instructionBits);

/**
 * Instruction queues in a row, 1 to 4 of them, with a pair of semaphores between each two neighbours.
 *
 *     load ⇄ execute ⇄ vector ⇄ store
 *
 * - `queue[i]` → `issue[i]`: an instruction goes to its unit when the tokens that it pops are there.
 * - `done[i]` with `tag[i]`: unit i is done with an instruction, in the order of issue (see `QueueGate`).
 * - `flush`: nothing is issued and what waits is dropped. `clear`: besides, what is under way is forgotten and the
 *   semaphores are emptied. `empty`: the semaphores are emptied.
 * - `idle` … `interrupt`: bit i, what `QueueGate` says of queue i. `issued`: bit i, queue i issues.
 */
export const InstructionQueues = (sizes: readonly QueueSizes[]) => {
  checkSize("the number of queues", sizes.length, 1, 4);
  const count = sizes.length;
  const Tokens = Semaphore(mostTokens);
  const Flags = UInt(count);

  return module(
    "InstructionQueues",
    {
      params: { queues: count },
      in: {
        queue: Vec(count, Stream(Instruction)),
        done: Flags,
        tag: Vec(count, UInt(4)),
        flush: Bool,
        clear: Bool,
        empty: Bool,
      },
      out: {
        issue: Vec(count, Stream(Instruction)),
        issued: Flags,
        idle: Flags,
        working: Flags,
        blocked: Flags,
        popPrev: Flags,
        popNext: Flags,
        pushPrev: Flags,
        pushNext: Flags,
        interrupt: Flags,
      },
    },
    ({ queue, issue, done, tag, flush, clear, empty }) => {
      const gates = sizes.map(({ underWay }) => inst(QueueGate(underWay)));
      const never = Bool.lit(0);
      const none = { available: never, room: never };

      // Between queue i and i + 1: one semaphore each way.
      const between = gates.slice(1).map((later, i) => {
        const earlier = gates[i] ?? later;
        const ends = clear.or(empty);
        const onwards = Tokens({ give: earlier.out.giveNext, take: later.out.takePrev, clear: ends });
        const back = Tokens({ give: later.out.givePrev, take: earlier.out.takeNext, clear: ends });
        return {
          forEarlier: { available: back.available, room: onwards.room },
          forLater: { available: onwards.available, room: back.room },
        };
      });

      const accepted = gates.map((gate, i) => {
        const unit = element(issue, i);
        const instructions = Fifo(
          Instruction,
          element(sizes, i).depth,
        )({ enq: element(queue, i), deq: { ready: gate.out.instruction.ready } });
        gate.in = {
          instruction: instructions.deq,
          issue: unit,
          done: done.bit(i),
          tag: element(tag, i),
          prev: between[i - 1]?.forLater ?? none,
          next: between[i]?.forEarlier ?? none,
          flush,
          clear,
        };
        return { enq: instructions.enq, issued: gate.out.issue.valid.and(unit.ready) };
      });

      const flags = (bits: readonly Bool[]) => cat(...[...bits].reverse()).trunc(count);
      const each = (of: (out: (typeof gates)[number]["out"]) => Bool) => flags(gates.map(({ out }) => of(out)));
      return {
        queue: accepted.map(({ enq }) => ({ ready: enq.ready })),
        issue: gates.map(({ out }) => out.issue),
        issued: flags(accepted.map(({ issued }) => issued)),
        idle: each(({ idle }) => idle),
        working: each(({ working }) => working),
        blocked: each(({ blocked }) => blocked),
        popPrev: each(({ popPrev }) => popPrev),
        popNext: each(({ popNext }) => popNext),
        pushPrev: each(({ pushPrev }) => pushPrev),
        pushNext: each(({ pushNext }) => pushNext),
        interrupt: each(({ interrupt }) => interrupt),
      };
    },
  );
};
