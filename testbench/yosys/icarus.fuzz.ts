import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CaseRandom, VerilogCase } from "./cell-case.fuzz.ts";
import { moduleText } from "./cell-case.fuzz.ts";

const present = (tool: string) => spawnSync(tool, ["-V"], { stdio: "ignore" }).status === 0;

/** Whether Icarus Verilog is there; in continuous integration it must be, and tests fail where it is not. */
export const icarusPresent = present("iverilog") || process.env.CI !== undefined;

/** All modules with a top `all` around them, whose `i` and `o` are theirs side by side, the first at bit 0. */
export function verilogOf(cases: readonly VerilogCase[]): string {
  const [inputs, outputs] = totals(cases);
  let [i, o] = [0, 0];
  const instances = cases.map((one) => {
    const text = `  ${one.name} u_${one.name}(clk, clk2, i[${i} +: ${Math.max(one.inputs, 1)}], o[${o} +: ${one.outputs}]);`;
    i += Math.max(one.inputs, 1);
    o += one.outputs;
    return text;
  });
  return `${cases.map(moduleText).join("")}module all(input clk, input clk2, input [${inputs - 1}:0] i, output [${outputs - 1}:0] o);\n${instances.join("\n")}\nendmodule\n`;
}

export function totals(cases: readonly VerilogCase[]): [inputs: number, outputs: number] {
  return cases.reduce<[number, number]>((sum, one) => [sum[0] + Math.max(one.inputs, 1), sum[1] + one.outputs], [0, 0]);
}

/** Inputs for `cycles` cycles as binary digits: zeros at first, then random bits that change now and then. */
export function stimulus(width: number, cycles: number, r: CaseRandom): string[] {
  let now = "0".repeat(width);
  return Array.from({ length: cycles }, (_, cycle) => {
    if (cycle >= 2) now = [...now].map((bit) => (r.whole(0, 2) === 0 ? bit : String(r.whole(0, 1)))).join("");
    return now;
  });
}

/**
 * What Icarus says of `all.o` in each cycle, after the inputs were set and before any edge. In a cycle `clk2` rises,
 * then `clk` falls, then `clk` rises.
 */
export function runIcarus(
  texts: readonly string[],
  cases: readonly VerilogCase[],
  inputs: readonly string[],
): readonly string[] {
  const [width, outputs] = totals(cases);
  const directory = mkdtempSync(join(tmpdir(), "icarus-"));
  try {
    const bench = `module bench;
  reg clk = 1, clk2 = 0;
  reg [${width - 1}:0] i = 0;
  wire [${outputs - 1}:0] o;
  reg [${width - 1}:0] vectors [0:${inputs.length - 1}];
  integer n;
  all dut(clk, clk2, i, o);
  initial begin
    $readmemb("vectors", vectors);
    for (n = 0; n < ${inputs.length}; n = n + 1) begin
      i = vectors[n];
      #1 $display("%b", o);
      #1 clk2 = 1;
      #1 clk = 0;
      #1 clk2 = 0;
      #1 clk = 1;
      #1;
    end
  end
endmodule
`;
    writeFileSync(join(directory, "vectors"), `${inputs.join("\n")}\n`);
    const names = [bench, ...texts].map((text, index) => {
      writeFileSync(join(directory, `${index}.v`), text);
      return `${index}.v`;
    });
    const options = { cwd: directory, encoding: "utf8", maxBuffer: 1 << 28 } as const;
    const built = spawnSync("iverilog", ["-g2012", "-o", "bench", "-s", "bench", ...names], options);
    if (built.status !== 0) throw new Error(`iverilog failed: ${built.stderr.slice(0, 2000)}`);
    const ran = spawnSync("vvp", ["-n", "bench"], options);
    if (ran.status !== 0) throw new Error(`vvp failed: ${ran.stderr.slice(0, 2000)}`);
    return ran.stdout.split("\n").filter((line) => /^[01xz]+$/.test(line));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Yosys' own models of its cells, from the data directory of the installed one. */
export function cellModels(): string[] {
  const found = spawnSync("yosys-config", ["--datdir"], { encoding: "utf8" });
  const directory = found.status === 0 ? found.stdout.trim() : "/usr/share/yosys";
  const models = ["simlib.v", "simcells.v"].map((name) => readFileSync(join(directory, name), "utf8"));
  // Later than the versions that distributions have.
  const bitwise = `module \\$bwmux (A, B, S, Y);
  parameter WIDTH = 0;
  input [WIDTH-1:0] A, B, S;
  output [WIDTH-1:0] Y;
  genvar n;
  generate for (n = 0; n < WIDTH; n = n + 1) assign Y[n] = S[n] ? B[n] : A[n]; endgenerate
endmodule
`;
  return models.some((text) => text.includes("$bwmux")) ? models : [...models, bitwise];
}
