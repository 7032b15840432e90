import { Bool, Bundle, check, mem, module, pack, reg, UInt, when } from "../../lang/index.ts";
import { NodeId, VcNumber } from "./flit.ts";
import type { NocConfig } from "./noc-config.ts";

const PacketName = Bundle({ source: NodeId, destination: NodeId, mask: NodeId });

/**
 * Watches the flits that arrive at a buffer, and checks that between the head of a packet and its tail only flits of that
 * packet come on its virtual channel. It has no outputs.
 */
export const PacketFraming = (config: NocConfig) => {
  const { vcs } = config;

  return module(
    "PacketFraming",
    { params: { vcs }, in: { valid: Bool, vc: VcNumber(config), last: Bool, name: PacketName }, out: {} },
    ({ valid, vc, last, name }) => {
      const packets = mem(PacketName, vcs);
      const open = reg(UInt(vcs), 0);
      const own = UInt(vcs).lit(1).shl(vc);
      const inside = open.and(own).any();

      when(valid, () => {
        packets.write(vc, name);
        open.next = open.and(own.not());
        when(last.not(), () => {
          open.next = open.or(own);
        });
        check(
          inside.not().or(pack(PacketName, packets.read(vc)).eq(pack(PacketName, name))),
          "the flits of a packet come without others between them on their virtual channel",
        );
        check(vc.extend(4).lt(vcs), "a flit's virtual channel is one of those that there are");
      });
      return {};
    },
  );
};
