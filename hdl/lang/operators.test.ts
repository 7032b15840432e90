import { expect, test } from "vitest";
import { interpret } from "../../sim/index.ts";
import {
  Bool,
  Bundle,
  cat,
  type Dynamic,
  Enum,
  elaborate,
  fill,
  mem,
  module,
  mux,
  type None,
  pack,
  pipe,
  reg,
  SInt,
  select,
  type Type,
  UInt,
  unpack,
  Vec,
  when,
} from "./index.ts";

const signed = (value: bigint, width: number) => BigInt.asIntN(width, value);
const samples = (width: number) => {
  const all = (1n << BigInt(width)) - 1n;
  return [0n, 1n, all, all >> 1n, (all >> 1n) + 1n, 0x5an & all, 0xa5a5n & all];
};

/** Every operator with what it means on integers; `w` bits each way, operands as bit patterns. */
const unsigned: [string, (a: UInt<8>, b: UInt<8>) => Dynamic, number, (a: bigint, b: bigint) => bigint][] = [
  ["add", (a, b) => a.add(b), 8, (a, b) => a + b],
  ["add literal", (a) => a.add(255), 8, (a) => a + 255n],
  ["sub", (a, b) => a.sub(b), 8, (a, b) => a - b],
  ["addFull", (a, b) => a.addFull(b), 9, (a, b) => a + b],
  ["mul", (a, b) => a.mul(b), 16, (a, b) => a * b],
  ["div", (a, b) => a.div(b), 8, (a, b) => (b === 0n ? 255n : a / b)],
  ["rem", (a, b) => a.rem(b), 8, (a, b) => (b === 0n ? a : a % b)],
  ["and", (a, b) => a.and(b), 8, (a, b) => a & b],
  ["or", (a, b) => a.or(b), 8, (a, b) => a | b],
  ["xor", (a, b) => a.xor(b), 8, (a, b) => a ^ b],
  ["not", (a) => a.not(), 8, (a) => ~a],
  ["eq", (a, b) => a.eq(b), 1, (a, b) => BigInt(a === b)],
  ["ne", (a, b) => a.ne(b), 1, (a, b) => BigInt(a !== b)],
  ["lt", (a, b) => a.lt(b), 1, (a, b) => BigInt(a < b)],
  ["le", (a, b) => a.le(b), 1, (a, b) => BigInt(a <= b)],
  ["gt", (a, b) => a.gt(b), 1, (a, b) => BigInt(a > b)],
  ["ge", (a, b) => a.ge(b), 1, (a, b) => BigInt(a >= b)],
  ["shl 3", (a) => a.shl(3), 8, (a) => a << 3n],
  ["shr 3", (a) => a.shr(3), 8, (a) => a >> 3n],
  ["shl by a signal", (a, b) => a.shl(b), 8, (a, b) => a << b],
  ["shr by a signal", (a, b) => a.shr(b), 8, (a, b) => a >> b],
  ["bit", (a) => a.bit(7), 1, (a) => a >> 7n],
  ["bits", (a) => a.bits(2, 5), 5, (a) => a >> 2n],
  ["bitAt", (a, b) => a.bitAt(b), 1, (a, b) => a >> b],
  ["all", (a) => a.all(), 1, (a) => BigInt(a === 255n)],
  ["any", (a) => a.any(), 1, (a) => BigInt(a !== 0n)],
  ["parity", (a) => a.parity(), 1, (a) => BigInt(a.toString(2).replaceAll("0", "").length)],
  ["extend", (a) => a.extend(12), 12, (a) => a],
  ["trunc", (a) => a.trunc(3), 3, (a) => a],
  ["cat", (a, b) => cat(a, b), 16, (a, b) => (a << 8n) | b],
  ["cat of three", (a, b) => cat(a, b, a), 24, (a, b) => (a << 16n) | (b << 8n) | a],
  ["fill", (a) => fill(5, a.bit(0)), 5, (a) => (a & 1n ? 31n : 0n)],
  ["mux", (a, b) => mux(a.bit(0), a, b), 8, (a, b) => (a & 1n ? a : b)],
  ["mux with a literal", (a) => mux(a.bit(0), a, 7), 8, (a) => (a & 1n ? a : 7n)],
  ["select", (a, b) => select([a, b, a.not()], a.bits(0, 2)), 8, (a, b) => [a, b, ~a, ~a][Number(a & 3n)] ?? 0n],
  ["asBools", (a) => a.asBools()[3], 1, (a) => a >> 3n],
];

const twosComplement: [string, (a: SInt<8>, b: SInt<8>) => Dynamic, number, (a: bigint, b: bigint) => bigint][] = [
  ["add", (a, b) => a.add(b), 8, (a, b) => a + b],
  ["add literal", (a) => a.add(-128), 8, (a) => a - 128n],
  ["sub", (a, b) => a.sub(b), 8, (a, b) => a - b],
  ["neg", (a) => a.neg(), 8, (a) => -a],
  ["addFull", (a, b) => a.addFull(b), 9, (a, b) => a + b],
  ["mul", (a, b) => a.mul(b), 16, (a, b) => a * b],
  ["div", (a, b) => a.div(b), 8, (a, b) => (b === 0n ? -1n : a / b)],
  ["rem", (a, b) => a.rem(b), 8, (a, b) => (b === 0n ? a : a % b)],
  ["lt", (a, b) => a.lt(b), 1, (a, b) => BigInt(a < b)],
  ["le", (a, b) => a.le(b), 1, (a, b) => BigInt(a <= b)],
  ["gt", (a, b) => a.gt(b), 1, (a, b) => BigInt(a > b)],
  ["ge", (a, b) => a.ge(b), 1, (a, b) => BigInt(a >= b)],
  ["eq", (a, b) => a.eq(b), 1, (a, b) => BigInt(a === b)],
  ["ne", (a, b) => a.ne(b), 1, (a, b) => BigInt(a !== b)],
  ["and", (a, b) => a.and(b), 8, (a, b) => a & b],
  ["or", (a, b) => a.or(b), 8, (a, b) => a | b],
  ["xor", (a, b) => a.xor(b), 8, (a, b) => a ^ b],
  ["not", (a) => a.not(), 8, (a) => ~a],
  ["shl 2", (a) => a.shl(2), 8, (a) => a << 2n],
  ["shr 2", (a) => a.shr(2), 8, (a) => a >> 2n],
  ["shr by a signal", (a, b) => a.shr(b.asUInt()), 8, (a, b) => a >> BigInt.asUintN(8, b)],
  ["extend", (a) => a.extend(12), 12, (a) => a],
  ["trunc", (a) => a.trunc(3), 3, (a) => a],
  ["asUInt and back", (a) => a.asUInt().asSInt(), 8, (a) => a],
  ["mux with a literal", (a) => mux(a.bit(0), a, -3), 8, (a) => (a & 1n ? a : -3n)],
];

function expectOperator(
  type: Type<Dynamic, None>,
  make: (a: Dynamic, b: Dynamic) => Dynamic,
  width: number,
  meaning: (a: bigint, b: bigint) => bigint,
) {
  const Top = module("Operator", { in: { a: type, b: type }, out: { y: UInt<Dynamic>(width) } }, ({ a, b }) => {
    const made = make(a, b);
    return { y: made.sign === "s" ? made.asUInt() : made };
  });
  const engine = interpret(elaborate(Top));
  for (const a of samples(8))
    for (const b of samples(8)) {
      engine.poke("a", a);
      engine.poke("b", b);
      expect(engine.peek("y"), `${a} and ${b}`).toBe(BigInt.asUintN(width, meaning(a, b)));
    }
}

test.each(unsigned)("UInt %s", (_, make, width, meaning) => expectOperator(UInt(8), make, width, meaning));
test.each(twosComplement)("SInt %s", (_, make, width, meaning) =>
  expectOperator(SInt(8), make, width, (a, b) => meaning(signed(a, 8), signed(b, 8))),
);

test("a bundle and a vector go through pack, unpack, mux, pipe and memory unchanged", () => {
  const Pixel = Bundle({ x: UInt(3), levels: Vec(2, SInt(5)), kind: Enum("Empty", "Full") });
  const Top = module(
    "Aggregates",
    {
      in: { pixel: Pixel, other: Pixel, pick: Bool, at: UInt(2) },
      out: { packed: UInt(14), read: Pixel, held: Pixel },
    },
    ({ pixel, other, pick, at }) => {
      const ram = mem(Pixel, 4, { readUnderWrite: "new" });
      ram.write(at, mux(pick, pixel, other));
      return { packed: pack(Pixel, pixel), read: ram.readSync(at), held: pipe(unpack(Pixel, pack(Pixel, pixel))) };
    },
  );
  const engine = interpret(elaborate(Top));
  const poke = (name: string, values: readonly [number, number, number, number]) =>
    ["x", "levels[0]", "levels[1]", "kind"].forEach((field, i) => {
      engine.poke(`${name}.${field}`, values[i] ?? 0);
    });
  const peek = (name: string) =>
    ["x", "levels[0]", "levels[1]", "kind"].map((field) => Number(engine.peek(`${name}.${field}`)));
  poke("pixel", [5, 17, 30, 1]);
  poke("other", [2, 4, 8, 0]);
  expect(engine.peek("packed")).toBe(5n | (17n << 3n) | (30n << 8n) | (1n << 13n));
  for (const [pick, expected] of [
    [1, [5, 17, 30, 1]],
    [0, [2, 4, 8, 0]],
  ] as const) {
    engine.poke("pick", pick);
    engine.step();
    expect(peek("read")).toEqual(expected);
    expect(peek("held")).toEqual([5, 17, 30, 1]);
  }
});

test("the last assignment wins, a register holds, and a wire follows", () => {
  const Top = module(
    "Control",
    { in: { a: UInt(8), go: Bool, stop: Bool }, out: { q: UInt(8) } },
    ({ a, go, stop }) => {
      const held = reg(UInt(8), 9);
      when(go, () => {
        held.next = a;
      }).elseWhen(stop, () => {
        held.next = 0;
      });
      when(a.eq(77), () => {
        held.next = 78;
      });
      return { q: held };
    },
  );
  const engine = interpret(elaborate(Top));
  const after = (a: number, go: number, stop: number) => {
    engine.poke("a", a);
    engine.poke("go", go);
    engine.poke("stop", stop);
    engine.step();
    return Number(engine.peek("q"));
  };
  expect(Number(engine.peek("q"))).toBe(9);
  expect([after(3, 0, 0), after(3, 1, 1), after(4, 0, 0), after(77, 1, 0), after(4, 0, 1)]).toEqual([9, 3, 3, 78, 0]);
});

test("a module over a type of which the checker knows nothing", () => {
  const Delay = (item: Type) => module("Delay", { in: { d: item }, out: { q: item } }, ({ d }) => ({ q: pipe(d) }));
  const engine = interpret(elaborate(Delay(Vec(2, UInt(4)))));
  engine.poke("d[1]", 9);
  engine.step();
  expect(engine.peek("q[1]")).toBe(9n);
});
