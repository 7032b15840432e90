import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";

const binary = fileURLToPath(new URL("../dist/scripts/systole.js", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "systole-cache-cli-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const systole = async (environment: Readonly<Record<string, string>>, ...args: readonly string[]) => {
  const env = { ...process.env, NO_COLOR: "1", SYSTOLE_CACHE: "", ...environment };
  const { stdout } = await promisify(execFile)(process.execPath, [binary, ...args], { cwd: scratch, env });
  return stdout;
};
const matmul = ["run", "matmul", "--array", "4x4", "--m", "6", "--k", "5", "--n", "7", "--json"];
/** A report without how long it took. */
const report = (stdout: string) => stdout.replace(/"firstCycleMilliseconds": [^\n]+/, "");

test("runs share a folder, side by side and one after the other, until it is cleared", async () => {
  const cache = { SYSTOLE_CACHE: join(scratch, "own") };
  const expected = report(await systole(cache, ...matmul, "--no-cache"));
  expect(await systole(cache, "cache")).toContain("0 entries");
  const together = await Promise.all([1, 2].map(() => systole(cache, ...matmul)));
  expect(together.map(report)).toEqual([expected, expected]);
  const held = await systole(cache, "cache");
  expect(held).toMatch(/^\S+own: [1-9]\d* entries, \d+\.\d MiB of at most 512\.0 MiB\n$/);
  const names = readdirSync(cache.SYSTOLE_CACHE).sort();
  expect(report(await systole(cache, ...matmul))).toBe(expected);
  await systole(cache, "run", "matmul", "--array", "4x4", "--m", "6", "--seeds", "1..4", "--threads", "2");
  expect(readdirSync(cache.SYSTOLE_CACHE).sort()).toEqual(names);
  expect(await systole(cache, "cache", "--clear")).toContain(`removed ${names.length} entries`);
  expect(readdirSync(cache.SYSTOLE_CACHE)).toEqual([]);
});

test("the folder is the one of XDG_CACHE_HOME or HOME, and there need not be any", async () => {
  const home = join(scratch, "home");
  const base = join(scratch, "base");
  await systole({ HOME: home, XDG_CACHE_HOME: base }, ...matmul);
  await systole({ HOME: home, XDG_CACHE_HOME: "relative" }, ...matmul);
  expect(readdirSync(join(base, "systole"))).toEqual(readdirSync(join(home, ".cache", "systole")));
  expect(JSON.parse(await systole({ HOME: "/proc/none" }, ...matmul)).passed).toBe(true);
  expect(await systole({ SYSTOLE_CACHE: "off" }, "cache")).toContain("there is no cache");
});
