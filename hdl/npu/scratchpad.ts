import { Bool, Bundle, clog2, inst, module, mux, pipe, Stream, select, UInt, Vec } from "../lang/index.ts";
import { anyOf, firstOf, MaskedSram } from "../lib/index.ts";
import { type NpuConfig, ScratchpadRow } from "./npu-config.ts";

/** The number of a scratchpad row. The highest bits say in which bank it lies. */
export const ScratchpadAddress = ({ scratchpadRows }: NpuConfig) => UInt(clog2(scratchpadRows));

/** Bytes for a row: those whose bit in `mask` is 1 are written. */
export const ScratchpadWrite = (config: NpuConfig) =>
  Bundle({ address: ScratchpadAddress(config), data: ScratchpadRow(config), mask: UInt(config.side) });

/** What a read yields. */
export const ScratchpadData = (config: NpuConfig) => Bundle({ valid: Bool, bits: ScratchpadRow(config) });

/**
 * The scratchpad: `scratchpadRows` rows of `side` bytes in banks, each of which reads one row and writes one row a
 * cycle. `readers` and `writers` share them, the lower index first.
 *
 * - `read[i]`: a row's address. The row is `data[i]`, with `valid`, in the cycle after it was accepted.
 * - `write[i]`: accepted in the cycle in which it is written.
 * - `readConflicts`, `writeConflicts`: how many requests were refused in this cycle because their bank was taken.
 *
 * A row that is read in the cycle in which it is written is undefined.
 */
export const Scratchpad = (config: NpuConfig, readers: number, writers: number) => {
  const { scratchpadRows, scratchpadBanks: banks, side } = config;
  const depth = scratchpadRows / banks;
  const Bank = MaskedSram(ScratchpadRow(config), depth, side);
  const rowBits = clog2(depth);
  const bankBits = clog2(banks);

  return module(
    "Scratchpad",
    {
      params: { readers, writers },
      in: {
        read: Vec(readers, Stream(ScratchpadAddress(config))),
        write: Vec(writers, Stream(ScratchpadWrite(config))),
      },
      out: {
        data: Vec(readers, ScratchpadData(config)),
        readConflicts: UInt(clog2(readers + 1)),
        writeConflicts: UInt(clog2(writers + 1)),
      },
    },
    ({ read, write }) => {
      const bankOf = (address: UInt<number>) => (banks === 1 ? UInt(bankBits).lit(0) : address.bits(rowBits, bankBits));
      const wantsRead = read.map(({ valid, bits }) => ({ valid, bank: bankOf(bits), row: bits.trunc(rowBits) }));
      const wantsWrite = write.map(({ valid, bits }) => ({
        valid,
        bank: bankOf(bits.address),
        row: bits.address.trunc(rowBits),
        bits,
      }));

      const readGrants: Bool[][] = [];
      const writeGrants: Bool[][] = [];
      const bankData = Array.from({ length: banks }, (_, number) => {
        const bank = inst(Bank);
        const reads = firstOf(wantsRead.map((one) => one.valid.and(one.bank.eq(number))));
        const writes = firstOf(wantsWrite.map((one) => one.valid.and(one.bank.eq(number))));
        readGrants.push(reads);
        writeGrants.push(writes);
        const [reader] = wantsRead.map((one) => one.row).slice(-1);
        const [writer] = wantsWrite.slice(-1);
        if (!reader || !writer) throw new RangeError("a scratchpad has at least one reader and one writer");
        const readRow = reads.reduceRight((row, grant, i) => mux(grant, wantsRead[i]?.row ?? row, row), reader);
        const { row, bits } = writes.reduceRight(
          (chosen, grant, i) => {
            const one = wantsWrite[i] ?? chosen;
            return { row: mux(grant, one.row, chosen.row), bits: mux(grant, one.bits, chosen.bits) };
          },
          { row: writer.row, bits: writer.bits },
        );
        bank.in = {
          read: { enable: anyOf(reads), address: readRow },
          write: { enable: anyOf(writes), address: row },
          data: bits.data,
          mask: bits.mask,
        };
        return bank.out.data;
      });

      const readReady = read.map((_, i) => anyOf(readGrants.flatMap((bank) => bank[i] ?? [])));
      const writeReady = write.map((_, i) => anyOf(writeGrants.flatMap((bank) => bank[i] ?? [])));
      const refused = (all: readonly { readonly valid: Bool }[], ready: readonly Bool[], width: number) =>
        all.reduce(
          (sum, { valid }, i) => sum.add(valid.and(ready[i]?.not() ?? valid).extend(width)),
          UInt(width).lit(0),
        );

      return {
        read: readReady.map((ready) => ({ ready })),
        write: writeReady.map((ready) => ({ ready })),
        data: wantsRead.map(({ bank }, i) => ({
          valid: pipe(readReady[i] ?? Bool.lit(0), 0),
          bits: banks === 1 ? (bankData[0] ?? ScratchpadRow(config).lit(0)) : select(bankData, pipe(bank)),
        })),
        readConflicts: refused(read, readReady, clog2(readers + 1)),
        writeConflicts: refused(write, writeReady, clog2(writers + 1)),
      };
    },
  );
};
