import { describe, expect, test } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { vectorOperations } from "../isa/index.ts";
import { LaneArithmetic, TableIndex } from "./lane-arithmetic.ts";
import { Reciprocal } from "./reciprocal.ts";

const seed = seedOf(undefined);
const corners = [0, 1, -1, 2, -2, 127, -128, 2 ** 31 - 1, -(2 ** 31), 2 ** 16, -(2 ** 16)];

/** The operation in plain arithmetic. */
function reference(op: string, x: number, y: number, imm: number): number {
  switch (op) {
    case "add":
      return (imm & 1 ? x - y : x + y) | 0;
    case "mul": {
      const amount = BigInt(imm & 63);
      const half = (1n << amount) >> 1n;
      return Number(BigInt.asIntN(32, BigInt.asIntN(64, BigInt(x) * BigInt(y) + half) >> amount));
    }
    case "max":
      return Math.max(x, y);
    case "relu":
      return Math.max(0, x);
    case "relu6":
      return Math.min(imm, Math.max(0, x));
    case "clip":
      return Math.min(imm, Math.max(-imm, x));
    default:
      return x;
  }
}

describe.each(["interpreter", "wasm"] as const)(`lanes on the %s engine (${replay(seed)})`, (engine) => {
  test("every operation, corners and random operands", () => {
    const random = new Random(seed);
    const dut = simulate(LaneArithmetic, { engine });
    const pick = () => (random.bool(0.4) ? (corners[random.below(corners.length)] ?? 0) : random.int32());
    const wrong: unknown[] = [];
    for (const op of vectorOperations)
      for (let i = 0; i < (engine === "wasm" ? 500 : 60); i++) {
        const [x, y, imm] = [pick(), pick(), random.bool(0.5) ? random.below(64) : random.below(65_536)];
        Object.assign(dut.in, { op, x, y, imm });
        const expected = reference(op, x, y, imm);
        if (dut.out.result !== expected) wrong.push({ op, x, y, imm, expected, is: dut.out.result });
      }
    expect(wrong.slice(0, 3)).toEqual([]);

    const table = simulate(TableIndex, { engine });
    for (let i = 0; i < 100; i++) {
      const [x, imm] = [random.bool(0.7) ? random.below(600) - 300 : pick(), random.below(300)];
      Object.assign(table.in, { x, imm });
      expect([x, imm, table.out.index]).toEqual([x, imm, Math.min(255, Math.max(0, x + imm))]);
    }
  });

  test("reciprocals and reciprocal roots, rounded down", () => {
    const random = new Random(seed);
    const dut = simulate(Reciprocal, { engine, seed });
    const some = [...corners, 3, 4, 5, 46_340, 46_341, 2 ** 30, 2 ** 30 - 1];
    const inputs = [
      ...some,
      ...Array.from({ length: engine === "wasm" ? 100 : 5 }, () => (random.int32() >>> random.below(31)) | 0),
    ];
    for (const x of inputs)
      for (const root of [0, 1]) {
        Object.assign(dut.in, { start: 1, root, x });
        dut.step();
        dut.in.start = 0;
        let cycles = 0;
        for (; !dut.out.done && cycles < 200; cycles++) dut.step();
        const of = BigInt(Math.max(1, x));
        const result = BigInt(dut.out.result);
        if (root) {
          expect(result * result * of <= 2n ** 60n && (result + 1n) ** 2n * of > 2n ** 60n).toBe(true);
          expect(cycles).toBe(61 + 31);
        } else {
          const quotient = 2n ** 31n / of;
          expect(result).toBe(quotient === 2n ** 31n ? quotient - 1n : quotient);
          expect(cycles).toBe(61);
        }
      }
  });
});
