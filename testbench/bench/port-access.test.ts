import { describe, expect, test } from "vitest";
import {
  Bool,
  Bundle,
  type Dynamic,
  Enum,
  flip,
  module,
  type None,
  pipe,
  SInt,
  Stream,
  type Type,
  UInt,
  Vec,
} from "../../hdl/index.ts";
import { simulate } from "./simulate.ts";

const Byte = UInt(8);
const State = Enum("Idle", "Run", "Done");
const engines = ["wasm", "interpreter"] as const;

/** Any type of which nothing flows backwards. */
type Plain = Type<Dynamic, None>;

/** `same` follows the input at once, `late` a cycle later. */
const Echo = (type: Plain) =>
  module("Echo", { in: { a: type }, out: { same: type, late: type } }, ({ a }) => ({ same: a, late: pipe(a) }));

function errorOf(action: () => void): string {
  try {
    action();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "nothing was thrown";
}

describe.each(engines)("%s", (engine) => {
  const values: [string, Plain, unknown[]][] = [
    ["Bool", Bool, [0, 1]],
    ["UInt<8>", Byte, [0, 200, 255]],
    ["SInt<8>", SInt(8), [-128, -1, 0, 127]],
    ["UInt<32>", UInt(32), [0, 2 ** 31, 2 ** 32 - 1]],
    ["SInt<32>", SInt(32), [-(2 ** 31), -1, 2 ** 31 - 1]],
    ["UInt<33>", UInt(33), [2 ** 32, 2 ** 33 - 1]],
    ["SInt<40>", SInt(40), [-(2 ** 39), -1, 2 ** 39 - 1]],
    ["UInt<53>", UInt(53), [Number.MAX_SAFE_INTEGER, 1]],
    ["SInt<53>", SInt(53), [-(2 ** 52), 2 ** 52 - 1, -1]],
    ["UInt<54>", UInt(54), [2n ** 54n - 1n, 0n]],
    ["SInt<64>", SInt(64), [-(2n ** 63n), -1n, 2n ** 63n - 1n]],
    ["SInt<100>", SInt(100), [-(2n ** 99n), -5n]],
    ["Enum", State, ["Run", "Done", "Idle"]],
    ["Vec", Vec(3, SInt(8)), [[1, -2, 3]]],
    ["Bundle", Bundle({ x: Byte, y: Vec(2, State) }), [{ x: 9, y: ["Done", "Idle"] }]],
  ];
  test.each(values)("values of %s come out as they went in, at once and from a process", (_, type, written) => {
    const dut = simulate(Echo(type), { engine });
    for (const value of written) {
      dut.in.a = value;
      expect([dut.in.a, dut.out.same]).toEqual([value, value]);
      dut.step();
      expect(dut.out.late).toEqual(value);
    }
    const late: unknown[] = [];
    dut.run(function* () {
      for (const value of written) {
        dut.in.a = value;
        yield;
        late.push(dut.out.same);
      }
    });
    expect(late).toEqual(written);
  });

  test("a code without a state is shown by number", () => {
    const Odd = module("Odd", { in: {}, out: { at: State, code: UInt(2) } }, () => {
      const at = pipe(State.lit("Idle"));
      return { at, code: at.asUInt() };
    });
    const faces = Array.from({ length: 16 }, (_, seed) => simulate(Odd, { engine, seed }).out);
    expect(faces.map(({ code }) => ["Idle", "Run", "Done", "#3"][code])).toEqual(faces.map(({ at }) => at));
    expect(faces.some(({ code }) => code === 3)).toBe(true);
  });

  test("streams in a Vec and in a bundle are streams", () => {
    const ports = {
      in: { lanes: Vec(2, Stream(Byte)), both: Bundle({ s: Stream(State), tag: Byte }) },
      out: { sum: Stream(Byte), tag: Byte, at: Stream(State) },
    };
    const Pair = module("Pair", ports, ({ lanes, both, sum, at }) => {
      const [a, b] = lanes;
      if (!a || !b) throw new RangeError("two lanes");
      const valid = a.valid.and(b.valid);
      const ready = valid.and(sum.ready);
      return {
        lanes: [{ ready }, { ready }],
        sum: { valid, bits: a.bits.add(b.bits) },
        both: { s: { ready: at.ready } },
        at: both.s,
        tag: both.tag,
      };
    });
    const dut = simulate(Pair, { engine });
    const [a, b] = dut.in.lanes;
    if (!a || !b) throw new RangeError("two lanes");
    const got: unknown[] = [];
    dut.in.both.tag = 3;
    dut.run(
      () => a.send(40),
      () => b.send(2),
      () => dut.in.both.s.send("Done"),
      function* () {
        got.push(yield* dut.out.sum.recv(), yield* dut.out.at.recv());
      },
    );
    expect([...got, dut.out.tag, dut.cycle]).toEqual([42, "Done", 3, 2]);
  });
});

test("a bad value is one line that names the port and what it takes", () => {
  const wrong = (type: Plain, value: unknown) => {
    const dut = simulate(Echo(type));
    return errorOf(() => {
      dut.in.a = value;
    });
  };
  expect(wrong(Byte, 256)).toBe("in.a of Echo: 256 does not fit; write a whole number from 0 to 255");
  expect(wrong(Byte, 1.5)).toBe("in.a of Echo: 1.5 does not fit; write a whole number from 0 to 255");
  expect(wrong(Byte, Number.NaN)).toBe("in.a of Echo: NaN does not fit; write a whole number from 0 to 255");
  expect(wrong(Byte, undefined)).toBe("in.a of Echo: undefined does not fit; write a whole number from 0 to 255");
  expect(wrong(SInt(8), -129)).toBe("in.a of Echo: -129 does not fit; write a whole number from -128 to 127");
  expect(wrong(SInt(54), -1.5)).toContain(
    "in.a of Echo: -1.5 does not fit; write a whole number from -9007199254740992",
  );
  expect(wrong(UInt(64), -1n)).toBe(`in.a of Echo: -1n does not fit; write a whole number from 0 to ${2n ** 64n - 1n}`);
  expect(wrong(State, "Stop")).toBe('in.a of Echo: "Stop" is no state; write one of Idle, Run, Done');
  const few = "in.a of Echo: a Vec of 2 is given 1 elements; write an array with every element";
  expect(wrong(Vec(2, Byte), [1])).toBe(few);
  expect(wrong(Vec(2, Byte), [1, 300])).toBe("in.a[1] of Echo: 300 does not fit; write a whole number from 0 to 255");
  const pair = Bundle({ x: Byte, y: Bool });
  expect(wrong(pair, { x: 1 })).toBe("in.a of Echo: the field y is missing; write an object of x, y");
  expect(wrong(pair, null)).toBe("in.a of Echo: the field x is missing; write an object of x, y");
  expect(wrong(pair, { x: 1, y: 0, z: 2 })).toBe("in.a of Echo: there is no field z; write an object of x, y");
});

test("a structure of which one part is refused is not written in part", () => {
  const dut = simulate(Echo(Bundle({ x: UInt(40), y: Vec(2, Byte) })));
  dut.in.a = { x: 1, y: [2, 3] };
  expect(() => {
    dut.in.a = { x: 4, y: [5, 600] };
  }).toThrow("in.a.y[1] of Echo: 600 does not fit");
  expect(dut.in.a).toEqual({ x: 1, y: [2, 3] });
});

test("what the design drives, and structures with two directions, refuse to be written", () => {
  const Link = Bundle({ valid: Bool, credit: flip(Byte) });
  const ports = { in: { west: Link, x: Stream(Byte) }, out: { east: Link, y: Stream(Byte) } };
  const Router = module("Router", ports, ({ west, east, x, y }) => ({
    west: { credit: east.credit },
    east: { valid: west.valid },
    x: { ready: y.ready },
    y: x,
  }));
  const dut = simulate(Router);
  const set = (object: object, key: string) => errorOf(() => Reflect.set(object, key, 1));
  expect(set(dut.in.west, "credit")).toBe(
    "in.west.credit of Router: the design drives it; write to what the testbench drives",
  );
  expect(set(dut.in, "west")).toBe("in.west of Router: it cannot be written as a whole; use its fields");
  expect(set(dut.in, "x")).toBe("in.x of Router: it cannot be written as a whole; use its send, valid and bits");
  expect(set(dut.out.y, "bits")).toBe("out.y.bits of Router: the design drives it; write to what the testbench drives");
  expect(Reflect.set(dut.in, "south", 1)).toBe(false);
});
