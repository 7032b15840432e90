import { Bool, Bundle, Enum, module, mux, UInt } from "../../lang/index.ts";
import { FaultReason } from "../controller/fault.ts";
import { ReadDescriptor } from "../dma/descriptor.ts";
import { resize } from "../dma/resize.ts";
import { flagOf, instructionBits, operandOf, variantIs } from "../isa/index.ts";
import { channelConfig, type NpuConfig, transactionIds } from "../npu-config.ts";
import { parameterRows, tableEntries } from "../vector/index.ts";

/** Where a LOAD goes, and what of: bytes of the scratchpad, int8 or int32 of the accumulators, int32 of the vector unit's parameters, int16 of its table. */
export const LoadTarget = Enum("Scratchpad", "Bytes", "Sums", "Bias", "Scale", "Table");

/** A number of rows or columns with its padding. */
export const PaddedSize = UInt(13);

/** A measure of what there is to do: a little more than the beats that a LOAD reads, at least 1. */
export const LoadWork = UInt(32);

/**
 * Where the beats of a LOAD go. With R × C the size of the matrix with its padding:
 *
 * - Block j of `side` columns, row i, goes to row local + j · R + i; `step` is R, `blocks` how many there are.
 * - With `transpose`, column c of block i of `side` rows goes to row local + i · C + c; `width` is C.
 * - `Table`: the elements go to the entries from `local` on.
 */
export const Placement = Bundle({
  target: LoadTarget,
  accumulate: Bool,
  transpose: Bool,
  local: UInt(16),
  step: PaddedSize,
  blocks: PaddedSize,
  width: PaddedSize,
  work: LoadWork,
});

/**
 * What a LOAD asks for, in the same cycle: what to read, where to put it, and why it cannot be. No rows, no columns, and a
 * flag that does not go with the memory are an operand that it cannot have; more rows than the memory has are a range.
 *
 * A matrix without padding whose rows follow each other without a gap is read as one long row, so that its bursts are
 * long however narrow it is. A transposed one is read in tiles of `side` × `side`, a burst a row of each.
 */
export const LoadPlan = (config: NpuConfig) => {
  const { side, scratchpadRows, accumulatorRows } = config;
  const lanes = Math.log2(side);
  const channel = channelConfig(config, transactionIds.data);
  const { addressBits } = channel;
  const Descriptor = ReadDescriptor(channel);

  return module(
    "LoadPlan",
    {
      params: { side, scratchpadRows, accumulatorRows },
      in: { instruction: UInt(instructionBits) },
      out: { descriptor: Descriptor, placement: Placement, reason: FaultReason },
    },
    ({ instruction }) => {
      const is = (sub: string) => variantIs(instruction, "load", sub);
      const local = operandOf(instruction, "load", "local", 20);
      const dram = operandOf(instruction, "load", "dram", 32);
      const rows = operandOf(instruction, "load", "rows", 12).extend(13);
      const cols = operandOf(instruction, "load", "cols", 12).extend(13);
      const stride = operandOf(instruction, "load", "stride", 20);
      const top = operandOf(instruction, "load", "top", 4);
      const bottom = operandOf(instruction, "load", "bottom", 4);
      const left = operandOf(instruction, "load", "left", 4);
      const right = operandOf(instruction, "load", "right", 4);
      const transpose = flagOf(instruction, "load", "transpose");
      const accumulate = flagOf(instruction, "load", "accumulate");
      const int32 = flagOf(instruction, "load", "int32");

      const parameters = is("bias").or(is("scale"));
      const words = int32.or(parameters);
      const table = is("lut");
      const bytesOf = (elements: UInt<13>) => {
        const count = elements.extend(24);
        return mux(words, count.shl(2), mux(table, count.shl(1), count));
      };

      const height = rows.add(top.extend(13)).add(bottom.extend(13));
      const width = cols.add(left.extend(13)).add(right.extend(13));
      const blocksOf = (size: UInt<13>) => size.add(side - 1).shr(lanes);
      const across = blocksOf(width);
      const down = blocksOf(height);
      const runs = mux(transpose, down, mux(table, width, across));
      const span = mux(transpose, width, height).mul(runs);

      const misfit = transpose.and(is("scratchpad").not()).or(accumulate.and(is("accumulator").not()));
      const mistyped = int32.and(is("scratchpad").or(table));
      const wrong = rows.eq(0).or(cols.eq(0)).or(misfit).or(mistyped);
      const depth = mux(is("accumulator"), UInt(27).lit(accumulatorRows), UInt(27).lit(scratchpadRows));
      const others = mux(table, UInt(27).lit(tableEntries), UInt(27).lit(parameterRows));
      const beyond = local
        .extend(27)
        .add(span.extend(27))
        .gt(mux(parameters.or(table), others, depth));

      const bare = top.or(bottom).or(left).or(right).eq(0);
      const whole = bytesOf(cols).eq(stride.extend(24)).and(resize(cols, lanes).eq(0));
      const single = bare
        .and(whole)
        .and(transpose.or(table).not())
        .and(span.lt(2 ** 16));
      const beats = span.trunc(24).shl(lanes);
      const one = UInt(16).lit(1);
      const next = stride.extend(addressBits);

      const own = mux(words, LoadTarget.lit("Sums"), LoadTarget.lit("Bytes"));
      const rest = mux(table, LoadTarget.lit("Table"), mux(is("scale"), LoadTarget.lit("Scale"), "Bias"));
      const target = mux(is("scratchpad"), LoadTarget.lit("Scratchpad"), mux(is("accumulator"), own, rest));
      return {
        descriptor: {
          address: dram
            .sub(top.mul(stride).extend(32))
            .sub(bytesOf(left.extend(13)).extend(32))
            .extend(addressBits),
          strides: [next, UInt(addressBits).lit(side), next.shl(lanes)],
          padding: {
            enable: single.not(),
            top: top.extend(16),
            bottom: rows.add(top.extend(13)).extend(16),
            left: bytesOf(left.extend(13)),
            right: bytesOf(cols.add(left.extend(13))),
            down: [UInt(8).lit(1), UInt(8).lit(0), UInt(8).lit(side)],
            across: [Bool.lit(0), Bool.lit(1), Bool.lit(0)],
          },
          length: mux(transpose, UInt(24).lit(side), mux(single, mux(words, beats.shl(2), beats), bytesOf(width))),
          counts: [
            mux(transpose, UInt(16).lit(side), mux(single, one, height.extend(16))),
            mux(transpose, across.extend(16), one),
            mux(transpose, down.extend(16), one),
          ],
          proceed: Bool.lit(0),
          interrupt: Bool.lit(0),
          tag: UInt(4).lit(0),
        },
        placement: {
          ...{ target, accumulate, transpose, width },
          local: local.trunc(16),
          step: height,
          blocks: across,
          work: mux(words, span.extend(32).shl(2), span.extend(32)),
        },
        reason: mux(wrong, FaultReason.lit("Operand"), mux(beyond, FaultReason.lit("Range"), "None")),
      };
    },
  );
};
