import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { testWith } from "../testbench/peer/tool-presence.fuzz.ts";

/** The command line as built, and a user's folder in which the package is installed. */
const root = fileURLToPath(new URL("..", import.meta.url));
const binary = join(root, "dist/scripts/systole.js");
const folder = mkdtempSync(join(tmpdir(), "systole-lockstep-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(folder, "node_modules"));
symlinkSync(root, join(folder, "node_modules/systole"));
writeFileSync(
  join(folder, "counter.ts"),
  `import { Bool, module, reg, UInt, when } from "systole/hdl";
export const Counter = module("Counter", { in: { up: Bool }, out: { count: UInt(8) } }, ({ up }) => {
  const count = reg(UInt(8), 0);
  when(up, () => { count.next = count.add(1); });
  return { count };
});
`,
);

const run = (args: readonly string[], environment: NodeJS.ProcessEnv = {}) =>
  spawnSync(process.execPath, [binary, "lockstep", ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1", ...environment },
  });

testWith("icarus")("a block and a module of a user's own file agree with Icarus Verilog", () => {
  const block = run(["Fifo", "--set", "depth=4", "--peer", "icarus", "--cycles", "500", "--seed", "3", "--json"]);
  expect(block).toMatchObject({ status: 0, stderr: "" });
  expect(JSON.parse(block.stdout)).toMatchObject({
    name: "Fifo",
    seed: 3,
    cycles: 500,
    passed: true,
    difference: null,
  });
  const own = run(["./counter.ts#Counter", "--peer", "icarus", "--cycles", "500"]);
  expect(own).toMatchObject({ status: 0, stderr: "" });
  expect(own.stdout).toContain("Counter, seed 0: every output is the same in Icarus Verilog for 500 cycles");
});

const adder = (name: string, sum: string) => {
  writeFileSync(
    join(folder, name),
    `module adder #(parameter STEP = 1) (input clk, input rst_n, input [7:0] a, input hold, output reg [7:0] q);
  always @(posedge clk) if (!rst_n) q <= 0; else if (!hold) q <= ${sum};
endmodule
`,
  );
  return name;
};

testWith("icarus")("Verilog that others wrote agrees with Icarus Verilog, or not", () => {
  const file = adder("adder.v", "q + a * STEP");
  const args = ["--top", "adder", "--param", "STEP=3", "--reset", "rst_n:2", "--peer", "icarus", "--cycles", "300"];
  const same = run([file, ...args, "--set", "hold=0"]);
  expect(same).toMatchObject({ status: 0, stderr: "" });
  expect(same.stdout).toMatch(
    /^adder, seed 0: every output is the same in Icarus Verilog for 300 cycles \(.*\); 2 hex/,
  );
  // Icarus Verilog, like Verilator, does not define YOSYS.
  const planted = run([adder("planted.v", "q + a\n`ifdef YOSYS\n + 1\n`endif\n"), ...args]);
  expect(planted.stdout).toMatch(
    /in cycle \d+, q is 0x.. in the interpreter and 0x.. in Icarus Verilog; .*planted\.v$/m,
  );
  expect(planted.status).toBe(1);
});

test.each([
  ["two blocks", ["Fifo", "Sram"], "Sram: give one module alone, or Verilog files"],
  ["a top of a block", ["Fifo", "--top", "Fifo"], "--top: Fifo is no Verilog; leave the option out"],
  ["nothing to compare", ["Fifo", "--cycles", "10", "--skip", "10"], "--skip 10: give a whole number from 0 to 9"],
  ["a file that is none", ["none.v"], "none.v: no such file"],
  ["a block that is none", ["Fifi"], "there is no block Fifi; did you mean Fifo?"],
  ["no cycles", ["Fifo", "--cycles", "0"], "--cycles 0: give a whole number from 1 to 10000000"],
  ["a seed that is none", ["Fifo", "--seed", "x"], "--seed x: give a whole number from 0 to 4294967295"],
  ["a peer that is none", ["Fifo", "--peer", "vcs"], "Allowed choices are verilator, icarus"],
])("%s is bad usage", (_, args, message) => {
  const { status, stderr } = run(args);
  expect(stderr).toContain(message);
  expect(stderr).not.toContain("    at ");
  expect(status).toBe(2);
});

test.each(["verilator", "icarus"])("without %s it is said how to install it", (peer) => {
  const { status, stderr } = run(["Fifo", "--peer", peer], { PATH: folder });
  expect(stderr).toMatch(
    /^systole: \w+.* cannot run: there is no (verilator|iverilog); install it with "apt install .*\n$/,
  );
  expect(status).toBe(2);
});
