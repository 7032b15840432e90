import { describe, expect, test } from "vitest";
import {
  type AnyModule,
  Bool,
  blackBox,
  ClockDomain,
  check,
  cover,
  elaborate,
  inDomain,
  mem,
  module,
  PE,
  pipe,
  reg,
  SInt,
  UInt,
  Vec,
  when,
  wire,
} from "../../hdl/index.ts";
import { CheckFailure } from "../engine.ts";
import { interpret } from "../interpreter/interpreter.ts";
import { compile } from "./index.ts";

const start = (top: AnyModule, options = {}) => compile(elaborate(top), options);

describe("values wider than 64 bits", () => {
  const width = 1024;
  const Wide = UInt(1024);
  const Operators = module(
    "Operators",
    { in: { a: Wide, b: Wide, n: UInt(12) }, out: { results: Vec(9, Wide), less: Bool, signedLess: Bool, any: Bool } },
    ({ a, b, n }) => ({
      results: [
        a.add(b),
        a.sub(b),
        a.mul(b).bits(0, 1024),
        a.div(b),
        a.rem(b),
        a.shl(n),
        a.shr(n),
        a.asSInt().shr(n).asUInt(),
        a.asSInt().div(b.asSInt()).asUInt(),
      ],
      less: a.lt(b),
      signedLess: a.asSInt().lt(b.asSInt()),
      any: a.xor(b).any(),
    }),
  );
  const ones = (1n << BigInt(width)) - 1n;
  const pattern = BigInt(`0x${"1f2e3d4c5b6a7988".repeat(16)}`);
  const operands = [0n, 1n, ones, ones >> 1n, 1n << 1023n, pattern, pattern ^ ones, 0xffffffffn];

  test("agree with bigints in every operator", () => {
    const engine = start(Operators);
    const signed = (value: bigint) => BigInt.asIntN(width, value);
    for (const a of operands)
      for (const b of operands)
        for (const n of [0, 1, 31, 32, 33, 500, 1023, 1024, 4095]) {
          engine.poke("a", a);
          engine.poke("b", b);
          engine.poke("n", n);
          const places = BigInt(n);
          const expected = [
            a + b,
            a - b,
            a * b,
            b === 0n ? ones : a / b,
            b === 0n ? a : a % b,
            a << places,
            a >> places,
            signed(a) >> places,
            b === 0n ? ones : signed(a) / signed(b),
          ].map((value) => BigInt.asUintN(width, value));
          expect(expected.map((_, i) => engine.peek(`results[${i}]`))).toEqual(expected);
          expect(engine.peek("less")).toBe(BigInt(a < b));
          expect(engine.peek("signedLess")).toBe(BigInt(signed(a) < signed(b)));
          expect(engine.peek("any")).toBe(BigInt(a !== b));
        }
  });
});

test("a chain of logic longer than one function settles in one go", () => {
  const Chain = module("Chain", { in: { a: UInt(32) }, out: { y: UInt(32) } }, ({ a }) => {
    let y = a;
    for (let i = 0; i < 5000; i++) y = i % 2 === 0 ? y.add(i) : y.xor(i);
    return { y };
  });
  let expected = 12_345;
  for (let i = 0; i < 5000; i++) expected = i % 2 === 0 ? (expected + i) >>> 0 : (expected ^ i) >>> 0;
  const engine = start(Chain);
  engine.poke("a", 12_345);
  expect(engine.peek("y")).toBe(BigInt(expected));
});

test("4,096 instances of a PE compile and run", () => {
  const Grid = module(
    "Grid",
    { in: { activations: Vec(64, SInt(8)), weights: Vec(64, SInt(8)), load: Bool }, out: { sums: Vec(64, SInt(32)) } },
    ({ activations, weights, load }) => {
      let north = weights.map((weight) => ({ weight, sum: SInt(32).lit(0) }));
      for (const activation of activations) {
        let west = { activation, valid: Bool.lit(1), swap: load, load };
        north = north.map(({ weight, sum }) => {
          const pe = PE({ ...west, weight, sum });
          west = pe;
          return pe;
        });
      }
      return { sums: north.map(({ sum }) => sum) };
    },
  );
  const engine = start(Grid);
  engine.poke("load", 1);
  for (let i = 0; i < 64; i++) engine.poke(`weights[${i}]`, i + 1);
  engine.poke("activations[0]", 3);
  engine.step(400);
  expect(BigInt.asIntN(32, engine.peek("sums[9]"))).toBe(30n);
});

describe("what is looked at", () => {
  const Inner = module("Inner", { in: { x: UInt(8) }, out: { y: UInt(8) } }, ({ x }) => {
    const hidden = x.add(5);
    const kept = hidden.xor(0xff);
    return { y: pipe(kept) };
  });
  const Outer = module("Outer", { in: { x: UInt(8) }, out: { y: UInt(8) } }, ({ x }) => {
    const inner = Inner({ x });
    return { y: inner.y };
  });

  test("a wire inside is readable at any time, and views stay alive when more is asked for", () => {
    const engine = start(Outer);
    const x = engine.input("x");
    const y = engine.signal("y");
    x[0] = 7;
    engine.touch();
    const hidden = engine.signal("inner.hidden");
    engine.settle();
    expect(hidden[0]).toBe(12);
    engine.step();
    expect(engine.peek("inner.kept")).toBe(0xf3n);
    expect(y[0]).toBe(0xf3);
    x[0] = 8;
    engine.touch();
    engine.settle();
    expect([hidden[0], engine.peek("inner.kept"), y[0]]).toEqual([13, 0xf2n, 0xf3]);
  });

  test("unknown names suggest the nearest", () => {
    const engine = start(Outer);
    expect(() => engine.peek("inner.hiden")).toThrow('no signal "inner.hiden"; did you mean inner.hidden?');
    expect(() => engine.poke("z", 1)).toThrow('no input port "z"; did you mean x?');
    expect(() => engine.peekMemory("ram", 0)).toThrow('no memory "ram"; the design has none');
    expect(() => engine.poke("x", 256)).toThrow("256 does not fit x, which takes 0 to 255 (8 bits)");
    expect(() => engine.run(-1)).toThrow(RangeError);
    expect(() => engine.restore({ cycle: 0, time: 0, state: new Uint8Array(3) })).toThrow("not one of Outer");
  });
});

test("a black box without a model is refused by name, one with a model runs", () => {
  const ports = { in: { a: UInt(8) }, out: { q: UInt(8) } };
  const top = (Box: AnyModule) =>
    module("Top", ports, ({ a }) => {
      const vendor = Box({ a });
      return { q: vendor.q };
    });
  expect(() => start(top(blackBox("Vendor", ports)))).toThrow("vendor has no model");
  const engine = start(top(blackBox("Vendor", ports, ({ a }) => ({ q: a.add(1) }))));
  engine.poke("a", 4);
  expect(engine.peek("q")).toBe(5n);
});

test("a failing check stops before the edge, and says what the interpreter says", () => {
  const Guarded = module("Guarded", { in: { en: Bool }, out: { count: UInt(8) } }, ({ en }) => {
    const count = reg(UInt(8), 0);
    when(en, () => {
      count.next = count.add(1);
    });
    check(count.ne(5), "five never comes");
    cover(count.bit(0), "odd");
    return { count };
  });
  const design = elaborate(Guarded);
  const outcomes = [compile(design), interpret(design)].map((engine) => {
    engine.poke("en", 1);
    const { cycles, failure } = engine.run(100);
    return { cycles, failure, message: failure?.message, count: engine.peek("count"), covers: [...engine.covers()] };
  });
  expect(outcomes[0]).toEqual(outcomes[1]);
  expect(outcomes[0]).toMatchObject({ cycles: 5, count: 5n, covers: [["top: odd", 2]] });
  expect(outcomes[0]?.failure).toBeInstanceOf(CheckFailure);
  expect(outcomes[0]?.message).toMatch(/^check failed in cycle 5: top: five never comes \(.*compiled\.test\.ts:\d+\)$/);
});

test("clocks of different periods, a reset of each kind, and a memory between them", () => {
  const slow = ClockDomain("slow", { reset: "async" });
  const Two = module("Two", { in: { d: UInt(8) }, out: { fast: UInt(8), late: UInt(8) } }, ({ d }) => {
    const count = reg(UInt(8), 0);
    count.next = count.add(1);
    const ram = mem(UInt(8), 4);
    ram.write(count.bits(0, 2), d);
    const late = inDomain(slow, () => {
      const ticks = reg(UInt(8), 3);
      ticks.next = ticks.add(1);
      return ticks;
    });
    const y = wire(UInt(8));
    y.value = count;
    return { fast: y, late };
  });
  const clocks = { clock: { period: 10, phase: 0 }, slow: { period: 25, phase: 5 } };
  const engines = [start(Two, { clocks }), interpret(elaborate(Two), { clocks })];
  const seen = engines.map((engine) => {
    const values: bigint[] = [];
    for (let i = 0; i < 12; i++) {
      engine.reset(i === 5, i % 2 === 0 ? "clock" : "slow");
      engine.poke("d", i);
      engine.step();
      values.push(engine.peek("fast"), engine.peek("late"), BigInt(engine.time));
    }
    return [...values, ...[0, 1, 2, 3].map((address) => engine.peekMemory("ram", address))];
  });
  expect(seen[0]).toEqual(seen[1]);
  expect(seen[0]?.slice(0, 3)).toEqual([1n, 4n, 10n]);
});

test("nothing is sampled under reset, not even in a domain that has no state", () => {
  const Assumed = module("Assumed", { in: { ok: Bool }, out: { y: Bool } }, ({ ok }) => {
    check(ok, "always ok");
    return { y: ok };
  });
  const engine = start(Assumed);
  engine.reset(true);
  expect(engine.run(3)).toEqual({ cycles: 3, failure: null });
  engine.reset(false);
  expect(engine.run(3)).toMatchObject({ cycles: 0, failure: { check: "always ok", cycle: 3 } });
});
