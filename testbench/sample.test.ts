import { expect, test } from "vitest";
import {
  Bool,
  check,
  clog2,
  Enum,
  match,
  mem,
  module,
  pipe,
  reg,
  SInt,
  Stream,
  type Type,
  UInt,
  Vec,
  when,
} from "../hdl/index.ts";
import { simulate } from "./bench/simulate.ts";

const Counter = <W extends number>(width: W) =>
  module("Counter", { params: { width }, in: { en: Bool }, out: { count: UInt(width) } }, ({ en }) => {
    const count = reg(UInt(width), 0);

    when(en, () => {
      count.next = count.add(1);
    });

    return { count };
  });

const Int8 = SInt(8);
const Int32 = SInt(32);

/** A processing element: int8 × int8 into an int32 partial sum, weight-stationary. */
const PE = module(
  "PE",
  {
    in: { act: Int8, weight: Int8, load: Bool, sum: Int32 },
    out: { act: Int8, weight: Int8, sum: Int32 },
  },
  ({ act, weight, load, sum }) => {
    const held = reg(Int8, 0);

    when(load, () => {
      held.next = weight;
    });

    return {
      act: pipe(act),
      weight: held,
      sum: pipe(sum.add(act.mul(held).extend(32))),
    };
  },
);

const Grid = (n: number) =>
  module(
    "Grid",
    {
      params: { n },
      in: { acts: Vec(n, Int8), weights: Vec(n, Int8), load: Bool },
      out: { sums: Vec(n, Int32) },
    },
    ({ acts, weights, load }) => {
      let row = weights.map((weight) => ({ weight, sum: Int32.lit(0) }));

      for (let act of acts)
        row = row.map(({ weight, sum }) => {
          const pe = PE({ act, weight, load, sum });
          act = pe.act;
          return pe;
        });

      return { sums: row.map((pe) => pe.sum) };
    },
  );

const Fifo = <T extends Type>(item: T, depth: number) => {
  if (depth < 2 || depth & (depth - 1)) throw new RangeError(`a Fifo's depth is a power of two, not ${depth}`);

  return module(
    "Fifo",
    {
      params: { item, depth },
      in: { enq: Stream(item) },
      out: { deq: Stream(item), level: UInt(clog2(depth + 1)) },
    },
    ({ enq, deq }) => {
      const ram = mem(item, depth);
      const head = reg(UInt(clog2(depth)), 0);
      const tail = reg(UInt(clog2(depth)), 0);
      const level = reg(UInt(clog2(depth + 1)), 0);

      const ready = level.ne(depth);
      const valid = level.ne(0);
      const push = enq.valid.and(ready);
      const pop = deq.ready.and(valid);

      when(push, () => {
        ram.write(tail, enq.bits);
        tail.next = tail.add(1);
      });
      when(pop, () => {
        head.next = head.add(1);
      });
      when(push.and(pop.not()), () => {
        level.next = level.add(1);
      }).elseWhen(pop.and(push.not()), () => {
        level.next = level.sub(1);
      });

      check(level.le(depth), "the level never exceeds the depth");

      return { enq: { ready }, deq: { valid, bits: ram.read(head) }, level };
    },
  );
};

const DmaState = Enum("Idle", "Request", "Receive");

const DmaReader = module(
  "DmaReader",
  {
    in: { start: Bool, base: UInt(32), words: UInt(16), response: Stream(UInt(64)) },
    out: { request: Stream(UInt(32)), data: Stream(UInt(64)), busy: Bool },
  },
  ({ start, base, words, response, request, data }) => {
    const state = reg(DmaState, "Idle");
    const address = reg(UInt(32), 0);
    const left = reg(UInt(16), 0);

    match(state, {
      Idle: () =>
        when(start.and(words.ne(0)), () => {
          address.next = base;
          left.next = words;
          state.next = "Request";
        }),
      Request: () =>
        when(request.ready, () => {
          state.next = "Receive";
        }),
      Receive: () =>
        when(response.valid.and(data.ready), () => {
          address.next = address.add(8);
          left.next = left.sub(1);
          state.next = "Request";
          when(left.eq(1), () => {
            state.next = "Idle";
          });
        }),
    });

    const receiving = state.is("Receive");
    return {
      request: { valid: state.is("Request"), bits: address },
      response: { ready: receiving.and(data.ready) },
      data: { valid: receiving.and(response.valid), bits: response.bits },
      busy: state.is("Idle").not(),
    };
  },
);

test("the counter counts only while enabled", () => {
  const dut = simulate(Counter(8));
  dut.in.en = 1;
  dut.step(5);
  dut.in.en = 0;
  dut.step(5);
  expect(dut.out.count).toBe(5);
});

test("the grid multiplies a vector by its weights", () => {
  const n = 3;
  const dut = simulate(Grid(n));
  const matrix = [
    [1, -2, 3],
    [-4, 5, -6],
    [7, -128, 127],
  ];
  dut.in.load = 1;
  for (const row of [...matrix].reverse()) {
    dut.in.weights = row;
    dut.step();
  }
  dut.in.load = 0;
  const vector = [127, -128, 9];
  const sums: number[] = [];
  for (let cycle = 0; cycle < 2 * n - 1; cycle++) {
    dut.in.acts = vector.map((value, row) => (row === cycle ? value : 0));
    dut.step();
    const column = cycle - n + 1;
    if (column >= 0) sums.push(dut.out.sums[column] ?? 0);
  }
  const expected = matrix.map((_, col) =>
    vector.reduce((sum, value, row) => sum + value * (matrix[row]?.[col] ?? 0), 0),
  );
  expect(sums).toEqual(expected);
});

test("the fifo keeps its order", () => {
  const dut = simulate(Fifo(UInt(8), 4));
  const sent = Array.from({ length: 100 }, (_, i) => (i * 37) & 0xff);
  const got: number[] = [];
  dut.run(
    function* () {
      for (const item of sent) yield* dut.in.enq.send(item);
    },
    function* () {
      while (got.length < sent.length) got.push(yield* dut.out.deq.recv());
    },
  );
  expect(got).toEqual(sent);
  expect(dut.cycle).toBe(101);
});

test("the DMA reader fetches its words in order", () => {
  const dut = simulate(DmaReader);
  const memory = new Map([0x1000, 0x1008, 0x1010].map((address, i) => [address, 0xfeedn << BigInt(16 * i)]));
  const got: bigint[] = [];
  dut.run(
    function* start() {
      dut.in.base = 0x1000;
      dut.in.words = memory.size;
      dut.in.start = 1;
      yield;
      dut.in.start = 0;
    },
    function* respond() {
      for (let i = 0; i < memory.size; i++) {
        const address = yield* dut.out.request.recv();
        yield* dut.in.response.send(memory.get(address) ?? 0n);
      }
    },
    function* receive() {
      while (got.length < memory.size) got.push(yield* dut.out.data.recv());
    },
  );
  expect(got).toEqual([...memory.values()]);
  expect(dut.out.busy).toBe(0);
  expect(dut.peek("state")).toBe("Idle");
});
