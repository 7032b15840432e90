import { Bool, Bundle, check, clog2, mem, module, mux, reg, UInt, when } from "../../lang/index.ts";
import { VcLevel } from "./flit.ts";
import type { NocConfig } from "./noc-config.ts";
import { portCount } from "./ports.ts";

const Ports = UInt(portCount);

/** What a virtual channel knows of each flit that it holds. */
const Entry = Bundle({ outputs: Ports, last: Bool });

/**
 * One virtual channel of an input: the order of its flits and where each is to go. The flits themselves lie in the
 * input's memory, at `tail` when one is written and at `head` when the front one is read.
 *
 * - `write`: a flit arrives, to leave by `outputs`; `last` of its packet.
 * - `want`: the output of which the packet at the front needs this virtual channel next; `granted` gives it. Outputs
 *   are kept until the tail has left by them.
 * - `ready`: the outputs by which the front flit can go now, of those that have `room`. `sent` are those by which it does
 *   go: any of them, at once or one after the other; it leaves (`pop`) with the last one.
 * - `waits`: the outputs by which the front flit has still to go.
 *
 * A packet that forks takes its outputs one after the other in the order of `ports`, each only when the buffers behind
 * those before are `empty`, and moves when all are: then there is room for the whole packet everywhere, and it waits for
 * nothing any more. Until then it holds outputs while it waits for one that comes later in the order, or for the buffer
 * behind the last one that it took. The links of an XY tree follow the same order along the way of each packet: east or
 * west, then north or south, then out; and a buffer empties by links that come later than its own. So whatever waits,
 * waits for something later, no circle can close, and multicast is free of deadlock as long as its packets fit into a
 * virtual channel.
 */
export const VirtualChannel = (config: NocConfig) => {
  const { vcDepth } = config;
  const Place = UInt(clog2(vcDepth));

  return module(
    "VirtualChannel",
    {
      params: { vcDepth },
      in: { write: Bool, outputs: Ports, last: Bool, granted: Ports, room: Ports, empty: Ports, sent: Ports },
      out: { head: Place, tail: Place, want: Ports, ready: Ports, waits: Ports, pop: Bool, level: VcLevel(config) },
    },
    ({ write, outputs, last, granted, room, empty, sent }) => {
      const entries = mem(Entry, vcDepth);
      const head = reg(Place, 0);
      const tail = reg(Place, 0);
      const level = reg(VcLevel(config), 0);
      const held = reg(Ports, 0); // outputs that the packet at the front has
      const served = reg(Ports, 0); // outputs by which the front flit has gone
      const started = reg(Bool, 0); // the packet at the front is under way

      const front = entries.read(head);
      const valid = level.ne(0);
      const lacks = mux(valid, front.outputs.and(held.not()), 0);
      const roomForAll = held.and(empty.not()).eq(0);
      const want = mux(roomForAll, lacks.and(lacks.not().add(1)), 0);

      const forks = front.outputs.and(front.outputs.sub(1)).any();
      const mayMove = valid.and(lacks.eq(0)).and(started.or(forks.not()).or(roomForAll));
      const waits = mux(valid, front.outputs.and(served.not()), 0);
      const ready = mux(mayMove, waits.and(room), 0);

      const moves = sent.any();
      const pop = moves.and(waits.and(sent.not()).eq(0));

      when(write, () => {
        entries.write(tail, { outputs, last });
        tail.next = tail.add(1);
      });
      held.next = held.or(granted);
      when(moves, () => {
        served.next = served.or(sent);
        started.next = 1;
      });
      when(pop, () => {
        head.next = head.add(1);
        served.next = 0;
        when(front.last, () => {
          held.next = 0;
          started.next = 0;
        });
      });
      level.next = mux(write.eq(pop), level, mux(write, level.add(1), level.sub(1)));

      check(write.not().or(level.ne(vcDepth)), "no flit comes to a full buffer");

      return { head, tail, want, ready, waits, pop, level };
    },
  );
};
