import fc from "fast-check";
import { expect, test } from "vitest";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { encode } from "../../../testbench/runtime/instruction.ts";
import { Bool, module, UInt } from "../../lang/index.ts";
import { flagOf, mnemonicIs, operandOf, variantIs } from "./fields.ts";

const Fields = module(
  "Fields",
  {
    in: { word: UInt(128) },
    out: { loads: Bool, rows: UInt(12), right: UInt(4), int32: Bool, interrupt: Bool, bias: Bool },
  },
  ({ word }) => ({
    loads: mnemonicIs(word, "load"),
    rows: operandOf(word, "load", "rows", 12),
    right: operandOf(word, "load", "right", 4),
    int32: flagOf(word, "load", "int32"),
    interrupt: flagOf(word, "load", "interrupt"),
    bias: variantIs(word, "load", "bias"),
  }),
);

test.each(["interpreter", "wasm"] as const)("an instruction taken apart by the table on the %s engine", (engine) => {
  const dut = simulate(Fields, { engine });
  const sets = fc.subarray(["int32", "interrupt", "push_next"]);
  fc.assert(
    fc.property(fc.nat(4095), fc.nat(15), sets, fc.constantFrom("bias", "scale"), (rows, right, set, sub) => {
      dut.in.word = encode({ mnemonic: "load", sub, set, operands: { rows, right, left: 15, cols: 4095 } });
      expect(dut.out).toEqual({
        ...{ loads: 1, rows, right, bias: Number(sub === "bias") },
        ...{ int32: Number(set.includes("int32")), interrupt: Number(set.includes("interrupt")) },
      });
    }),
  );
  dut.in.word = encode({ mnemonic: "nop" });
  expect(dut.out.loads).toBe(0);
});

test("names and widths that the table does not have are refused", () => {
  const using = (read: (word: UInt<128>) => Bool | UInt<number>) => () =>
    simulate(
      module("Wrong", { in: { word: UInt(128) }, out: { any: Bool } }, ({ word }) => ({ any: read(word).any() })),
    );
  expect(using((word) => mnemonicIs(word, "lode"))).toThrow("there is no instruction lode");
  expect(using((word) => flagOf(word, "store", "transpose"))).toThrow("store has no flag transpose");
  expect(using((word) => variantIs(word, "send", "bias"))).toThrow("send has no variant bias");
  expect(using((word) => operandOf(word, "store", "top", 4).any())).toThrow("store has no operand top");
  expect(using((word) => operandOf(word, "store", "rows", 13).any())).toThrow("rows of store has 12 bits, not 13");
});
