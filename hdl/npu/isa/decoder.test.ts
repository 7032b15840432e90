import fc from "fast-check";
import { expect, test } from "vitest";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { decode, encode } from "../../../testbench/runtime/instruction.ts";
import { instructions } from "../../../testbench/runtime/program.fuzz.ts";
import { configurationRegisters, registerBits } from "./configuration.ts";
import { Decoder } from "./decoder.ts";
import { formats } from "./formats.ts";

test.each(["interpreter", "wasm"] as const)("Decoder on the %s engine agrees with the table", (engine) => {
  const dut = simulate(Decoder, { engine });
  fc.assert(
    fc.property(instructions, fc.option(fc.nat({ max: 127 })), (instruction, flipped) => {
      const word = encode(instruction) ^ (flipped === null ? 0n : 1n << BigInt(flipped));
      dut.in.instruction = word;
      let unit: string | null = null;
      let problem = "";
      try {
        const { mnemonic } = decode(word);
        unit = formats.find((format) => format.mnemonic === mnemonic)?.unit ?? null;
      } catch (error) {
        problem = String(error);
      }
      expect({ problem, fault: dut.out.fault === "None" }).toEqual({ problem, fault: problem === "" });
      if (unit) expect(dut.out.unit).toBe(unit);
    }),
    { numRuns: 500 },
  );
});

test("each fault is told apart", () => {
  const dut = simulate(Decoder);
  const gemm = encode({ mnemonic: "gemm" });
  const cases: readonly (readonly [string, bigint])[] = [
    ["None", gemm],
    ["Opcode", 0n],
    ["Sub", gemm | (1n << 8n)],
    ["Flags", encode({ mnemonic: "store", sub: "scratchpad" }) | (1n << 13n)],
    ["Tokens", encode({ mnemonic: "nop" }) | (1n << 4n)],
    ["Operand", encode({ mnemonic: "vec" }) | (31n << 16n)],
    ["Reserved", gemm | (1n << 127n)],
    ["None", encode({ mnemonic: "fence", operands: { queues: 15, code: 255 } })],
    ["Reserved", encode({ mnemonic: "fence" }) | (1n << 20n)],
    ["None", encode({ mnemonic: "halt", operands: { code: 255 } })],
    ...Array.from(
      { length: 8 },
      (_, i) => ["Reserved", encode({ mnemonic: "halt" }) | (1n << BigInt(16 + i))] as const,
    ),
    ...configurationRegisters.flatMap((register, reg) => {
      const [word, bits] = [encode({ mnemonic: "cfg", operands: { reg } }), BigInt(registerBits(register))];
      const [last, beyond, highest] = [bits - 1n, bits, 63n].map((bit) => word | (1n << (24n + bit)));
      return [
        ["None", last ?? 0n],
        ["Reserved", beyond ?? 0n],
        ["Reserved", highest ?? 0n],
      ] as const;
    }),
  ];
  for (const [fault, word] of cases) {
    dut.in.instruction = word;
    expect([fault, dut.out.fault]).toEqual([fault, fault]);
  }
});
