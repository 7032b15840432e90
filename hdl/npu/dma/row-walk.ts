import { Bool, Bundle, inst, module, mux, reg, Stream, UInt, when } from "../../lang/index.ts";
import { ReadDescriptor, RowBytes, WriteDescriptor } from "./descriptor.ts";
import type { DmaConfig } from "./dma-config.ts";
import { LoopNest, StrideWalk } from "./loop-nest.ts";
import { resize } from "./resize.ts";

/**
 * A row to read: `zeros` bytes of padding, `data` bytes from `address` on, and padding up to `length` bytes. In a row
 * without data `zeros` is its length.
 */
export const SourceRow = ({ addressBits }: DmaConfig) =>
  Bundle({ address: UInt(addressBits), zeros: RowBytes, data: RowBytes, length: RowBytes });

/** A row to write. */
export const DestinationRow = ({ addressBits }: DmaConfig) => Bundle({ address: UInt(addressBits), length: RowBytes });

const lineBits = 16;
/** Sums of two positions in a row of the picture fit. */
const columnBits = 26;

/**
 * The rows of a transfer's source in order, one a cycle from the cycle after the descriptor on, which must have at least
 * one row of one byte. `clear` ends the walk. `busy`: rows are left.
 */
export const SourceWalk = (config: DmaConfig) => {
  const { addressBits } = config;
  const Descriptor = ReadDescriptor(config);
  const AddressWalk = StrideWalk(addressBits);
  const LineWalk = StrideWalk(lineBits);
  const ColumnWalk = StrideWalk(columnBits);
  const Column = UInt(columnBits);

  return module(
    "SourceWalk",
    {
      params: { addressBits },
      in: { descriptor: Stream(Descriptor), clear: Bool },
      out: { row: Stream(SourceRow(config)), busy: Bool },
    },
    ({ descriptor, clear, row }) => {
      const job = reg(Descriptor);
      const nest = inst(LoopNest);
      const { valid, inner, middle } = nest.out;
      const start = descriptor.valid.and(valid.not());
      const advance = row.ready.and(valid);
      nest.in = { start, clear, advance, counts: job.counts };
      when(start, () => {
        job.next = descriptor.bits;
      });

      const turn = { start, advance, inner, middle };
      const { length, strides, padding } = job;
      const { enable, across, down } = padding;
      const address = AddressWalk({ ...turn, first: descriptor.bits.address, steps: strides });
      const line = LineWalk({
        ...turn,
        first: UInt(lineBits).lit(0),
        steps: down.map((rows) => rows.extend(lineBits)),
      });
      const column = ColumnWalk({
        ...turn,
        first: Column.lit(0),
        steps: strides.map((stride, i) => mux(across[i] ?? Bool.lit(0), resize(resize(stride, 24), columnBits), 0)),
      });

      const [left, right] = [padding.left.extend(columnBits), padding.right.extend(columnBits)];
      const from = mux(column.at.lt(left), left, column.at);
      const beyond = column.at.add(length.extend(columnBits));
      const to = mux(beyond.gt(right), right, beyond);
      const inside = line.at.ge(padding.top).and(line.at.lt(padding.bottom)).and(from.lt(to));
      const before = from.sub(column.at).trunc(24);

      return {
        descriptor: { ready: valid.not() },
        row: {
          valid,
          bits: {
            address: mux(enable, address.at.add(resize(before, addressBits)), address.at),
            zeros: mux(enable, mux(inside, before, length), 0),
            data: mux(enable, mux(inside, to.sub(from).trunc(24), 0), length),
            length,
          },
        },
        busy: valid,
      };
    },
  );
};

/** The rows of a transfer's destination; see `SourceWalk`. */
export const DestinationWalk = (config: DmaConfig) => {
  const { addressBits } = config;
  const Descriptor = WriteDescriptor(config);
  const AddressWalk = StrideWalk(addressBits);

  return module(
    "DestinationWalk",
    {
      params: { addressBits },
      in: { descriptor: Stream(Descriptor), clear: Bool },
      out: { row: Stream(DestinationRow(config)), busy: Bool },
    },
    ({ descriptor, clear, row }) => {
      const job = reg(Descriptor);
      const nest = inst(LoopNest);
      const { valid, inner, middle } = nest.out;
      const start = descriptor.valid.and(valid.not());
      const advance = row.ready.and(valid);
      nest.in = { start, clear, advance, counts: job.counts };
      when(start, () => {
        job.next = descriptor.bits;
      });
      const { at } = AddressWalk({
        ...{ start, advance, inner, middle },
        first: descriptor.bits.address,
        steps: job.strides,
      });
      return {
        descriptor: { ready: valid.not() },
        row: { valid, bits: { address: at, length: job.length } },
        busy: valid,
      };
    },
  );
};
