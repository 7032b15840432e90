import { describe, expect, test } from "vitest";
import { Sketch } from "../../hdl/netlist/sketch.fuzz.ts";
import { always, Conditions } from "./condition.ts";

/** A selector with comparisons, and some bits. */
function sketch() {
  const s = new Sketch("Conditions");
  const [x, a, b] = [s.input("x", 3), s.input("a", 1), s.input("b", 1)];
  const is = (value: number) => s.compare("eq", x, s.constant(3, value));
  const [two, five] = [is(2), is(5)];
  const both = s.op("and", a, s.not(b));
  return { x, a, b, two, five, both, conditions: new Conditions(s.module().nodes) };
}

const told = ({ all }: Conditions, guard: readonly number[]): string[] =>
  guard.map((condition) => `${all[condition]?.node}=${all[condition]?.match}`);

describe("guards", () => {
  test("take conjunctions and complements apart", () => {
    const { a, b, both, conditions } = sketch();
    expect(told(conditions, conditions.extend(always, both, 1n))).toEqual([`${a}=1`, `${b}=0`]);
    expect(told(conditions, conditions.extend(always, both, 0n))).toEqual([`${both}=0`]);
  });

  test("say that a selector has a value in one way, whoever compares it", () => {
    const { x, two, five, conditions } = sketch();
    const isTwo = conditions.extend(always, two, 1n);
    expect(conditions.extend(always, x, 2n)).toEqual(isTwo);
    expect(conditions.extend(isTwo, five, 0n)).toEqual(isTwo);
    const isNotFive = conditions.extend(always, five, 0n);
    expect(conditions.extend(isNotFive, two, 1n)).toEqual(isTwo);
    const [isFive = -1] = conditions.extend(always, x, 5n);
    expect(conditions.opposite(isNotFive[0] ?? -1)).toBe(isFive);
  });

  test("keep what contradicts", () => {
    const { two, conditions } = sketch();
    const isTwo = conditions.extend(always, two, 1n);
    const never = conditions.extend(isTwo, two, 0n);
    expect(never.length).toBe(2);
    expect(conditions.exactly(conditions.extend(always, two, 0n), two, 1n)).toEqual(never);
  });

  test("know when they do not tell all", () => {
    const s = new Sketch("Many");
    const bits = Array.from({ length: 30 }, (_, i) => s.input(`bit${i}`, 1));
    const conditions = new Conditions(s.module().nodes);
    const most = bits.reduce((guard: readonly number[], bit) => conditions.extend(guard, bit, 1n), always);
    expect(most.length).toBeLessThan(30);
    expect(conditions.exactly(most, bits[0] ?? -1, 1n)).toEqual(most);
    expect(conditions.exactly(most, bits[29] ?? -1, 1n)).toBe(null);
  });

  test("have in common what both have", () => {
    const { a, b, five, conditions } = sketch();
    const one = conditions.extend(conditions.extend(always, a, 1n), five, 1n);
    const other = conditions.extend(conditions.extend(always, b, 1n), five, 1n);
    expect(conditions.common(one, other, () => always)).toEqual(conditions.extend(always, five, 1n));
    expect(conditions.common(one, always, () => always)).toEqual(always);
  });

  test("have in common that a selector has one of some values, where one says which", () => {
    const s = new Sketch("Values");
    const x = s.input("x", 3);
    const [two, five, six] = [2, 5, 6].map((value) => s.compare("eq", x, s.constant(3, value)));
    const either = s.op("or", two ?? -1, five ?? -1);
    const conditions = new Conditions(s.module().nodes);
    const oneOf = conditions.extend(always, either, 1n);
    const under = (node = -1) => conditions.extend(always, node, 1n);
    expect(conditions.common(oneOf, under(five), () => always)).toEqual(oneOf);
    expect(conditions.common(under(two), oneOf, () => always)).toEqual(oneOf);
    expect(conditions.common(oneOf, under(six), () => always)).toEqual([]);
    expect(conditions.common(oneOf, under(five), () => under(x))).toEqual([]);
  });
});
