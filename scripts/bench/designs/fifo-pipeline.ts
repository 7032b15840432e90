import { Fifo, inst, module, mux } from "../../../hdl/index.ts";
import { checksumOf, mostly, randomWords, Word } from "./stimulus.ts";

/** Items that each stage holds. */
const depth = 4;

/**
 * A pipeline of FIFOs, one behind the other, that carries random words. Its source offers one in 7 of 8 cycles, its sink
 * takes one in 7 of 8 others.
 */
export const FifoPipelineBench = (stages: number) => {
  const Stage = Fifo(Word, depth);

  return module("FifoPipelineBench", { params: { stages }, in: {}, out: { checksum: Word } }, () => {
    const [data = Word.lit(0), control = Word.lit(0)] = randomWords(2);
    const pipeline = Array.from({ length: stages }, () => inst(Stage));
    const sink = mostly(control, 5);
    let upstream = { valid: mostly(control, 17), bits: data };
    pipeline.forEach((stage, i) => {
      stage.in = { enq: upstream, deq: { ready: pipeline[i + 1]?.out.enq.ready ?? sink } };
      upstream = stage.out.deq;
    });
    const taken = upstream.valid.and(sink);
    return { checksum: checksumOf([mux(taken, upstream.bits, Word.lit(0)), taken.extend(32)]) };
  });
};
