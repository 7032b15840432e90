import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { int8Matrix, int32Matrix } from "../testbench/workloads/matrix.ts";
import { encodeNpy, writeNpy } from "../testbench/workloads/npy.ts";

/** The command line as built. */
const binary = fileURLToPath(new URL("../dist/scripts/systole.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "systole-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const systole = (...args: readonly string[]) =>
  spawnSync(process.execPath, [binary, ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });

const good = join(folder, "good.npy");
writeNpy(good, int8Matrix(4, 4));
const bytes = encodeNpy(int8Matrix(4, 4));
const file = (name: string, content: Uint8Array | string) => {
  writeFileSync(join(folder, name), content);
  return name;
};
const edited = (name: string, from: string, to: string) =>
  file(name, Buffer.from(Buffer.from(bytes).toString("latin1").replace(from, to.padEnd(from.length)), "latin1"));

describe("bad input is one clear line, exit code 2, and nothing written", () => {
  const out = ["--vcd", "never.vcd", "--gtkw", "never.gtkw"];
  test.each<[string, string[], string]>([
    ["a negative size", ["run", "matmul", "--m", "-3", ...out], "--m -3: give a whole number from 1 to 65536"],
    ["an absurd size", ["run", "matmul", "--k", "1e9", ...out], "--k 1e9"],
    ["too many elements", ["run", "matmul", "--m", "65536", "--k", "65536", ...out], "A would be 65536 x 65536"],
    ["an array of 0 rows", ["run", "matmul", "--array", "0x4", ...out], "--array (rows) 0"],
    ["an array of 10,000 rows", ["run", "matmul", "--array", "10000x4", ...out], "from 1 to 256"],
    ["an array that is none", ["run", "matmul", "--array", "big", ...out], "rows and columns, such as 16x16"],
    [
      "an explained run of the interpreter",
      ["run", "matmul", "--explain", "--engine", "interpreter", ...out],
      "--explain is",
    ],
    ["a seed that is none", ["run", "matmul", "--seed", "x", ...out], "--seed x"],
    ["an unknown testbench", ["run", "matmull"], "did you mean matmul?"],
    ["nothing to list", ["list", "Fifi"], "there is no testbench or block Fifi; did you mean Fifo?"],
    ["no testbench", ["run"], "name a testbench: matmul, digits"],
    ["an unknown engine", ["run", "matmul", "--engine", "verilator"], "Allowed choices are wasm, interpreter"],
    ["an unknown option", ["run", "matmul", "--bogus"], "unknown option '--bogus'"],
    ["a trigger without waves", ["run", "matmul", "--trigger", "busy"], "--trigger needs --vcd"],
    ["a save file without waves", ["run", "matmul", "--gtkw", "never.gtkw"], "--gtkw needs --vcd"],
    ["too many images", ["run", "digits", "--images", "100000"], "--images 100000"],
    ["hardware that is none", ["run", "digits", "--on", "gpu"], "--on gpu: give array or npu"],
    ["a mesh that is none", ["run", "npu-matmul", "--mesh", "2", ...out], "--mesh 2: give columns and rows of tiles"],
    ["an NPU of 3 rows", ["run", "npu-matmul", "--array", "3x3", ...out], "--array 3x3: the NPU's array is a square"],
    ["a plan that is none", ["run", "npu-matmul", "--plan", "x=1", ...out], "there is no x in a plan"],
    ["a matrix file that is not there", ["run", "matmul", "--a", "none.npy", ...out], "none.npy"],
    ["a matrix file that is none", ["run", "matmul", "--a", file("text.npy", "hello"), ...out], "text.npy"],
    ["int32 operands", ["run", "matmul", "--a", file("i4.npy", encodeNpy(int32Matrix(2, 2))), ...out], "i4.npy"],
    ["a big-endian type", ["run", "matmul", "--a", edited("be.npy", "'|i1'", "'>i2'"), ...out], "be.npy"],
    ["a matrix of rank 1", ["run", "matmul", "--a", edited("r1.npy", "(4, 4)", "(16,)"), ...out], "r1.npy"],
    ["a truncated matrix", ["run", "matmul", "--a", file("cut.npy", bytes.slice(0, -3)), ...out], "cut.npy"],
    ["inner dimensions that differ", ["run", "matmul", "--a", good, "--k", "5", ...out], "--k 5 but"],
    ["an output folder that is not there", ["run", "matmul", "--vcd", "no/such/out.vcd"], "no/such/out.vcd"],
    ["a folder as output", ["run", "matmul", "--vcd", "/"], "cannot create /"],
    ["a save file that cannot be written", ["run", "matmul", "--vcd", "never.vcd", "--gtkw", "no/x.gtkw"], "no/x.gtkw"],
    ["a result that cannot be written", ["run", "matmul", "--c", "no/such/c.npy"], "no/such/c.npy"],
    [
      "a glob that matches nothing",
      ["run", "matmul", "--vcd", "never.vcd", "--signals", "nothing.*"],
      "no signal matches nothing.*",
    ],
    ["a window that ends before it starts", ["run", "matmul", "--from", "9", "--to", "3", ...out], "--to 3"],
    ["a VCD that is none", ["wave", file("not.vcd", "hello")], "not.vcd is not a VCD"],
    ["a VCD that is not there", ["wave", "none.vcd"], "cannot read none.vcd"],
    ["an unknown command", ["bogus"], "unknown command 'bogus'"],
  ])("%s", (_, args, message) => {
    const before = readdirSync(folder).sort();
    const { status, stdout, stderr } = systole(...args);
    expect(stderr).toContain(message);
    expect(stderr.trim().split("\n").length, stderr).toBeLessThanOrEqual(args.length === 1 ? 2 : 1);
    expect(stdout).toBe("");
    expect(status).toBe(2);
    expect(readdirSync(folder).sort()).toEqual(before);
  });
});

describe("what succeeds", () => {
  test("the NPU's reference, as text and as JSON", () => {
    const all = systole("reference").stdout;
    expect(all).toMatch(/^gemm \(execute queue\) {2}multiplies A/m);
    expect(all).toMatch(/^ +63:48 +acc +accumulator row of the result$/m);
    expect(all).toMatch(/^0x000008 status \(read only\)/m);
    expect(all).toMatch(/^ +0x100000 +scratchpad +rows of `side` bytes/m);
    expect(systole("reference", "counters").stdout).not.toContain("gemm");
    const { configuration, counters } = JSON.parse(systole("reference", "--json").stdout);
    expect(configuration[0].entries[1]).toMatchObject({ at: "15:8", name: "low" });
    expect(counters[0].entries[0]).toMatchObject({ at: "0x010000", name: "cycles" });
    expect(systole("reference", "caches").stderr).toContain("Allowed choices are instructions");
  });

  test("list, as text and as JSON", () => {
    expect(systole("list").stdout).toMatch(
      /^ {2}matmul .*\n {2}digits .*\n[\s\S]*^ {2}PeArray .*\(rows=16 cols=16 .*\)$/m,
    );
    const { testbenches, blocks } = JSON.parse(systole("list", "--json").stdout);
    const names = ["matmul", "digits", "npu-matmul", "dma", "noc", "vector"];
    expect(testbenches).toMatchObject(names.map((name) => ({ name })));
    expect(blocks).toContainEqual(expect.objectContaining({ name: "Fifo" }));
    expect(systole("list", "Fifo").stdout).toMatch(/^ {2}depth=16 +items held \(1 to 1,048,576\)$/m);
    expect(systole("list", "matmul").stdout).toMatch(/^ {2}--m <rows> +rows of A and C/m);
  });

  test("a report for machines", () => {
    const { status, stdout } = systole("run", "matmul", "--m", "9", "--array", "4x4", "--json");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ testbench: "matmul", passed: true, m: 9, k: 64, n: 64, seed: 1 });
  });

  test("a matmul on the whole NPU", () => {
    const { status, stdout } = systole(
      "run",
      "npu-matmul",
      "--m",
      "9",
      "--n",
      "5",
      "--k",
      "7",
      "--array",
      "4x4",
      "--json",
    );
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      testbench: "npu-matmul",
      passed: true,
      m: 9,
      k: 7,
      n: 5,
      output: "int32",
    });
  });

  test("help with examples, everywhere", () => {
    for (const args of [
      [],
      ["run"],
      ["wave"],
      ["list"],
      ["verilog"],
      ["simulate"],
      ["run", "matmul"],
      ["run", "digits"],
    ]) {
      const { status, stdout } = systole(...args, "--help");
      expect(status).toBe(0);
      expect(stdout).toContain("Examples:");
    }
  });

  test("waves of a run, listed, drawn, and as JSON", () => {
    const size = ["--m", "5", "--k", "6", "--n", "7", "--array", "3x2"];
    expect(systole("run", "matmul", ...size, "--vcd", "ok.vcd", "--gtkw", "ok.gtkw").status).toBe(0);
    expect(existsSync(join(folder, "ok.gtkw"))).toBe(true);
    const fst = spawnSync("vcd2fst", ["ok.vcd", "ok.fst"], { cwd: folder });
    if (process.env.CI === "true" || !fst.error) expect(fst.status, String(fst.error)).toBe(0);
    expect(systole("wave", "ok.vcd", "--list").stdout).toMatch(/^state 3$/m);
    const drawn = systole(
      "wave",
      "ok.vcd",
      "--signals",
      "state",
      "busy",
      "--from",
      "10",
      "--to",
      "40",
      "--columns",
      "400",
    );
    expect(drawn.stdout).toMatch(/cycle +10 /);
    expect(drawn.stdout).toContain("LoadWeights");
    const { stdout } = systole("wave", "ok.vcd", "--signals", "state", "--json");
    expect(JSON.parse(stdout).signals[0].values.length).toBeGreaterThan(50);
    expect(systole("wave", "ok.vcd", "--signals", "state", "--to", "30", "--svg", "ok.svg").stdout).toBe("ok.svg\n");
    expect(existsSync(join(folder, "ok.svg"))).toBe(true);
  });
});

test("a run that needs more cycles than it may exits with 1 and leaves a whole VCD", () => {
  const { status, stderr } = systole("run", "matmul", "--cycles", "200", "--vcd", "late.vcd");
  expect(stderr).toBe("systole: not finished after 200 cycles; raise --cycles, or make the matrices smaller\n");
  expect(status).toBe(1);
  expect(systole("wave", "late.vcd", "--signals", "state").status).toBe(0);
});

test("--explain tells what is in lanes before the report, and in it as JSON", () => {
  const args = ["run", "matmul", "--m", "4", "--k", "4", "--n", "4", "--array", "4x4", "--explain"];
  const { status, stdout } = systole(...args);
  expect([status, stdout.indexOf("array.pe: 16 lanes") < stdout.indexOf("matmul passed")]).toEqual([0, true]);
  expect(stdout).toMatch(/^MatmulEngine_4_4: \d+ of \d+ registers are updated in lanes, \d+ one by one\n/);
  const { explain }: { explain: Record<string, string> } = JSON.parse(systole(...args, "--json").stdout);
  expect(explain.MatmulEngine_4_4).toContain("array.pe: 16 lanes");
});
