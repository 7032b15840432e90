import { describe, expect, test } from "vitest";
import { Bool, Bundle, Enum, SInt, UInt, Vec } from "../../hdl/index.ts";
import { leavesOf } from "../../hdl/lang/aggregate.ts";
import type { Shape } from "../../hdl/lang/type.ts";
import { Random } from "./random.ts";
import { isRow, rowCopier, rowDecoder, rowEncoder, unfit } from "./row-code.ts";

const State = Enum("Idle", "Run", "Done");
const Pair = Bundle({ x: UInt(8), y: Vec(3, SInt(5)), at: State, on: Bool });

/** A value of a shape, and its words. */
function draw(random: Random, shape: Shape): { value: unknown; words: number[] } {
  if (shape.kind === "leaf") {
    const { width, format } = shape;
    if (format.kind === "enum") {
      const code = random.below(format.labels.length);
      return { value: format.labels[code], words: [code] };
    }
    const word = random.below(2 ** width);
    return { value: format.kind === "sint" && word >= 2 ** (width - 1) ? word - 2 ** width : word, words: [word] };
  }
  if (shape.kind === "vec") {
    const items = Array.from({ length: shape.length }, () => draw(random, shape.item));
    return { value: items.map(({ value }) => value), words: items.flatMap(({ words }) => words) };
  }
  const fields = shape.fields.map(({ name, shape: field }) => ({ name, ...draw(random, field) }));
  return {
    value: Object.fromEntries(fields.map(({ name, value }) => [name, value])),
    words: fields.flatMap(({ words }) => words),
  };
}

describe.each([
  ["UInt<32>", Vec(5, UInt(32))],
  ["SInt<32>", Vec(2, SInt(32))],
  ["a vector of one", Vec(1, SInt(9))],
  ["a whole block", Vec(16, SInt(8))],
  ["blocks and a rest", Vec(37, UInt(7))],
  ["more than a literal holds", Vec(131, SInt(31))],
  ["a bundle", Pair],
  ["a vector of bundles", Vec(19, Pair)],
  ["a vector of vectors", Vec(9, Vec(21, UInt(3)))],
  ["a bundle of a long vector", Bundle({ valid: Bool, bits: Vec(70, SInt(8)), last: Bool })],
])("%s", (_, { "~shape": shape }) => {
  const seed = 11;
  const [encode, decode, copy] = [rowEncoder(shape), rowDecoder(shape), rowCopier(shape)];
  const size = leavesOf(shape).length;

  test(`values become words and words values (seed ${seed})`, () => {
    const random = new Random(seed);
    const now = new Uint32Array(size);
    for (let i = 0; i < 20; i++) {
      const { value, words } = draw(random, shape);
      const next = new Uint32Array(size);
      const same = words.every((word, at) => word === now[at]);
      expect(encode(value, now, next) === 0).toBe(same);
      expect([...next]).toEqual(words);
      expect(decode(next)).toEqual(value);
      copy(next, now);
      expect([...now]).toEqual(words);
      expect(encode(value, now, next)).toBe(0);
    }
  });

  test("each word alone makes a difference", () => {
    const { value, words } = draw(new Random(seed), shape);
    for (let at = 0; at < size; at++) {
      const now = Uint32Array.from(words, (word, i) => (i === at ? word ^ 1 : word));
      expect(encode(value, now, new Uint32Array(size))).toBeGreaterThan(0);
    }
  });
});

test("what is no value is unfit, wherever it is", () => {
  const encoder = rowEncoder(Vec(18, SInt(8))["~shape"]);
  const encode = (value: unknown) => encoder(value, new Uint32Array(18), new Uint32Array(18));
  const zeros = new Array<unknown>(18).fill(0);
  for (const wrong of [128, -129, 0.5, Number.NaN, undefined, null, "1", true, 1n, 2 ** 32])
    for (const at of [0, 15, 17]) expect([wrong, encode(zeros.with(at, wrong))]).toEqual([wrong, unfit]);
  for (const wrong of [undefined, null, 3, "0".repeat(18), zeros.slice(1)]) expect(encode(wrong)).toBe(unfit);
  expect(encode(new Int8Array(18).fill(-128))).toBeGreaterThan(0);
});

test("a bundle is unfit with a field too few, too many, or a state that there is not", () => {
  const encoder = rowEncoder(Pair["~shape"]);
  const encode = (value: unknown) => encoder(value, new Uint32Array(6), new Uint32Array(6));
  const good = { x: 1, y: [1, -2, 3], at: "Run", on: true };
  expect(encode(good)).toBeGreaterThan(0);
  const { on, ...few } = good;
  expect([few, { ...good, z: on }, { ...good, at: "Stop" }, { ...good, on: 2 }, [], null].map(encode)).toEqual(
    new Array(6).fill(unfit),
  );
});

test("a field may have any name", () => {
  const decode = rowDecoder(Bundle({ ["__proto__"]: UInt(8), 'a"b': UInt(8) })["~shape"]);
  const value = decode(new Uint32Array([1, 2]));
  expect(Object.entries(value ?? {})).toEqual([
    ["__proto__", 1],
    ['a"b', 2],
  ]);
});

test("only narrow leaves are handled so", () => {
  expect(isRow(Vec(2, Bundle({ a: UInt(32), b: Bool }))["~shape"])).toBe(true);
  expect(isRow(Vec(2, Bundle({ a: UInt(33), b: Bool }))["~shape"])).toBe(false);
});
