import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

/** The command line as built. */
const binary = fileURLToPath(new URL("../dist/scripts/systole.js", import.meta.url));
const systole = (...args: readonly string[]) =>
  spawnSync(process.execPath, [binary, "run", ...args], { encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } });
const small = ["dma", "--random", "3"];

test("each seed's report is that of a run of its own", () => {
  const { status, stdout } = systole(...small, "--seeds", "4,2..3", "--threads", "2", "--json");
  const { runs, passed }: { runs: Record<string, unknown>[]; passed: boolean } = JSON.parse(stdout);
  expect([status, passed, runs.map(({ seed }) => seed)]).toEqual([0, true, [4, 2, 3]]);
  const alone: Record<string, unknown> = JSON.parse(systole(...small, "--seed", "2", "--json").stdout);
  const { testbench, firstCycleMilliseconds, ...report } = alone;
  expect([testbench, typeof firstCycleMilliseconds]).toEqual(["dma", "number"]);
  expect(runs[1]).toEqual({ seed: 2, ...report });
});

test("a line for each seed, and which one to run again; exit code 1", () => {
  const { status, stdout } = systole(...small, "--seeds", "1..2", "--threads", "1", "--cycles", "50");
  expect(status).toBe(1);
  expect(stdout.match(/failed: .*not finished after 50 cycles/g)).toHaveLength(2);
  expect(stdout).toContain("dma failed with 2 of 2 seeds; run one again with --seed 1\n");
});

test.each<[string[], string]>([
  [[...small, "--seeds", "4..1"], "--seeds 4..1: the range 4..1 is empty; give the lower end first"],
  [[...small, "--seeds", "1", "--vcd", "x.vcd"], "--seeds with --vcd: record one run, with --seed"],
  [[...small, "--threads", "2"], "--threads needs --seeds: threads run one seed each"],
  [[...small, "--seeds", "1", "--threads", "0"], "--threads 0: give a whole number from 1 to 1024"],
  [["matmul", "--seeds", "1..2", "--m", "-3"], "--m -3: give a whole number from 1 to 65536"],
  [
    ["matmul", "--seeds", "1", "--c", "x.npy"],
    "--seeds with --c: every run would write this file; run one, with --seed",
  ],
])("bad input: %j", (args, message) => {
  expect(systole(...args)).toMatchObject({ status: 2, stdout: "", stderr: `systole: ${message}\n` });
});
