import { Bool, Bundle, check, clog2, inst, module, reg, Stream, UInt, unpack, when } from "../../lang/index.ts";
import { Fifo } from "../../lib/index.ts";
import { checkSize } from "../../lib/size.ts";
import { DoneTag, Header, instructionBits } from "../isa/index.ts";

/** The two semaphores towards a neighbour: whether a token can be taken from the one, and given to the other. */
export const Neighbour = Bundle({ available: Bool, room: Bool });

/**
 * The end of an instruction queue: lets an instruction go to its unit when the tokens that it pops are there, and
 * pushes its tokens when the unit is done with it. At most `underWay` instructions (1 to 64) are with the unit.
 *
 * - `instruction` → `issue`: in the same cycle, unless a token or a slot is missing.
 * - `done`, with the `tag` of the instruction, in the order of issue. Its tokens are pushed from the next cycle on, as
 *   soon as there is room for all of them.
 * - `flush`: nothing is issued, what waits is dropped, an instruction a cycle. `clear`: besides, what is under way is
 *   forgotten; what is done meanwhile counts for nothing.
 * - `takePrev` … `giveNext`: to the semaphores. `popPrev`, `popNext`: an instruction waits for that token. `pushPrev`,
 *   `pushNext`: such a token waits for room.
 * - `interrupt`: one cycle, for each instruction done that asks for it. `idle`: nothing is waiting or under way.
 *   `working`: something is under way. `blocked`: the next instruction has its tokens but not the unit.
 */
export const QueueGate = (underWay: number) => {
  checkSize("the number of instructions under way", underWay, 1, 64);
  const Tags = Fifo(DoneTag, underWay);
  const Instruction = UInt(instructionBits);
  const Slots = UInt(clog2(underWay + 1));

  return module(
    "QueueGate",
    {
      params: { underWay },
      in: {
        instruction: Stream(Instruction),
        done: Bool,
        tag: UInt(4),
        prev: Neighbour,
        next: Neighbour,
        flush: Bool,
        clear: Bool,
      },
      out: {
        issue: Stream(Instruction),
        takePrev: Bool,
        takeNext: Bool,
        givePrev: Bool,
        giveNext: Bool,
        popPrev: Bool,
        popNext: Bool,
        pushPrev: Bool,
        pushNext: Bool,
        interrupt: Bool,
        idle: Bool,
        working: Bool,
        blocked: Bool,
      },
    },
    ({ instruction, issue, done, tag, prev, next, flush, clear }) => {
      const header = unpack(Header, instruction.bits.bits(0, 16));
      const lacksPrev = header.popPrev.and(prev.available.not());
      const lacksNext = header.popNext.and(next.available.not());

      const slots = reg(Slots, 0); // from issue until the tokens are pushed
      const drops = flush.or(clear);
      const waits = instruction.valid.and(drops.not());
      const supplied = lacksPrev.or(lacksNext).not();
      const goes = supplied.and(slots.ne(underWay)).and(drops.not());
      const issued = instruction.valid.and(goes).and(issue.ready);

      const tags = inst(Tags);
      const { valid, bits } = tags.out.deq;
      const fullPrev = bits.pushPrev.and(prev.room.not());
      const fullNext = bits.pushNext.and(next.room.not());
      const pushed = valid.and(fullPrev.not()).and(fullNext.not()).and(clear.not());
      const counts = done.and(clear.not());
      tags.in = {
        enq: { valid: counts, bits: unpack(DoneTag, tag) },
        deq: { ready: fullPrev.or(fullNext).not().or(clear) },
      };
      check(counts.not().or(tags.out.enq.ready), "a unit is done with no more instructions than it was given");

      when(clear, () => {
        slots.next = 0;
      }).elseWhen(issued.ne(pushed), () => {
        when(issued, () => {
          slots.next = slots.add(1);
        }).otherwise(() => {
          slots.next = slots.sub(1);
        });
      });

      return {
        instruction: { ready: goes.and(issue.ready).or(drops) },
        issue: { valid: instruction.valid.and(goes), bits: instruction.bits },
        takePrev: issued.and(header.popPrev),
        takeNext: issued.and(header.popNext),
        givePrev: pushed.and(bits.pushPrev),
        giveNext: pushed.and(bits.pushNext),
        popPrev: waits.and(lacksPrev),
        popNext: waits.and(lacksNext),
        pushPrev: valid.and(fullPrev),
        pushNext: valid.and(fullNext),
        interrupt: pushed.and(bits.interrupt),
        idle: instruction.valid.not().and(slots.eq(0)),
        working: slots.ne(0),
        blocked: waits.and(supplied).and(issued.not()),
      };
    },
  );
};
