import { Bool, Bundle, Enum, UInt, Vec } from "../../lang/index.ts";
import type { AxiConfig } from "../axi.ts";

/** Bytes of a row, to 16 MiB − 1. */
export const RowBytes = UInt(24);
/** How often a dimension repeats. */
export const Repetitions = UInt(16);
/** Dimensions around a row. */
export const dimensions = 3;
/** Bytes of a whole transfer, modulo 2^32. */
export const Moved = UInt(32);

/**
 * Which part of a walk is data; the rest reads as zeros. The walk is seen on a picture: it begins at row 0, byte 0, and
 * each dimension moves it down by `down` rows or, with `across`, to the right by its stride, which is then below 2^24.
 * Data are the bytes from `left` to `right` − 1 of the rows from `top` to `bottom` − 1. Without `enable` all is data.
 */
export const Padding = Bundle({
  enable: Bool,
  top: UInt(16),
  bottom: UInt(16),
  left: RowBytes,
  right: RowBytes,
  down: Vec(dimensions, UInt(8)),
  across: Vec(dimensions, Bool),
});

/** What every transfer has, whatever it reads or writes. */
const common = {
  length: RowBytes,
  counts: Vec(dimensions, Repetitions),
  proceed: Bool,
  interrupt: Bool,
  tag: UInt(4),
};

/**
 * What to read: rows of `length` bytes, `counts[0]` of them `strides[0]` bytes apart, this `counts[1]` times
 * `strides[1]` bytes apart, and this `counts[2]` times `strides[2]` bytes apart. Strides are modulo the address space,
 * so they may be negative. `address` is that of the first byte, also where this is padding.
 *
 * - `proceed`: after an error of the bus go on with what can be moved; otherwise the transfer ends at the first one.
 * - `interrupt`, `tag`: come back with the status.
 */
export const ReadDescriptor = ({ addressBits }: AxiConfig) =>
  Bundle({
    address: UInt(addressBits),
    strides: Vec(dimensions, UInt(addressBits)),
    padding: Padding,
    ...common,
  });

/** Where to write, with the same meaning as in `ReadDescriptor`. */
export const WriteDescriptor = ({ addressBits }: AxiConfig) =>
  Bundle({ address: UInt(addressBits), strides: Vec(dimensions, UInt(addressBits)), ...common });

/** A transfer from memory to memory: the same rows on both sides. See `ReadDescriptor`. */
export const DmaDescriptor = ({ addressBits }: AxiConfig) =>
  Bundle({
    source: UInt(addressBits),
    destination: UInt(addressBits),
    sourceStrides: Vec(dimensions, UInt(addressBits)),
    destinationStrides: Vec(dimensions, UInt(addressBits)),
    padding: Padding,
    ...common,
  });

/**
 * What went wrong in a transfer, first: a read or a write that the bus answered with an error, a row of no bytes, a
 * dimension of no repetitions.
 */
export const DmaError = Enum("None", "Read", "Write", "Length", "Count");

/**
 * How a transfer ended.
 *
 * - `address`: of the beat whose read, or the burst whose write failed; 0 without a bus error. `response`: the bus's.
 * - `bytes`: delivered by a reader, written by a writer.
 */
export const DmaStatus = ({ addressBits }: AxiConfig) =>
  Bundle({
    error: DmaError,
    response: UInt(2),
    address: UInt(addressBits),
    bytes: Moved,
    interrupt: Bool,
    tag: UInt(4),
  });

/**
 * A beat of the data of a transfer. Each row begins in a beat of its own, at byte 0.
 *
 * - `strobe`: the bytes that are there: those of the row, without what could not be read.
 * - `last`: the row ends with this beat.
 * - `end`: the transfer ends, after its last row or early; such a beat carries no data, and every transfer has one.
 */
export const DmaBeat = ({ dataBytes }: AxiConfig) =>
  Bundle({ data: UInt(8 * dataBytes), strobe: UInt(dataBytes), last: Bool, end: Bool });
