import { Bool, Bundle, cat, module, mux, UInt } from "../../lang/index.ts";
import { FaultReason } from "../controller/fault.ts";
import { flagOf, instructionBits, operandOf, variantIs } from "../isa/index.ts";
import { NodeId } from "../noc/flit.ts";
import { type NocConfig, nodeIds } from "../noc/noc-config.ts";
import type { NpuConfig } from "../npu-config.ts";

/** Sends that a node can wait for at once, told apart by their tags. */
export const tags = 16;

/**
 * Rows that go through the network: `rows` rows of the scratchpad, or with `sums` of the accumulators, from `local` on,
 * to or from `node`; with bits in `mask`, to all nodes that differ from it in those alone. `accumulate`: adds to what is
 * there.
 */
export const PacketJob = Bundle({
  node: NodeId,
  mask: NodeId,
  tag: UInt(4),
  local: UInt(16),
  rows: UInt(12),
  sums: Bool,
  accumulate: Bool,
});

/**
 * What a SEND or a RECEIVE asks for, in the same cycle, and why it cannot be: no rows, a tag beyond 15 or no such node is
 * an operand that it cannot have, rows beyond the memory are a range. `destinations`: bit i, it names the i-th node of
 * the mesh, in the order of `nodeIds`.
 */
export const PacketPlan = (config: NpuConfig, noc: NocConfig, mnemonic: "send" | "receive") => {
  const { scratchpadRows, accumulatorRows } = config;
  const ids = nodeIds(noc);
  const sends = mnemonic === "send";

  return module(
    sends ? "SendPlan" : "ReceivePlan",
    {
      params: { width: noc.width, height: noc.height },
      in: { instruction: UInt(instructionBits) },
      out: { job: PacketJob, reason: FaultReason, destinations: UInt(ids.length) },
    },
    ({ instruction }) => {
      const node = operandOf(instruction, mnemonic, "node", 8);
      const mask = sends ? operandOf(instruction, mnemonic, "mask", 8) : NodeId.lit(0);
      const tag = operandOf(instruction, mnemonic, "tag", 8);
      const local = operandOf(instruction, mnemonic, "local", 20);
      const rows = operandOf(instruction, mnemonic, "rows", 12);
      const sums = variantIs(instruction, mnemonic, "accumulator");
      const accumulate = sends ? Bool.lit(0) : flagOf(instruction, mnemonic, "accumulate");

      const named = ids.map((id) => node.xor(id).and(mask.not()).eq(0));
      const destinations = cat(...[...named].reverse()).trunc(ids.length);
      const wrong = rows.eq(0).or(tag.ge(tags)).or(destinations.eq(0)).or(accumulate.and(sums.not()));
      const end = local.extend(21).add(rows.extend(21));
      const beyond = end.gt(mux(sums, UInt(21).lit(accumulatorRows), UInt(21).lit(scratchpadRows)));

      const reason = mux(beyond, FaultReason.lit("Range"), FaultReason.lit("None"));
      return {
        job: { node, mask, tag: tag.trunc(4), local: local.trunc(16), rows, sums, accumulate },
        reason: mux(wrong, FaultReason.lit("Operand"), reason),
        destinations,
      };
    },
  );
};

/** Throws a RangeError unless a flit of the network carries a row of the scratchpad. */
export function checkFlits({ side }: NpuConfig, { payloadBits }: NocConfig): void {
  if (payloadBits !== 8 * side)
    throw new RangeError(
      `a flit carries a row of the scratchpad: ${8 * side} bits for a side of ${side}, not ${payloadBits}`,
    );
}
