import { Bool, Bundle, clog2, inst, module, mux, pipe, reg, Stream, UInt } from "../lang/index.ts";
import { Sram } from "../lib/index.ts";
import { type EngineConfig, SumWord } from "./config.ts";

/** The number of an accumulator row. */
export const AccumulatorAddress = ({ accumulatorRows }: EngineConfig) => UInt(clog2(accumulatorRows));

/** Where a row of sums goes, and whether it is added to what is there or overwrites it. */
export const AccumulatorTarget = (config: EngineConfig) =>
  Bundle({ address: AccumulatorAddress(config), accumulate: Bool });

/** A row of accumulators. */
export const SumRow = (config: EngineConfig) => Bundle({ valid: Bool, bits: SumWord(config) });

/**
 * The accumulator bank: `accumulatorRows` rows of `cols` int32 in one SRAM.
 *
 *     cycle 0            cycle 1
 *     sums, target ────► add ──► write          the row is in the SRAM from cycle 2 on
 *     address ──► read ──┘ │
 *                  ▲       │  the same row again in the next cycle: the sum is forwarded past the SRAM
 *                  └───────┘
 *
 * - `sums`, `target`: in each cycle in which `sums.valid` is 1, row `target.address` becomes `sums.bits`, plus what it
 *   was if `target.accumulate`, modulo 2^32. `written` is 1 in the next cycle, at whose end the SRAM takes it.
 * - `read`, `result`: the row at an accepted address comes one cycle later, with all that went in before it. Sums have
 *   the SRAM's read port first: `read` is ready in cycles in which `sums.valid` is 0.
 */
export const Accumulator = (config: EngineConfig) => {
  const { cols, accumulatorRows } = config;
  const Bank = Sram(SumWord(config), accumulatorRows);

  return module(
    "Accumulator",
    {
      params: { cols },
      in: { sums: SumRow(config), target: AccumulatorTarget(config), read: Stream(AccumulatorAddress(config)) },
      out: { result: SumRow(config), written: Bool },
    },
    ({ sums, target, read }) => {
      const bank = inst(Bank);
      const address = mux(sums.valid, target.address, read.bits);

      const adding = pipe(sums.valid, 0);
      const addend = pipe(sums.bits);
      const accumulate = pipe(target.accumulate);
      const row = pipe(address);

      // The SRAM is being written with this row while it is read: what comes out of it next is not the sum.
      const forwarded = reg(SumWord(config));
      const stale = pipe(adding.and(row.eq(address)), 0);
      const current = mux(stale.not(), bank.out.data, forwarded);

      const totals = current.map((before, column) => {
        const sum = addend[column] ?? before;
        return mux(accumulate, before.add(sum), sum);
      });
      forwarded.next = totals;

      bank.in = {
        write: { enable: adding, address: row },
        data: totals,
        read: { enable: sums.valid.or(read.valid), address },
      };

      const ready = sums.valid.not();
      return {
        read: { ready },
        result: { valid: pipe(read.valid.and(ready), 0), bits: current },
        written: adding,
      };
    },
  );
};
