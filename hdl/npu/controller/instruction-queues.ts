import { Bool, cat, inst, module, Stream, UInt, Vec } from "../../lang/index.ts";
import { Fifo } from "../../lib/index.ts";
import { checkSize } from "../../lib/size.ts";
import { instructionBits } from "../isa/index.ts";
import { QueueGate } from "./queue-gate.ts";
import { Semaphore } from "./semaphore.ts";

/** Instructions that each queue holds: load, execute, vector, store. */
export const queueDepths = [8, 16, 8, 4] as const;

/** Tokens that the semaphores between two queues hold. */
const mostTokens = 255;

const Instruction = UInt(instructionBits);

/**
 * The four instruction queues, load, execute, vector and store, with a pair of semaphores between each two neighbours.
 *
 *     load ⇄ execute ⇄ vector ⇄ store
 *
 * - `queue[i]` → `issue[i]`: an instruction goes to its unit when the tokens that it pops are there.
 * - `done[i]` with `tag[i]`: unit i is done with an instruction, in the order of issue (see `QueueGate`).
 * - `idle`: bit i, queue i and its unit have nothing to do. `waitPrev`, `waitNext`: bit i, queue i waits for a token of that
 *   neighbour, or for room for one. `interrupt`: bit i, one cycle.
 * - `clear` empties the semaphores. At most `underWay` instructions are with a unit.
 */
export const InstructionQueues = (underWay: number) => {
  checkSize("the number of instructions under way", underWay, 1, 64);
  const count = queueDepths.length;
  const Gate = QueueGate(underWay);
  const Tokens = Semaphore(mostTokens);

  return module(
    "InstructionQueues",
    {
      params: { underWay },
      in: {
        queue: Vec(count, Stream(Instruction)),
        done: UInt(count),
        tag: Vec(count, UInt(4)),
        clear: Bool,
      },
      out: {
        issue: Vec(count, Stream(Instruction)),
        idle: UInt(count),
        waitPrev: UInt(count),
        waitNext: UInt(count),
        interrupt: UInt(count),
      },
    },
    ({ queue, issue, done, tag, clear }) => {
      const gates = queueDepths.map(() => inst(Gate));
      const never = Bool.lit(0);
      const none = { available: never, room: never };

      // Between queue i and i + 1: one semaphore each way.
      const between = gates.slice(1).map((later, i) => {
        const earlier = gates[i] ?? later;
        const onwards = Tokens({ give: earlier.out.giveNext, take: later.out.takePrev, clear });
        const back = Tokens({ give: later.out.givePrev, take: earlier.out.takeNext, clear });
        return {
          forEarlier: { available: back.available, room: onwards.room },
          forLater: { available: onwards.available, room: back.room },
        };
      });

      const accepted = gates.map((gate, i) => {
        const enq = queue[i];
        const unit = issue[i];
        const ownTag = tag[i];
        if (!enq || !unit || !ownTag) throw new RangeError(`there is no queue ${i}`);
        const instructions = Fifo(
          Instruction,
          queueDepths[i] ?? 1,
        )({ enq, deq: { ready: gate.out.instruction.ready } });
        gate.in = {
          instruction: instructions.deq,
          issue: unit,
          done: done.bit(i),
          tag: ownTag,
          prev: between[i - 1]?.forLater ?? none,
          next: between[i]?.forEarlier ?? none,
        };
        return instructions;
      });

      const word = (bits: readonly Bool[]) => cat(...[...bits].reverse()).trunc(count);
      return {
        queue: accepted.map(({ enq }) => ({ ready: enq.ready })),
        issue: gates.map((gate) => gate.out.issue),
        idle: word(gates.map((gate) => gate.out.idle)),
        waitPrev: word(gates.map((gate) => gate.out.waitPrev)),
        waitNext: word(gates.map((gate) => gate.out.waitNext)),
        interrupt: word(gates.map((gate) => gate.out.interrupt)),
      };
    },
  );
};
