import { Bool, Bundle, clog2, inst, module, mux, pipe, Stream, select, UInt, Vec } from "../lang/index.ts";
import { anyOf, firstOf } from "../lib/index.ts";
import { Accumulator } from "./accumulator.ts";
import { arrayConfig, type NpuConfig, Sums } from "./npu-config.ts";

/** The number of an accumulator row. The highest bit says in which bank it lies. */
export const AccumulatorRow = ({ accumulatorRows }: NpuConfig) => UInt(clog2(accumulatorRows));

/** A row of sums for the accumulators: added to what is there, or overwriting it. */
export const AccumulatorAdd = (config: NpuConfig) =>
  Bundle({ address: AccumulatorRow(config), sums: Sums(config), accumulate: Bool });

/** What a read yields. */
export const AccumulatorData = (config: NpuConfig) => Bundle({ valid: Bool, bits: Sums(config) });

/**
 * The accumulators: `accumulatorRows` rows of `side` int32 in two banks, each of which takes one row or reads one row a
 * cycle. Adders go before readers, and among them the lower index first, so `add[0]` is never refused.
 *
 * - `add[i]`: row `address` becomes `sums`, plus what it was if `accumulate`, modulo 2^32.
 * - `read[i]`: the row at an accepted address is `data[i]`, with `valid`, in the next cycle, with all that was accepted
 *   before it.
 * - `conflicts`: how many requests were refused in this cycle.
 */
export const Accumulators = (config: NpuConfig, adders: number, readers: number) => {
  const { accumulatorRows } = config;
  const rowBits = clog2(accumulatorRows) - 1;
  const Bank = Accumulator({ ...arrayConfig(config), accumulatorRows: accumulatorRows / 2 });

  return module(
    "Accumulators",
    {
      params: { adders, readers },
      in: {
        add: Vec(adders, Stream(AccumulatorAdd(config))),
        read: Vec(readers, Stream(AccumulatorRow(config))),
      },
      out: { data: Vec(readers, AccumulatorData(config)), conflicts: UInt(clog2(adders + readers + 1)) },
    },
    ({ add, read }) => {
      const banks = [0, 1].map((number) => {
        const bank = inst(Bank);
        const here = (address: UInt<number>, valid: Bool) => valid.and(address.bit(rowBits).eq(number));
        const adds = firstOf(add.map(({ valid, bits }) => here(bits.address, valid)));
        const wanted = read.map(({ valid, bits }) => here(bits, valid));
        const reads = firstOf(wanted);

        const [firstAdd, ...moreAdds] = add;
        const [firstRead, ...moreReads] = read;
        if (!firstAdd || !firstRead) throw new RangeError("accumulators have at least one adder and one reader");
        const chosen = moreAdds.reduce((bits, one, i) => mux(adds[i + 1] ?? one.valid, one.bits, bits), firstAdd.bits);
        const row = moreReads.reduce((bits, one, i) => mux(reads[i + 1] ?? one.valid, one.bits, bits), firstRead.bits);
        bank.in = {
          sums: { valid: anyOf(adds), bits: chosen.sums },
          target: { address: chosen.address.trunc(rowBits), accumulate: chosen.accumulate },
          read: { valid: anyOf(reads), bits: row.trunc(rowBits) },
        };
        const { ready } = bank.out.read;
        return { adds, reads: reads.map((grant) => grant.and(ready)), sums: bank.out.result.bits };
      });

      const addReady = add.map((_, i) => anyOf(banks.flatMap(({ adds }) => adds[i] ?? [])));
      const readReady = read.map((_, i) => anyOf(banks.flatMap(({ reads }) => reads[i] ?? [])));
      const width = clog2(adders + readers + 1);
      const refused = [
        ...add.map(({ valid }, i) => valid.and(addReady[i]?.not() ?? valid)),
        ...read.map(({ valid }, i) => valid.and(readReady[i]?.not() ?? valid)),
      ];
      return {
        add: addReady.map((ready) => ({ ready })),
        read: readReady.map((ready) => ({ ready })),
        data: read.map(({ bits }, i) => ({
          valid: pipe(readReady[i] ?? Bool.lit(0), 0),
          bits: select(
            banks.map(({ sums }) => sums),
            pipe(bits.bit(rowBits)),
          ),
        })),
        conflicts: refused.reduce((sum, one) => sum.add(one.extend(width)), UInt(width).lit(0)),
      };
    },
  );
};
