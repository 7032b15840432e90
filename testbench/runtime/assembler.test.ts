import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formats } from "../../hdl/npu/isa/index.ts";
import { assemble, disassemble } from "./assembler.ts";
import { decode, encode, fromBytes, type Instruction, toBytes } from "./instruction.ts";
import { instructions } from "./program.fuzz.ts";

describe("assembler and disassembler", () => {
  test("any program survives text, words and bytes", () => {
    fc.assert(
      fc.property(fc.array(instructions, { maxLength: 8 }), (program) => {
        expect(assemble(disassemble(program))).toEqual(program);
        expect(program.map((one) => decode(encode(one)))).toEqual(program);
        expect(fromBytes(toBytes(program))).toEqual(program);
      }),
    );
  });

  test("any 128 bits decode to what encodes to them, or are illegal", () => {
    fc.assert(
      fc.property(instructions, fc.nat({ max: 127 }), (instruction, flipped) => {
        const word = encode(instruction) ^ (1n << BigInt(flipped));
        let decoded: Instruction | null = null;
        try {
          decoded = decode(word);
        } catch (error) {
          expect(String(error)).toMatch(/is illegal: /);
        }
        if (decoded) expect(encode(decoded)).toBe(word);
      }),
      { numRuns: 1000 },
    );
  });

  test("a program reads as one writes it", () => {
    const text = `; double-buffered
load.scratchpad dram=0x80000000 local=0x100 rows=16 cols=64 stride=64 push_next ; the weights
gemm a=0b100 w=0x200 m=16 k=64 n=16 a_stride=16 accumulate pop_prev push_next

vec op=add act=relu rows=16 pop_prev
halt code=7`;
    expect(disassemble(assemble(text))).toMatchInlineSnapshot(`
      "load.scratchpad dram=0x80000000 local=0x100 rows=16 cols=64 stride=64 push_next
      gemm a=4 w=0x200 m=16 k=64 n=16 a_stride=16 accumulate pop_prev push_next
      vec op=add act=relu rows=16 pop_prev
      halt code=7
      "
    `);
  });

  test("bits lie where the table says", () => {
    expect(encode({ mnemonic: "gemm", set: ["pop_prev", "os"], operands: { a: 0xabcd, acc_stride: 0xfff } })).toBe(
      0x3n | (1n << 4n) | (1n << 11n) | (0xabcdn << 16n) | (0xfffn << 112n),
    );
    for (const { mnemonic, operands } of formats)
      expect([mnemonic, operands.reduce((bits, { width, gap }) => bits + gap + width, 16) <= 128]).toEqual([
        mnemonic,
        true,
      ]);
  });

  test.each([
    ["gem m=1", "program:1: there is no instruction gem; did you mean gemm?"],
    ["nop\ngemm mm=1", "program:2: there is no operand of gemm mm; did you mean m?"],
    ["gemm m=4096", "program:1: m of gemm is a whole number from 0 to 4095, not 4096"],
    ["gemm m=-1", "program:1: m of gemm is a whole number from 0 to 4095, not -1"],
    ["gemm m=", "program:1: m of gemm is a whole number from 0 to 4095, not "],
    ["gemm m=1 m=2", "program:1: m is given twice"],
    ["gemm accumulat", "program:1: there is no flag of gemm accumulat; did you mean accumulate?"],
    ["load local=1", "program:1: load needs a variant: load.scratchpad, load.accumulator"],
    ["load.scratch", "program:1: there is no variant of load scratch; did you mean scratchpad?"],
    ["gemm.os", "program:1: gemm has no variants, so not os"],
    ["load.scratchpad pop_prev", "program:1: there is no flag of load pop_prev; did you mean pop_next?"],
    ["vec op=sub", "program:1: there is no op of vec sub; did you mean mul?"],
    ["vec op=40", "program:1: op of vec has no value 40"],
    ["fence queues=16", "program:1: queues of fence is a whole number from 0 to 15, not 16"],
    ["halt queues=0", "program:1: there is no operand of halt queues"],
    [
      "cfg value=0x1000000",
      "value of cfg is a whole number from 0 to 16777215 where reg is quantisation, not 16777216",
    ],
  ])("%j: %s", (text, message) => {
    expect(() => assemble(text)).toThrow(message);
  });

  test("bytes that are no program", () => {
    expect(() => fromBytes(new Uint8Array(17))).toThrow("a program of 17 bytes is cut short");
    const bytes = new Uint8Array(32);
    bytes[0] = 11;
    expect(() => fromBytes(bytes)).toThrow("instruction 1: 0x00000000000000000000000000000000 is illegal");
    bytes.set([0x0a, 0x00, 0x04], 16);
    expect(() => fromBytes(bytes)).toThrow(/^instruction 1: .* is illegal: bit 18 is reserved in halt$/);
    bytes.set([0x05, 0x00, 0x01, 0, 0, 0, 0, 0, 0x01], 16);
    expect(() => fromBytes(bytes)).toThrow("value of cfg goes beyond 1099511627775 where reg is pooling");
  });
});
