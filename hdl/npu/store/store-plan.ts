import { Bool, module, mux, UInt } from "../../lang/index.ts";
import { FaultReason } from "../controller/fault.ts";
import { WriteDescriptor } from "../dma/descriptor.ts";
import { resize } from "../dma/resize.ts";
import { flagOf, instructionBits, operandOf, variantIs } from "../isa/index.ts";
import { channelConfig, type NpuConfig, transactionIds } from "../npu-config.ts";
import { RowJob } from "./row-stream.ts";

/**
 * What a STORE asks for, in the same cycle: which rows to read, where to write them, and why it cannot be. No rows, no
 * columns, int32 of the scratchpad and anything else of the accumulators are operands that it cannot have; more rows than
 * the memory has are a range.
 *
 * A matrix whose rows follow each other without a gap, in whole blocks, is written as one long row, so that its bursts
 * are long however narrow it is.
 */
export const StorePlan = (config: NpuConfig) => {
  const { side, scratchpadRows, accumulatorRows } = config;
  const lanes = Math.log2(side);
  const channel = channelConfig(config, transactionIds.data);
  const { addressBits } = channel;
  const Descriptor = WriteDescriptor(channel);

  return module(
    "StorePlan",
    {
      params: { side, scratchpadRows, accumulatorRows },
      in: { instruction: UInt(instructionBits) },
      out: { descriptor: Descriptor, job: RowJob(config), reason: FaultReason },
    },
    ({ instruction }) => {
      const local = operandOf(instruction, "store", "local", 20);
      const dram = operandOf(instruction, "store", "dram", 32);
      const rows = operandOf(instruction, "store", "rows", 12);
      const cols = operandOf(instruction, "store", "cols", 12);
      const stride = operandOf(instruction, "store", "stride", 20);
      const int32 = flagOf(instruction, "store", "int32");
      const sums = variantIs(instruction, "store", "accumulator");

      const blocks = cols
        .extend(13)
        .add(side - 1)
        .shr(lanes)
        .trunc(12);
      const span = rows.mul(blocks);
      const rest = resize(cols, lanes);
      const bytes = mux(sums, cols.extend(24).shl(2), cols.extend(24));
      const whole = rest.eq(0).and(bytes.eq(stride.extend(24)));
      const joined = whole.and(span.lt(2 ** 16));
      const beats = span.shl(lanes);
      const one = UInt(16).lit(1);

      const wrong = rows.eq(0).or(cols.eq(0)).or(int32.ne(sums));
      const depth = mux(sums, UInt(25).lit(accumulatorRows), UInt(25).lit(scratchpadRows));
      const beyond = local.extend(25).add(span.extend(25)).gt(depth);
      return {
        descriptor: {
          address: dram.extend(addressBits),
          strides: [stride, UInt(20).lit(0), UInt(20).lit(0)].map((one) => one.extend(addressBits)),
          length: mux(joined, mux(sums, beats.shl(2), beats), bytes),
          counts: [mux(joined, one, rows.extend(16)), one, one],
          proceed: Bool.lit(0),
          interrupt: Bool.lit(0),
          tag: UInt(4).lit(0),
        },
        job: {
          ...{ sums, joined, blocks },
          local: local.trunc(16),
          step: rows,
          lines: rows,
          lanes: mux(rest.eq(0), UInt(lanes + 1).lit(side), rest.extend(lanes + 1)),
          sends: Bool.lit(0),
        },
        reason: mux(wrong, FaultReason.lit("Operand"), mux(beyond, FaultReason.lit("Range"), "None")),
      };
    },
  );
};
