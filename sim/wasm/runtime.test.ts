import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Runtime, type RuntimeName } from "./runtime.ts";
import { WasmModule } from "./wasm-module.ts";

const memory = new WebAssembly.Memory({ initial: 1 });
const words = new Uint32Array(memory.buffer);

/** The function, called from JavaScript. */
function load(name: RuntimeName): (...values: (number | bigint)[]) => number {
  const module = new WasmModule();
  const found = new Runtime(module).get(name);
  module.export("f", found);
  const { f } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } }).exports;
  if (typeof f !== "function") throw new TypeError(`${name} is not exported`);
  return (...values) => Number(f(...values));
}

const [destination, second, a, b, room] = [0x100, 0x400, 0x800, 0xc00, 0x1000];
const limbsOf = (width: number) => Math.ceil(width / 32);
const topBits = (width: number) => ((width - 1) % 32) + 1;

function put(address: number, value: bigint, limbs: number): void {
  for (let i = 0; i < limbs; i++) words[address / 4 + i] = Number(BigInt.asUintN(32, value >> BigInt(32 * i)));
}

function take(address: number, width: number): bigint {
  let value = 0n;
  for (let i = 0; i < limbsOf(width); i++) value |= BigInt(words[address / 4 + i] ?? 0) << BigInt(32 * i);
  return BigInt.asUintN(width, value);
}

/** A width and two numbers of it, often with runs of ones and zeros. */
const operands = fc.integer({ min: 1, max: 1100 }).chain((width) => {
  const any = fc.bigInt({ min: 0n, max: (1n << BigInt(width)) - 1n });
  const run = fc
    .tuple(fc.nat(width), fc.nat(width))
    .map(([x, y]) => BigInt.asUintN(width, (1n << BigInt(x)) - (1n << BigInt(y))));
  const short = fc.tuple(any, fc.nat(width)).map(([value, bits]) => BigInt.asUintN(bits, value));
  const value = fc.oneof(any, run, short);
  return fc.record({ width: fc.constant(width), x: value, y: value });
});

/** The function is called with both operands in place; then its result is the expected one. */
function agrees(name: RuntimeName, expected: (x: bigint, y: bigint, width: number) => bigint | boolean): void {
  const call = load(name);
  fc.assert(
    fc.property(operands, ({ width, x, y }) => {
      const limbs = limbsOf(width);
      put(a, x, limbs);
      put(b, y, limbs);
      const right = expected(x, y, width);
      if (typeof right === "boolean") {
        expect(name === "lessSigned" ? call(a, b, limbs, topBits(width)) : call(a, b, limbs)).toBe(right ? 1 : 0);
        return;
      }
      call(destination, a, b, limbs);
      expect(take(destination, width)).toBe(BigInt.asUintN(width, right));
    }),
    { numRuns: 300 },
  );
}

describe("numbers of 1 to 1100 bits", () => {
  test("and", () => agrees("and", (x, y) => x & y));
  test("or", () => agrees("or", (x, y) => x | y));
  test("xor", () => agrees("xor", (x, y) => x ^ y));
  test("add", () => agrees("add", (x, y) => x + y));
  test("subtract", () => agrees("subtract", (x, y) => x - y));
  test("multiply", () => agrees("multiply", (x, y) => x * y));
  test("equal", () => agrees("equal", (x, y) => x === y));
  test("lessUnsigned", () => agrees("lessUnsigned", (x, y) => x < y));
  test("lessSigned", () => agrees("lessSigned", (x, y, width) => BigInt.asIntN(width, x) < BigInt.asIntN(width, y)));

  test("divideUnsigned", () => {
    const call = load("divideUnsigned");
    fc.assert(
      fc.property(operands, ({ width, x, y }) => {
        put(a, x, limbsOf(width));
        put(b, y, limbsOf(width));
        call(destination, second, a, b, limbsOf(width));
        expect(take(destination, width)).toBe(y === 0n ? (1n << BigInt(width)) - 1n : x / y);
        expect(take(second, width)).toBe(y === 0n ? x : x % y);
      }),
      { numRuns: 200 },
    );
  });

  test("divideSigned", () => {
    const call = load("divideSigned");
    fc.assert(
      fc.property(operands, ({ width, x, y }) => {
        put(a, x, limbsOf(width));
        put(b, y, limbsOf(width));
        call(destination, second, a, b, limbsOf(width), topBits(width), room);
        const [signedX, signedY] = [BigInt.asIntN(width, x), BigInt.asIntN(width, y)];
        const quotient = y === 0n ? -1n : signedX / signedY;
        const remainder = y === 0n ? signedX : signedX % signedY;
        expect(take(destination, width)).toBe(BigInt.asUintN(width, quotient));
        expect(take(second, width)).toBe(BigInt.asUintN(width, remainder));
      }),
      { numRuns: 200 },
    );
  });

  test("any, parity, clamp", () => {
    const [any, parity, clamp] = [load("any"), load("parity"), load("clamp")];
    fc.assert(
      fc.property(operands, fc.integer({ min: 1, max: 70_000 }), ({ width, x }, limit) => {
        put(a, x, limbsOf(width));
        expect(any(a, limbsOf(width))).toBe(x === 0n ? 0 : 1);
        expect(parity(a, limbsOf(width))).toBe([...x.toString(2)].filter((bit) => bit === "1").length % 2);
        expect(clamp(a, limbsOf(width), limit)).toBe(x > BigInt(limit) ? limit : Number(x));
      }),
    );
  });

  test("shifts", () => {
    const [left, right] = [load("shiftLeft"), load("shiftRight")];
    fc.assert(
      fc.property(operands, fc.nat(1200), ({ width, x }, amount) => {
        const limbs = limbsOf(width);
        put(a, x, limbs);
        left(destination, a, amount, limbs);
        expect(take(destination, width)).toBe(BigInt.asUintN(width, x << BigInt(amount)));
        const top = Number(x >> BigInt(32 * (limbs - 1)));
        right(destination, a, amount, limbs, top, 0);
        expect(take(destination, width)).toBe(x >> BigInt(amount));
        const signed = BigInt.asIntN(width, x);
        right(destination, a, amount, limbs, Number(signed >> BigInt(32 * (limbs - 1))), signed < 0n ? -1 : 0);
        expect(take(destination, width)).toBe(BigInt.asUintN(width, signed >> BigInt(amount)));
      }),
    );
  });

  test("slice", () => {
    const call = load("slice");
    fc.assert(
      fc.property(operands, fc.nat(1099), fc.nat(1099), ({ width, x }, from, size) => {
        const low = from % width;
        const bits = (size % (width - low)) + 1;
        put(a, x, limbsOf(width));
        call(destination, a, low, limbsOf(bits));
        expect(take(destination, bits)).toBe(BigInt.asUintN(bits, x >> BigInt(low)));
      }),
    );
  });

  test("insert and insertWord", () => {
    const [insert, insertWord] = [load("insert"), load("insertWord")];
    fc.assert(
      fc.property(operands, fc.nat(500), fc.nat(64), ({ width, x }, low, bits) => {
        const below = BigInt.asUintN(low, 0x5a5a5a5an << 300n);
        words.fill(0, destination / 4, a / 4);
        put(destination, below, 20);
        put(a, x, limbsOf(width));
        insert(destination, low, a, limbsOf(width));
        expect(take(destination, low + width)).toBe(below | (x << BigInt(low)));
        words.fill(0, destination / 4, a / 4);
        put(destination, below, 20);
        const short = BigInt.asUintN(bits, x);
        insertWord(destination, low, short);
        expect(take(destination, low + 64)).toBe(below | (short << BigInt(low)));
      }),
    );
  });

  test("maskedWrite", () => {
    const call = load("maskedWrite");
    fc.assert(
      fc.property(operands, fc.nat(), fc.bigInt(0n, (1n << 1100n) - 1n), ({ width, x, y }, choice, any) => {
        const lanes = Array.from({ length: width }, (_, i) => i + 1).filter((lane) => width % lane === 0);
        const lane = lanes[choice % lanes.length] ?? 1;
        const count = width / lane;
        const mask = BigInt.asUintN(count, any);
        put(a, x, limbsOf(width));
        put(b, mask, limbsOf(count));
        put(destination, y, limbsOf(width));
        call(destination, a, b, count, lane);
        let bits = 0n;
        for (let i = 0; i < count; i++)
          if ((mask >> BigInt(i)) & 1n) bits |= ((1n << BigInt(lane)) - 1n) << BigInt(i * lane);
        expect(take(destination, width)).toBe((y & ~bits) | (x & bits));
      }),
    );
  });

  test("applyInit", () => {
    const call = load("applyInit");
    fc.assert(
      fc.property(operands, fc.bigInt(0n, (1n << 1100n) - 1n), ({ width, x, y }, any) => {
        const mask = BigInt.asUintN(width, any);
        put(destination, x, limbsOf(width));
        put(a, mask, limbsOf(width));
        put(b, y & mask, limbsOf(width));
        call(destination, a, b, limbsOf(width));
        expect(take(destination, width)).toBe((x & ~mask) | (y & mask));
      }),
    );
  });
});
