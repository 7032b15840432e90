import { Bool, Bundle, clog2, module, mux, reg, Stream, StreamArbiter, UInt, Vec, when } from "../../../hdl/index.ts";
import { checksumOf, mostly, randomWords, Word } from "./stimulus.ts";

/** What goes through a crossbar: a word and the output that it is for. */
export const Flit = (ports: number) => Bundle({ target: UInt(clog2(ports)), data: Word });

/**
 * A crossbar of `ports` × `ports` streams without buffers: a round-robin arbiter at each output chooses among the inputs
 * whose item is for it.
 */
export const Crossbar = (ports: number) => {
  const Arbiter = StreamArbiter(Word, ports);

  return module(
    "Crossbar",
    {
      params: { ports },
      in: { enq: Vec(ports, Stream(Flit(ports))) },
      out: { deq: Vec(ports, Stream(Word)) },
    },
    ({ enq, deq }) => {
      const arbiters = deq.map(({ ready }, output) =>
        Arbiter({
          enq: enq.map(({ valid, bits }) => ({ valid: valid.and(bits.target.eq(output)), bits: bits.data })),
          deq: { ready },
        }),
      );
      const granted = (input: number) =>
        arbiters.reduce((any, { enq: own }) => any.or(own[input]?.ready ?? Bool.lit(0)), Bool.lit(0));
      return {
        enq: enq.map((_, input) => ({ ready: granted(input) })),
        deq: arbiters.map((arbiter) => arbiter.deq),
      };
    },
  );
};

/**
 * A crossbar under load: every input holds an item for a random output until it is taken and then has the next one at
 * once; every output takes items in 7 of 8 cycles.
 */
export const CrossbarBench = (ports: number) => {
  const Switch = Crossbar(ports);
  const Item = Flit(ports);

  return module("CrossbarBench", { params: { ports }, in: {}, out: { checksum: Word } }, () => {
    const random = randomWords(ports + 1);
    const control = random[ports] ?? Word.lit(0);
    const items = Array.from({ length: ports }, () => reg(Item, { target: 0, data: 0 }));
    const takes = Array.from({ length: ports }, (_, output) => mostly(control, 3 * output));

    const crossbar = Switch({
      enq: items.map((bits) => ({ valid: Bool.lit(1), bits })),
      deq: takes.map((ready) => ({ ready })),
    });
    items.forEach((item, input) => {
      const word = random[input] ?? Word.lit(0);
      when(crossbar.enq[input]?.ready ?? Bool.lit(0), () => {
        item.next = { target: word.bits(29 - clog2(ports), clog2(ports)), data: word };
      });
    });
    const taken = crossbar.deq.map(({ valid, bits }, output) =>
      mux(valid.and(takes[output] ?? Bool.lit(0)), bits, Word.lit(0)),
    );
    return { checksum: checksumOf(taken) };
  });
};
