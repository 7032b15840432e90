import { Fifo, UInt } from "../../hdl/index.ts";
import { simulate } from "../bench/index.ts";
import { seedCases } from "./seed-case.ts";

/** What a FIFO and its testbench came to, all of which the seed decides. */
export const soak = seedCases(import.meta.url, "soak", (seed, { depth }: { readonly depth: number }) => {
  const dut = simulate(Fifo(UInt(8), depth), { seed });
  const got: number[] = [];
  dut.run(
    function* () {
      for (let i = 0; i < 20; i++) {
        if (dut.random.below(2) === 0) yield;
        yield* dut.in.enq.send(dut.random.below(256));
      }
    },
    function* () {
      while (got.length < 20) {
        if (dut.random.below(2) === 0) yield;
        got.push(yield* dut.out.deq.recv());
      }
    },
  );
  return { seed, cycles: dut.cycle, got };
});
