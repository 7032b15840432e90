import {
  Bool,
  Bundle,
  check,
  clog2,
  type MemOptions,
  mem,
  module,
  type None,
  type Type,
  UInt,
  when,
} from "../lang/index.ts";
import { checkSize } from "./size.ts";

/** A type no part of which flows backwards, with signal S, literal L and testbench value V: what a memory holds. */
type Word<S, L, V> = Type<S, None, L, V, None>;

/** What a memory yields when a word is read at the edge that writes it, and what it holds at power-on. */
export type SramOptions<T extends Type> = Pick<MemOptions<T>, "readUnderWrite" | "init">;

/** A port of a memory of `depth` words: in cycles in which `enable` is 1, the word at `address` is accessed. */
export const Access = (depth: number) => Bundle({ enable: Bool, address: UInt(clog2(depth)) });

/**
 * A synchronous SRAM of `depth` words (1 to 2^24) with one write port and one read port.
 *
 * - `write`, `data` in: `data` goes to the word at `write.address` at the edge that ends the cycle.
 * - `read`, `data` out: the word at `read.address` one cycle after `read.enable`; it holds until the next read.
 *
 * A word that is read at the edge that writes it comes out undefined unless `readUnderWrite` says "old" or "new".
 * An address beyond the depth fails a check. Throws a RangeError for another depth.
 */
export const Sram = <S, L, V>(item: Word<S, L, V>, depth: number, options: SramOptions<Word<S, L, V>> = {}) => {
  checkDepth(depth);
  return module(
    "Sram",
    {
      params: { item, depth },
      in: { write: Access(depth), data: item, read: Access(depth) },
      out: { data: item },
    },
    ({ write, data, read }) => {
      const words = mem(item, depth, options);

      when(write.enable, () => words.write(write.address, data));

      checkRange(depth, write, "write");
      checkRange(depth, read, "read");

      return { data: words.readSync(read.address, read.enable) };
    },
  );
};

/**
 * An `Sram` that writes parts of words: `mask` has `parts` bits (1 to 65,536), each of which lets an equal part of the
 * word through, bit 0 the lowest; for a Vec, as many bits as it has elements give one each. The item's width must be a
 * multiple of `parts`; elaboration throws a DesignError otherwise.
 */
export const MaskedSram = <S, L, V>(
  item: Word<S, L, V>,
  depth: number,
  parts: number,
  options: SramOptions<Word<S, L, V>> = {},
) => {
  checkDepth(depth);
  checkSize("the number of parts of an Sram's mask", parts, 1, 2 ** 16);
  return module(
    "MaskedSram",
    {
      params: { item, depth, parts },
      in: { write: Access(depth), data: item, mask: UInt(parts), read: Access(depth) },
      out: { data: item },
    },
    ({ write, data, mask, read }) => {
      const words = mem(item, depth, options);

      when(write.enable, () => words.write(write.address, data, mask));

      checkRange(depth, write, "write");
      checkRange(depth, read, "read");

      return { data: words.readSync(read.address, read.enable) };
    },
  );
};

function checkDepth(depth: number): void {
  checkSize("an Sram's depth", depth, 1, 2 ** 24);
}

/** Where the depth is a power of two every address is in range; the others need watching. */
function checkRange(
  depth: number,
  { enable, address }: { readonly enable: Bool; readonly address: UInt<ReturnType<typeof clog2>> },
  what: "read" | "write",
): void {
  if (2 ** clog2(depth) === depth) return;
  check(enable.not().or(address.lt(depth)), `the ${what} is of one of the ${depth} words`);
}
