import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { BinaryKind, Node } from "./design.ts";
import { evaluate, isCombinational, ones, toSigned } from "./semantics.ts";

/** Evaluates a node whose operand ids index `operands`: pairs of width and value. */
function of(node: Node, ...operands: [width: number, value: bigint][]): bigint {
  const operand = (id: number): [number, bigint] => {
    const pair = operands[id];
    if (!pair) throw new Error(`operand ${id} was asked for and not given`);
    return pair;
  };
  return evaluate(
    node,
    (id) => operand(id)[1],
    (id) => operand(id)[0],
  );
}

const binary = (kind: BinaryKind, width: number, a: bigint, b: bigint) =>
  of({ kind, width, a: 0, b: 1 }, [width, a], [width, b]);

describe("evaluate", () => {
  test("arithmetic wraps", () => {
    expect(binary("add", 8, 255n, 1n)).toBe(0n);
    expect(binary("sub", 8, 0n, 1n)).toBe(255n);
    expect(binary("mul", 8, 16n, 17n)).toBe(16n);
  });

  test("division by zero and of the smallest number by −1 are RISC-V's", () => {
    expect(binary("divu", 8, 7n, 0n)).toBe(255n);
    expect(binary("remu", 8, 7n, 0n)).toBe(7n);
    expect(binary("divs", 8, 7n, 0n)).toBe(255n);
    expect(binary("rems", 8, 0xf9n, 0n)).toBe(0xf9n);
    expect(binary("divs", 8, 0x80n, 0xffn)).toBe(0x80n);
    expect(binary("rems", 8, 0x80n, 0xffn)).toBe(0n);
  });

  test("signed division rounds towards zero", () => {
    expect(binary("divs", 8, BigInt.asUintN(8, -7n), 2n)).toBe(BigInt.asUintN(8, -3n));
    expect(binary("rems", 8, BigInt.asUintN(8, -7n), 2n)).toBe(BigInt.asUintN(8, -1n));
    expect(binary("rems", 8, 7n, BigInt.asUintN(8, -2n))).toBe(1n);
  });

  test("quotient and remainder recompose the dividend", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 130 }), fc.bigInt(), fc.bigInt(), (width, x, y) => {
        const a = BigInt.asUintN(width, x);
        const b = BigInt.asUintN(width, y);
        for (const [div, rem] of [
          ["divu", "remu"],
          ["divs", "rems"],
        ] as const) {
          const product = binary("mul", width, binary(div, width, a, b), b);
          expect(binary("add", width, product, binary(rem, width, a, b))).toBe(a);
        }
      }),
    );
  });

  test("a shift by the width or more leaves nothing, or all sign", () => {
    const shift = (kind: "shl" | "shru" | "shrs", a: bigint, b: bigint) =>
      of({ kind, width: 8, a: 0, b: 1 }, [8, a], [70, b]);
    expect(shift("shl", 0x81n, 1n)).toBe(2n);
    expect(shift("shru", 0x81n, 7n)).toBe(1n);
    expect(shift("shrs", 0x81n, 1n)).toBe(0xc0n);
    for (const amount of [8n, 9n, 1n << 69n]) {
      expect(shift("shl", 0xffn, amount)).toBe(0n);
      expect(shift("shru", 0xffn, amount)).toBe(0n);
      expect(shift("shrs", 0x80n, amount)).toBe(0xffn);
      expect(shift("shrs", 0x7fn, amount)).toBe(0n);
    }
  });

  test("comparisons", () => {
    const compare = (kind: "eq" | "ltu" | "lts", a: bigint, b: bigint) =>
      of({ kind, width: 1, a: 0, b: 1 }, [4, a], [4, b]);
    expect(compare("eq", 3n, 3n)).toBe(1n);
    expect(compare("ltu", 0xfn, 1n)).toBe(0n);
    expect(compare("lts", 0xfn, 1n)).toBe(1n);
    expect(compare("lts", 1n, 1n)).toBe(0n);
  });

  test("selection asks only for the arm taken", () => {
    expect(of({ kind: "mux", width: 8, select: 0, a: 1, b: 2 }, [1, 1n], [8, 5n])).toBe(5n);
    const arms = [
      { match: 1n, value: 2 },
      { match: 3n, value: 9 },
    ];
    expect(of({ kind: "case", width: 8, selector: 0, arms, otherwise: 9 }, [2, 1n], [8, 0n], [8, 7n])).toBe(7n);
    expect(of({ kind: "case", width: 8, selector: 0, arms, otherwise: 1 }, [2, 2n], [8, 6n])).toBe(6n);
  });

  test("concatenation, slices and extension", () => {
    expect(of({ kind: "cat", width: 12, parts: [0, 1, 0] }, [4, 0xan], [4, 0x5n])).toBe(0xa5an);
    expect(of({ kind: "slice", width: 4, a: 0, low: 4 }, [12, 0xa5an])).toBe(5n);
    expect(of({ kind: "zext", width: 8, a: 0 }, [4, 0x9n])).toBe(0x9n);
    expect(of({ kind: "sext", width: 8, a: 0 }, [4, 0x9n])).toBe(0xf9n);
    expect(of({ kind: "sext", width: 8, a: 0 }, [4, 0x7n])).toBe(0x7n);
    expect(of({ kind: "not", width: 4, a: 0 }, [4, 0x9n])).toBe(0x6n);
  });

  test("reductions agree with a count of ones", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 130 }), fc.bigInt(), (width, x) => {
        const a = BigInt.asUintN(width, x);
        const count = a.toString(2).replaceAll("0", "").length;
        const reduce = (op: "and" | "or" | "xor") => of({ kind: "reduce", op, width: 1, a: 0 }, [width, a]);
        expect(reduce("and")).toBe(count === width ? 1n : 0n);
        expect(reduce("or")).toBe(count > 0 ? 1n : 0n);
        expect(reduce("xor")).toBe(BigInt(count & 1));
      }),
    );
  });

  test("state is refused", () => {
    const node: Node = { kind: "input", width: 1, port: 0 };
    expect(isCombinational(node)).toBe(false);
    expect(() => of(node)).toThrow("input is not combinational");
  });

  test("ones and toSigned", () => {
    expect(ones(70)).toBe(0x3fffffffffffffffffn);
    expect(toSigned(0x80n, 8)).toBe(-128n);
  });
});
