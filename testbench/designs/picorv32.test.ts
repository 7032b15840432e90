import { describe, expect, test } from "vitest";
import { readImportedDesign } from "../imported/index.ts";
import { simulateDesign } from "../index.ts";
import { importedCase } from "../peer/index.ts";
import { testWith } from "../peer/tool-presence.fuzz.ts";
import { compared, designOf, pathOf } from "./design-request.fuzz.ts";

const files = ["picorv32/picorv32.v", "picorv32/computer.v"].map(pathOf);
const computer = designOf(files, "computer", { parameters: { PROGRAM: "program.hex" } });

/** Cycles until the program, whose compiled text is in the repository, traps. */
const programCycles = 332_939;

/** What the program prints: see program.c. */
const printed = `primes 303
sum 277050
ordered 199
crc cbf43926
elements 100
arithmetic 10
ackermann 13
`;

describe("PicoRV32 runs a program", () => {
  test.each(["auto", "npm"] as const)("to its end, with the right results, read by Yosys: %s", async (yosys) => {
    const { netlist, stimulus } = await readImportedDesign({
      ...computer,
      source: { ...computer.source, yosys },
      randomInputs: false,
    });
    expect(stimulus.resets).toEqual([{ port: "resetn", level: "low", cycles: 8 }]);
    const dut = simulateDesign(netlist.design, "computer", { seed: 3 });
    dut.step(8);
    dut.poke("resetn", 1);
    dut.engine.settle();
    const signal = (name: string) => dut.engine.signal(name);
    const [valid, ready, address] = [signal("mem_valid"), signal("mem_ready"), signal("mem_addr")];
    const [strobe, data, trap] = [signal("mem_wstrb"), signal("mem_wdata"), signal("trap")];
    let console = "";
    let result: number | undefined;
    while (trap[0] === 0 && dut.cycle < programCycles + 1000) {
      if (valid[0] === 1 && ready[0] === 1 && strobe[0] === 15) {
        if (address[0] === 0x1000_0000) console += String.fromCharCode(data[0] ?? 0);
        if (address[0] === 0x1000_0004) result = data[0];
      }
      dut.engine.step();
      dut.engine.settle();
    }
    expect({ console, result, trap: trap[0], cycles: dut.cycle }).toEqual({
      ...{ console: printed, result: 0, trap: 1, cycles: programCycles },
    });
  });

  const wholeRun = "with the bus of Verilator's in every cycle from power-on to the end";
  testWith("verilator")(wholeRun, { timeout: 300_000 }, async () => {
    const run = await compared(await importedCase(computer, 1), {
      ...{ peer: "verilator", cycles: programCycles + 100, interpreted: 5000 },
    });
    expect(run).toEqual({
      ...{ peer: "Verilator", cycles: programCycles + 100, unknownDigits: 0, difference: null },
    });
  });

  testWith("icarus")("with the bus of Icarus Verilog's at its start", async () => {
    const cycles = 5000;
    const run = await compared(await importedCase(computer, 1), { peer: "icarus", cycles });
    expect(run).toMatchObject({ cycles, difference: null });
    // The data bus is not defined before the first store, nor the signature from then on: 16 digits of 27.
    expect(run.unknownDigits).toBeLessThan(16 * cycles);
  });
});
