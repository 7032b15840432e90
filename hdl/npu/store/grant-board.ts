import { Bool, Bundle, cat, module, mux, reg, select, UInt, when } from "../../lang/index.ts";
import { tags } from "../movers/index.ts";
import { NodeId } from "../noc/flit.ts";
import { type NocConfig, nodeIds } from "../noc/noc-config.ts";

/**
 * Which nodes wait for this one to send, a bit for each of them and each tag.
 *
 * - `grant`: node `source` waits for a send of `tag`, from the next cycle on. `clear`: none does.
 * - `granted`: all nodes in `destinations` wait for `tag`, in the same cycle; bits in the order of `nodeIds`. With `take`
 *   they do not any more.
 */
export const GrantBoard = (noc: NocConfig) => {
  const ids = nodeIds(noc);
  const Nodes = UInt(ids.length);

  return module(
    "GrantBoard",
    {
      params: { width: noc.width, height: noc.height },
      in: {
        grant: Bundle({ valid: Bool, source: NodeId, tag: UInt(4) }),
        tag: UInt(4),
        destinations: Nodes,
        take: Bool,
        clear: Bool,
      },
      out: { granted: Bool },
    },
    ({ grant, tag, destinations, take, clear }) => {
      const board = Array.from({ length: tags }, () => reg(Nodes, 0));
      const source = cat(...ids.map((id) => grant.source.eq(id)).reverse()).trunc(ids.length);

      board.forEach((waiting, i) => {
        const left = mux(take.and(tag.eq(i)), waiting.and(destinations.not()), waiting);
        waiting.next = mux(grant.valid.and(grant.tag.eq(i)), left.or(source), left);
        when(clear, () => {
          waiting.next = 0;
        });
      });
      return { granted: select(board, tag).and(destinations).eq(destinations) };
    },
  );
};
