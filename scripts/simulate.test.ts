import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";

/** The command line as built. */
const binary = fileURLToPath(new URL("../dist/scripts/systole.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "systole-simulate-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const simulate = (...args: readonly string[]) =>
  spawnSync(process.execPath, [binary, "simulate", ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
const report = (...args: readonly string[]) => {
  const { status, stdout, stderr } = simulate(...args, "--json");
  expect(stderr).toBe("");
  return { status, ...JSON.parse(stdout) };
};
const file = (name: string, content: string) => {
  writeFileSync(join(folder, name), content);
  return name;
};

file("rom.hex", `${Array.from({ length: 15 }, (_, i) => (0x1000 + i).toString(16)).join("\n")}\nbeef\n`);
file("zero.hex", "0\n".repeat(16));
const counter = file(
  "counter.v",
  `module counter #(parameter WIDTH = 8, parameter ROM = "rom.hex") (
    input clk, input rst_n, input enable, input [WIDTH-1:0] step,
    output reg [WIDTH-1:0] count, output [15:0] word, output reg trap, output half
  );
    reg [15:0] rom [0:15];
    reg late;
    initial $readmemh(ROM, rom);
    assign word = rom[count[3:0]];
    always @(negedge clk) late <= count[0];
    assign half = late;
    always @(posedge clk or negedge rst_n)
      if (!rst_n) begin count <= 0; trap <= 0; end
      else begin
        if (enable) count <= count + step;
        trap <= trap | (word == 16'hbeef);
      end
  endmodule
`,
);
const two = file(
  "two.v",
  `module two(input wclk, input rclk, input wrst, input rrst_n, input [7:0] d, output reg [7:0] written, output reg [7:0] read);
    always @(posedge wclk) if (wrst) written <= 0; else written <= written + 1;
    always @(posedge rclk) if (!rrst_n) read <= 0; else read <= read + 1 + (d > 200);
  endmodule
`,
);
const latch = file("latch.v", "module latch(input g, input d, output reg q);\n  always @* if (g) q = d;\nendmodule\n");
const broken = file("broken.v", "module broken(input a);\n  assign = 1;\nendmodule\n");
const checked = file(
  "checked.sv",
  "module checked(input clk, input rst, input a, output reg [3:0] n);\n  always @(posedge clk) if (rst) n <= 0; else begin n <= n + a; assert (n < 5); end\nendmodule\n",
);
mkdirSync(join(folder, "include"));
file("include/size.vh", "`define SIZE 12\n");
const including = file(
  "including.v",
  '`include "size.vh"\nmodule including(input clk, output reg [`SIZE-1:0] q);\n  initial q = `FIRST;\n  always @(posedge clk) q <= q + 1;\nendmodule\n',
);

describe("a design in Verilog", () => {
  test("clock and reset are found, $readmemh is read, and the run ends at its condition", () => {
    const { status, stdout, stderr } = simulate(counter, "--set", "enable=1,step=1", "--until", "trap");
    expect(stderr).toBe("");
    expect(stdout).toMatch(/clk \(both edges, period 10\)/);
    expect(stdout).toMatch(/rst_n low for 8 cycles/);
    expect(stdout).toMatch(/count\[7:0\] +│ 0x10 /);
    expect(stdout).toMatch(/^trap in cycle 24$/m);
    expect(status).toBe(0);
  });

  test("the report for machines, the same on both engines and both Yosys", () => {
    const run = (...more: readonly string[]) => {
      const { milliseconds, cyclesPerSecond, yosys, engine, warnings, ...rest } = report(
        ...[counter, "--set", "enable=1", "--random-inputs", "--seed", "5", "--cycles", "300", ...more],
      );
      expect(Object.values(milliseconds).every((time) => typeof time === "number")).toBe(true);
      expect(cyclesPerSecond).toBeGreaterThan(0);
      expect(warnings).toEqual([]);
      return { yosys, engine, rest };
    };
    const wasm = run("--yosys", "npm");
    expect(wasm).toMatchObject({ yosys: expect.stringContaining("npm"), engine: "wasm" });
    expect(wasm.rest).toMatchObject({
      status: 0,
      top: "counter",
      clocks: [{ port: "clk", rising: "clk", falling: "clk_falling", period: 10 }],
      resets: [{ port: "rst_n", level: "low", cycles: 8 }],
      random: ["step"],
      cycles: 300,
      until: null,
    });
    expect(run("--engine", "interpreter").rest).toEqual(wasm.rest);
  });

  test("--explain tells what is in lanes before the report, and in it as JSON", () => {
    const { stdout } = simulate(counter, "--cycles", "20", "--explain");
    expect(stdout).toMatch(/^[^┌]*lanes[^┌]*┌/);
    expect(report(counter, "--cycles", "20", "--explain").explain).toBe(stdout.slice(0, stdout.indexOf("\n\n")));
    const refused = simulate(counter, "--explain", "--engine", "interpreter");
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining("--explain is about")]);
  });

  test("parameters, macros, included files, and a condition with a value", () => {
    const narrow = report(
      ...[counter, "--top", "counter", "--param", "WIDTH=5", "--param", "ROM=zero.hex", "--set", "enable=1"],
      ...["--set", "step=-1", "--until", "count=0x1e", "--reset", "rst_n:3"],
    );
    expect(narrow).toMatchObject({ status: 0, cycles: 5, outputs: { count: "0x1e", word: "0x0", half: "0x1" } });
    const args = [including, "--include", "include", "--define", "FIRST=4000", "--cycles", "100"];
    expect(report(...args)).toMatchObject({ resets: [], outputs: { q: "0x4" } });
  });

  test("two clocks of their own periods, the first given counts the cycles", () => {
    const args = [two, "--clock", "rclk:4", "--clock", "wclk:10", "--cycles", "120", "--reset", "wrst:10", "--reset"];
    const slow = report(...args, "rrst_n:low:20");
    expect(slow.outputs).toEqual({ written: "0x2c", read: "0x64" });
    expect(slow.clocks).toMatchObject([
      { port: "rclk", period: 4 },
      { port: "wclk", period: 10 },
    ]);
    expect(report(two, "--clock", "rclk:1", "--clock", "wclk:10", "--cycles", "100").resets).toEqual([
      { port: "wrst", level: "high", cycles: 80 },
      { port: "rrst_n", level: "low", cycles: 80 },
    ]);
    expect(report(two, "--no-reset", "--cycles", "9").resets).toEqual([]);
  });

  test("an input that is set is no reset", () => {
    const run = report(counter, "--set", "rst_n=1,enable=1,step=1", "--no-random-init", "--cycles", "10");
    expect(run).toMatchObject({ resets: [], outputs: { count: "0xa" } });
  });

  test("waves that systole wave reads", () => {
    const files = ["--vcd", "c.vcd", "--gtkw", "c.gtkw", "--signals", "count", "rst_n", "--to", "30"];
    expect(simulate(counter, "--set", "enable=1,step=2", ...files).status).toBe(0);
    expect(existsSync(join(folder, "c.gtkw"))).toBe(true);
    const wave = spawnSync(process.execPath, [binary, "wave", "c.vcd", "--signals", "count", "--json"], {
      cwd: folder,
      encoding: "utf8",
    });
    const { values } = JSON.parse(wave.stdout).signals[0];
    expect(values.slice(0, 31)).toEqual(Array.from({ length: 31 }, (_, i) => String(i < 8 ? 0 : 2 * (i - 8))));
  });

  test("the JSON that Yosys wrote", () => {
    const script = "read_verilog two.v; hierarchy -top two; proc; opt; write_json two.json";
    const { status } = spawnSync("yosys", ["-q", "-p", script], { cwd: folder });
    if (process.env.CI !== "true" && status !== 0) return;
    expect(status).toBe(0);
    const args = ["--random-inputs", "--cycles", "50", "--seed", "7", "--clock", "wclk"];
    const { outputs } = report(two, ...args);
    expect(report("two.json", ...args)).toMatchObject({ outputs, yosys: null });
    const whole = readFileSync(join(folder, "two.json"), "utf8");
    const { status: code, stderr } = simulate(file("cut.json", whole.slice(0, whole.length / 2)));
    expect(stderr).toMatch(/^systole: cut\.json: .+\n$/);
    expect(code).toBe(2);
  });
});

describe("what fails exits with 1", () => {
  test("a condition that is not reached", () => {
    const { status, stdout } = simulate(counter, "--until", "trap", "--cycles", "40");
    expect(stdout).toContain("trap was not reached in 40 cycles; raise --cycles");
    expect(status).toBe(1);
    expect(report(counter, "--until", "trap", "--cycles", "40")).toMatchObject({
      status: 1,
      until: { reached: false },
    });
  });

  test("an assertion, with its place and a whole VCD", () => {
    const { status, stderr } = simulate(checked, "--set", "a=1", "--vcd", "checked.vcd");
    expect(stderr).toMatch(/^systole: check failed in cycle 1[34]: .*checked\.sv:2.*\n$/);
    expect(status).toBe(1);
    expect(readFileSync(join(folder, "checked.vcd"), "utf8")).toMatch(/\n#\d+\n$/);
  });
});

describe("bad input is one clear line, exit code 2, and nothing written", () => {
  const out = ["--vcd", "never.vcd", "--gtkw", "never.gtkw"];
  test.each<[string, string[], string]>([
    ["no file", [], "missing required argument 'files'"],
    ["a file that is not there", ["none.v"], "none.v: no such file"],
    ["a folder", ["include"], "include: give Verilog (.v, .sv) or the JSON"],
    ["a file of another kind", ["rom.hex"], "rom.hex: give Verilog"],
    ["JSON that is none", [file("text.json", "hello")], "text.json: "],
    ["JSON of something else", [file("other.json", '{"a": 1}')], "other.json: "],
    ["JSON beside Verilog", ["text.json", counter], "text.json: give one JSON file alone"],
    ["parameters for JSON", ["text.json", "--param", "N=1"], "--param: text.json is elaborated already"],
    ["parameters of no module", [counter, "--param", "WIDTH=4"], "--param needs --top"],
    ["a parameter without a value", [counter, "--param", "WIDTH"], "--param WIDTH: give its value"],
    ["a parameter that is none", [counter, "--top", "counter", "--param", "WIDHT=4"], "WIDHT"],
    ["a syntax error", [broken], "broken.v:2: syntax error"],
    ["a latch", [latch], "latch.v: latch"],
    ["a top that is none", [counter, "--top", "cuonter"], "cuonter"],
    ["a clock that is none", [counter, "--clock", "rst_n"], "its clocks are: clk"],
    ["a second clock that is none", [two, "--clock", "wclk", "--clock", "rlck"], "did you mean rclk?"],
    ["a period that is none", [counter, "--clock", "clk:0"], "--clock clk: period 0"],
    ["a reset that is none", [counter, "--reset", "rstn"], "--reset rstn: there is no such input; did you mean rst_n?"],
    ["a level that is none", [counter, "--reset", "rst_n:lo"], "--reset rst_n: level (low or high) or cycles lo"],
    ["an input that is none", [counter, "--set", "enabel=1"], "did you mean enable?"],
    ["a clock as an input", [counter, "--set", "clk=1"], "Clocks cannot be set"],
    ["a value too large", [counter, "--set", "enable=2"], "--set enable: 2 does not fit into 1 bit"],
    [
      "a condition on nothing",
      [counter, "--until", "tarp"],
      "--until tarp: there is no signal tarp; did you mean trap?",
    ],
    ["no cycles", [counter, "--cycles", "0"], "--cycles 0"],
    ["a seed that is none", [counter, "--seed", "-1"], "--seed -1"],
    ["a save file without waves", [counter, "--gtkw", "x.gtkw"], "--gtkw needs --vcd"],
    ["an output folder that is not there", [counter, "--vcd", "no/such.vcd"], "no/such.vcd"],
    ["a glob that matches nothing", [counter, ...out, "--signals", "nothing"], "no signal matches nothing"],
    ["an include folder that is not there", [including, "--include", "no"], "no: there is no such include"],
    ["an unknown Yosys", [counter, "--yosys", "mine"], "Allowed choices are auto, npm, installed"],
  ])("%s", (_, args, message) => {
    const before = readdirSync(folder).sort();
    const { status, stdout, stderr } = simulate(...args);
    expect(stderr).toContain(message);
    expect(stderr.trim().split("\n").length, stderr).toBeLessThanOrEqual(1);
    expect(stdout).toBe("");
    expect(status).toBe(2);
    expect(readdirSync(folder).sort()).toEqual(before);
  });
});

test("Ctrl-C ends the run and closes the VCD", async () => {
  const args = [binary, "simulate", counter, "--cycles", "100000000000", "--random-inputs", "--vcd", "long.vcd"];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  const errors: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => errors.push(text));
  const ended = new Promise((resolve) => child.on("close", resolve));
  while (!existsSync(join(folder, "long.vcd"))) await new Promise((resolve) => setTimeout(resolve, 50));
  await new Promise((resolve) => setTimeout(resolve, 300));
  child.kill("SIGINT");
  expect(await ended).toBe(130);
  expect(errors.join("")).toContain("interrupted; the files written so far are complete");
  expect(readFileSync(join(folder, "long.vcd"), "latin1")).toMatch(/\n#\d+\n$/);
});
