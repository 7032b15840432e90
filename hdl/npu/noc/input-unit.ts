import { Bool, cat, check, clog2, fill, mem, module, pack, UInt, unpack, Vec, when } from "../../lang/index.ts";
import { element } from "../../lib/element.ts";
import { oneHotMux } from "../../lib/one-hot.ts";
import { Flit, PackedFlit, VcLevel } from "./flit.ts";
import type { NocConfig } from "./noc-config.ts";
import { PacketFraming } from "./packet-framing.ts";
import { portCount } from "./ports.ts";
import { Route } from "./route.ts";
import { VirtualChannel } from "./virtual-channel.ts";

const Ports = UInt(portCount);

/**
 * An input of a router: routes each flit that arrives, writes it into the buffer of its virtual channel, and reads the
 * one that the switch allocator picks.
 *
 * - `valid`, `flit`: what arrives; `turns`, `x`, `y`: see `Route`.
 * - By virtual channel: `want`, `granted`, `ready`, `waits`, `room` and `empty`, see `VirtualChannel`.
 * - `picked`: the virtual channel, one-hot, whose front flit is `front`, packed, `last` of its packet or
 *   not, and goes by the outputs `sent`.
 * - `credit`: the virtual channels that a flit leaves in this cycle. `held`: flits in each.
 *
 * Only `front`, `last` and `credit` depend on inputs of the same cycle, on `picked` and `sent`.
 */
export const InputUnit = (config: NocConfig) => {
  const { vcs, vcDepth } = config;
  const PerVc = Vec(vcs, Ports);
  const RouteOf = Route(config);
  const Queue = VirtualChannel(config);

  return module(
    "InputUnit",
    {
      params: { vcs, vcDepth },
      in: {
        valid: Bool,
        flit: Flit(config),
        x: UInt(4),
        y: UInt(4),
        turns: Ports,
        granted: PerVc,
        room: PerVc,
        empty: PerVc,
        picked: UInt(vcs),
        sent: Ports,
      },
      out: {
        want: PerVc,
        ready: PerVc,
        waits: PerVc,
        front: PackedFlit(config),
        last: Bool,
        credit: UInt(vcs),
        held: Vec(vcs, VcLevel(config)),
      },
    },
    ({ valid, flit, x, y, turns, granted, room, empty, picked, sent }) => {
      const { destination, mask, source, last, vc } = flit;
      const { outputs } = RouteOf({ destination, mask, x, y, turns });

      const queues = granted.map((given, i) =>
        Queue({
          write: valid.and(vc.eq(i)),
          outputs,
          last,
          granted: given,
          room: element(room, i),
          empty: element(empty, i),
          sent: sent.and(fill(portCount, picked.bit(i))),
        }),
      );

      const flits = mem(PackedFlit(config), vcs * vcDepth);
      const place = clog2(vcs * vcDepth);
      const within = (queue: UInt<number>, at: UInt<number>) => cat(queue, at).trunc(place);
      const tail = oneHotMux(
        queues.map((_, i) => vc.eq(i)),
        queues.map((queue) => queue.tail),
      );
      when(valid, () => {
        check(outputs.any(), "every flit has somewhere to go");
        flits.write(within(vc, tail), pack(Flit(config), flit));
      });
      const head = oneHotMux(
        picked.asBools(),
        queues.map((queue, i) => within(UInt(clog2(vcs)).lit(i), queue.head)),
      );

      const front = flits.read(head);

      PacketFraming(config)({ valid, vc, last, name: { source, destination, mask } });

      return {
        want: queues.map((queue) => queue.want),
        ready: queues.map((queue) => queue.ready),
        waits: queues.map((queue) => queue.waits),
        front,
        last: unpack(Flit(config), front).last,
        credit: cat(...queues.map((queue) => queue.pop).reverse()).trunc(vcs),
        held: queues.map((queue) => queue.level),
      };
    },
  );
};
