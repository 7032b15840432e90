import { expect, test } from "vitest";
import { Bool, elaborate, module, mux, reg, UInt } from "../lang/index.ts";
import { lacks, lint } from "./lint.fuzz.ts";
import { toVerilog, verilogText } from "./verilog.ts";

/** Registers that nothing ever sets, in so many words: one by itself, one beside a register that is set at times. */
const Kept = module(
  "Kept",
  { in: { a: Bool, b: Bool, d: UInt(8) }, out: { lone: UInt(8), kept: UInt(8), set: UInt(8) } },
  ({ a, b, d }) => {
    const lone = reg(UInt(8));
    const kept = reg(UInt(8));
    const set = reg(UInt(8));
    lone.next = lone;
    kept.next = mux(a, mux(b, kept, kept), kept);
    set.next = mux(a, mux(b, d, set), set);
    return { lone, kept, set };
  },
);
const text = verilogText(toVerilog(elaborate(Kept)));

test("a register that keeps its value whatever decides has a driver, and no empty condition", () => {
  expect(text).toContain("    lone <= lone;\n    kept <= kept;\n");
  expect(text.match(/if \(/g)).toHaveLength(2);
});

test.skipIf(lacks("verilator"))("Verilator takes none of them for forgotten", () => {
  expect(lint("verilator", text)).toBe("");
});
