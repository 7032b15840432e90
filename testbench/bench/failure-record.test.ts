import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { check, Fifo, module, reg, UInt } from "../../hdl/index.ts";
import { sampleCycles, VcdFile } from "../../waves/index.ts";
import { testOn } from "./failure-record.ts";

const folder = mkdtempSync(join(tmpdir(), "systole-failure-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const Counter = module("Counter", { in: {}, out: { count: UInt(8) } }, () => {
  const count = reg(UInt(8), 0);
  count.next = count.add(1);
  check(count.ne(200), "never 200");
  return { count };
});

const messageOf = async (run: Promise<void>) => {
  try {
    await run;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "it passed";
};
const named = (name: string) => ({ task: { name } });
const seeds: number[] = [];

test(
  "a test that passes leaves nothing",
  testOn(Fifo(UInt(8), 2), (dut) => dut.run(() => dut.in.enq.send(1)), { folder }),
);

test("several runs have a seed each", async () => {
  const body = testOn(Counter, (dut) => void seeds.push(dut.seed), { folder, seed: 40, runs: 3 });
  await body();
  expect(seeds).toEqual([40, 41, 42]);
});

test("a failing test leaves its waves up to the failure, and its seed", async () => {
  const failing = testOn(
    Counter,
    (dut) => {
      dut.step(5);
      if (dut.seed === 8) expect(dut.out.count).toBe(6);
    },
    { folder, seed: 7, runs: 3 },
  );
  const message = await messageOf(failing(named("counts: to 6?")));
  const vcd = join(folder, "counts-to-6-.vcd");
  expect(message).toBe(`expected 5 to be 6 // Object.is equality\nseed 8; replay with SYSTOLE_SEED=8; waves in ${vcd}`);
  const file = await VcdFile.open(vcd);
  const [count] = sampleCycles(file, file.select(["count"]));
  expect(count?.values).toEqual([0n, 1n, 2n, 3n, 4n, 5n]);
  expect(readFileSync(join(folder, "counts-to-6-.gtkw"), "utf8")).toContain("counts-to-6-.vcd");
});

test("a failing check's cycle is in the file, of an asynchronous test too", async () => {
  const failing = testOn(Counter, async (dut) => dut.step(300), { folder });
  expect(await messageOf(failing({ name: "check" }))).toMatch(
    /^check failed in cycle 200: .*\nseed \d+; replay .*; waves/,
  );
  const file = await VcdFile.open(join(folder, "check.vcd"));
  const [count] = sampleCycles(file, file.select(["count"]));
  expect(count?.values.at(-1)).toBe(200n);
});

test("what cannot be recorded does not hide the failure", async () => {
  let calls = 0;
  const flaky = testOn(Counter, () => expect(calls++).toBe(1), { folder });
  expect(await messageOf(flaky())).toContain("run again with waves it passed, so it depends on more than its seed");
  const blocked = join(folder, "file");
  writeFileSync(blocked, "");
  const failing = testOn(Counter, () => expect(1).toBe(2), { folder: join(blocked, "below") });
  expect(await messageOf(failing())).toMatch(/^expected 1 to be 2 .*\nseed \d+; .*; no waves: ENOTDIR/);
  expect(existsSync(join(folder, "a-test-that-passes-leaves-nothing.vcd"))).toBe(false);
});
