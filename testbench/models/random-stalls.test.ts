import { describe, expect, test } from "vitest";
import {
  Bool,
  Chip,
  ClockDomain,
  chipConfig,
  elaborate,
  Fifo,
  inDomain,
  inst,
  module,
  reg,
  SkidBuffer,
  StallGate,
  Stream,
  StreamArbiter,
  UInt,
} from "../../hdl/index.ts";
import { element } from "../../hdl/lib/element.ts";
import { type Design, definition, insertStallGates, stallInputs, topOf } from "../../hdl/netlist/index.ts";
import { replay, seedOf } from "../bench/seed.ts";
import { simulate } from "../bench/simulate.ts";
import { RandomStalls, stallable, unstalled } from "./random-stalls.ts";

const seed = seedOf(undefined);
const Item = UInt(16);
const Queue = Fifo(Item, 3);
const Pair = module("Pair", { in: { enq: Stream(Item) }, out: { deq: Stream(Item) } }, ({ enq, deq }) => {
  const queue = inst(Queue);
  const buffer = inst(SkidBuffer(Item));
  queue.in = { enq, deq: buffer.out.enq };
  buffer.in = { enq: queue.out.deq, deq };
  return { enq: queue.out.enq, deq: buffer.out.deq };
});
const Merge = StreamArbiter(Item, 2);

/** Two pairs of buffers, merged, of which the even items alone go on; how many went in is kept in a queue of its own. */
const Tree = module(
  "Tree",
  { in: { a: Stream(Item), b: Stream(Item) }, out: { out: Stream(Item), seen: UInt(16) } },
  ({ a, b, out }) => {
    const first = inst(Pair);
    const second = inst(Pair);
    const merge = inst(Merge);
    const last = inst(Queue);
    const log = inst(Fifo(Item, 8));
    const { valid, bits } = merge.out.deq;
    const even = bits.bit(0).not();
    first.in = { enq: a, deq: element(merge.out.enq, 0) };
    second.in = { enq: b, deq: element(merge.out.enq, 1) };
    merge.in = { enq: [first.out.deq, second.out.deq], deq: { ready: last.out.enq.ready.or(even.not()) } };
    last.in = { enq: { valid: valid.and(even), bits }, deq: out };
    // Nobody listens to this queue: it is emptied as it is filled.
    log.in = { enq: { valid: a.valid, bits: a.bits }, deq: { ready: a.valid } };
    return { a: first.out.enq, b: second.out.enq, out: last.out.deq, seen: log.out.deq.bits };
  },
);

test("every stream between blocks has one gate, where it begins; what one side does not listen to has none", () => {
  const { design, gates } = insertStallGates(elaborate(Tree), elaborate(StallGate));
  expect(gates.map(({ module: within, stream }) => `${within}: ${stream}`)).toEqual([
    // The pair's own output is that of its buffer, and not gated again in the module around it but for being taken.
    "Pair: queue.deq",
    "Pair: buffer.deq",
    "Tree: merge.deq",
    "Tree: last.enq",
    "Tree: last.deq",
  ]);
  expect(topOf(design).ports.map(({ name }) => name)).toEqual([
    ...topOf(elaborate(Tree)).ports.map(({ name }) => name),
    ...Object.values(stallInputs),
  ]);
});

describe(`a design under random stalls (${replay(seed)})`, () => {
  /** Cycles that 400 items a side take through the tree. */
  function run(probability: number | null): { cycles: number; stalls: RandomStalls | null } {
    const dut = simulate(Tree, probability === null ? { seed } : { seed, pass: stallable });
    const stalls = probability === null ? null : new RandomStalls(dut.engine, dut.design);
    if (stalls) dut.attach(stalls);
    stalls?.start(probability ?? 0, seed);
    const send = (port: "a" | "b", from: number) =>
      function* () {
        for (let i = 0; i < 400; i++) yield* dut.in[port].send(from + i);
      };
    const taken: number[] = [];
    dut.run(send("a", 0), send("b", 1000), function* () {
      for (let i = 0; i < 400; i++) taken.push(yield* dut.out.out.recv());
    });
    const even = Array.from({ length: 200 }, (_, i) => 2 * i);
    expect(taken.filter((item) => item < 1000)).toEqual(even);
    expect(taken.filter((item) => item >= 1000)).toEqual(even.map((item) => item + 1000));
    return { cycles: dut.cycle, stalls };
  }

  test("delivers everything in order, more slowly, and every gate has held something back", () => {
    const { cycles, stalls } = run(0.3);
    expect(cycles).toBeGreaterThan(run(null).cycles);
    expect(stalls?.seen.length).toBe(7);
    expect(stalls?.seen.filter(({ used, refused, withheld }) => used && (refused || withheld)).length).toBe(7);
    expect(stalls?.seen.filter(({ refused }) => refused).length).toBeGreaterThanOrEqual(6);
  });

  test("without stalls takes as many cycles as the design itself", () => {
    const { cycles, stalls } = run(0);
    expect(cycles).toBe(run(null).cycles);
    expect(stalls?.seen.some(({ refused, withheld }) => refused || withheld)).toBe(false);
  });
});

test("a design without gates, and a probability of 1, are refused", () => {
  const plain = simulate(Tree);
  expect(() => new RandomStalls(plain.engine, plain.design)).toThrow("stall.load");
  const dut = simulate(Tree, { pass: stallable });
  const stalls = new RandomStalls(dut.engine, dut.design);
  expect(() => stalls.start(1, 0)).toThrow("a stream is held back with probability 0 to below 1, not 1");
});

/** Adds one to each item, within the cycle: it has no state, and its clock is that of wherever it stands. */
const Increment = module("Increment", { in: { enq: Stream(Item) }, out: { deq: Stream(Item) } }, ({ enq, deq }) => {
  return { enq: { ready: deq.ready }, deq: { valid: enq.valid, bits: enq.bits.add(1) } };
});

/** A queue in a clock of its own to a block without state, and from there to a queue, through logic on both ways. */
const AcrossClocks = module(
  "AcrossClocks",
  { in: { enq: Stream(Item) }, out: { deq: Stream(Item) } },
  ({ enq, deq }) => {
    const fast = ClockDomain("fast");
    const first = inDomain(fast, () => inst(Queue));
    const last = inDomain(fast, () => inst(Queue));
    const odd = inDomain(fast, () => reg(Bool, 0));
    odd.next = odd.not();
    const increment = inst(Increment);
    first.in = { enq, deq: { ready: increment.out.enq.ready.and(odd) } };
    increment.in = {
      enq: { valid: first.out.deq.valid.and(odd), bits: first.out.deq.bits },
      deq: last.out.enq,
    };
    last.in = { enq: increment.out.deq, deq };
    return { enq: first.out.enq, deq: last.out.deq };
  },
);

test("a gate has the clock of its stream, also at a block without state in another clock", () => {
  const { design, gates } = insertStallGates(elaborate(AcrossClocks), elaborate(StallGate));
  const clocks = topOf(design).instances.flatMap(({ name, definition: index, domains }) =>
    definition(design, index).name === "StallGate" ? [`${name}: ${topOf(design).domains[domains[0] ?? -1]?.name}`] : [],
  );
  expect(gates.map(({ stream }) => stream)).toEqual(["first.deq", "last.deq", "increment.enq"]);
  expect(clocks).toEqual(gates.map(({ gate }) => `${gate}: fast`));
});

test("gates are not put into a design that has some", () => {
  const twice = (design: Design) => stallable(stallable(design));
  expect(() => simulate(Tree, { pass: twice })).toThrow(
    "Tree has a module StallGate already; insert stall gates once, into the design as it was elaborated",
  );
});

test("the streams of the chip that have no gate by name are there, and have none", () => {
  const chip = elaborate(Chip(chipConfig({ tile: { side: 4, scratchpadRows: 64, accumulatorRows: 16 } })));
  const gate = elaborate(StallGate);
  const all = insertStallGates(chip, gate).gates;
  const listed = insertStallGates(chip, gate, unstalled).gates;
  const streams = new Set(listed.map(({ stream }) => stream));
  expect(all.filter(({ stream }) => !streams.has(stream)).map(({ stream }) => stream)).toEqual(["execute.add"]);
});
