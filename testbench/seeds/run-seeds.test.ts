import { expect, test } from "vitest";
import { endless, frail, misnamed } from "./frail-cases.fuzz.ts";
import { runSeeds, SeedsError, seedList, seedOutcomes } from "./index.ts";
import { soak } from "./soak-case.fuzz.ts";

const seeds = seedList("--seeds", "1..9");

test("threads give what one thread gives, in the order of the seeds", async () => {
  const alone = await runSeeds(soak({ depth: 3 }), seeds, { threads: 0 });
  expect(alone.map(({ seed }) => seed)).toEqual(seeds);
  expect(new Set(alone.map(({ got }) => String(got))).size).toBe(seeds.length);
  let reported = 0;
  const ended = (_: unknown, done: number) => {
    reported += done;
  };
  expect(await runSeeds(soak({ depth: 3 }), seeds, { threads: 2, ended })).toEqual(alone);
  expect(reported).toBe(45);
});

test("seeds that fail are told when all are done; a thread that ends fails what it still gets", async () => {
  const outcomes = await seedOutcomes(frail, [1, 2, 3, 8], { threads: 1 });
  expect(outcomes).toEqual([
    { seed: 1, failure: "odd 1", error: "RangeError" },
    { seed: 2, value: 2 },
    { seed: 3, failure: "odd 3", error: "RangeError" },
    { seed: 8, failure: expect.stringContaining("cannot be copied to another thread"), error: "TypeError" },
  ]);
  const failed = runSeeds(frail, [2, 1, 4, 3, 5], { threads: 2 });
  await expect(failed).rejects.toThrow(SeedsError);
  await expect(failed).rejects.toThrow("seed 1: odd 1; 2 more failed: 3, 5");
  expect(await seedOutcomes(frail, [6, 2], { threads: 1 })).toEqual([
    { seed: 6, failure: "its thread ended with exit code 3", error: null },
    { seed: 2, failure: "its thread ended with exit code 3", error: null },
  ]);
});

test("a case that its file does not export under its name is told", async () => {
  await expect(runSeeds(misnamed, [1], { threads: 1 })).rejects.toThrow("exports no elsewhere that seedCase");
});

test("a run can be ended, also in the middle of a seed", async () => {
  const controller = new AbortController();
  const run = runSeeds(endless, [1, 2, 3], { threads: 2, signal: controller.signal, ended: () => controller.abort() });
  await expect(run).rejects.toThrow("interrupted");
  await expect(runSeeds(soak({ depth: 3 }), [1], { signal: controller.signal })).rejects.toThrow("interrupted");
});

test("no seeds, and threads that are no number", async () => {
  expect(await runSeeds(soak({ depth: 3 }), [])).toEqual([]);
  await expect(runSeeds(soak({ depth: 3 }), [1], { threads: 1.5 })).rejects.toThrow("threads 1.5: give a whole number");
});

test.each<[string, number[]]>([
  ["7", [7]],
  ["1..4", [1, 2, 3, 4]],
  ["9, 2..3", [9, 2, 3]],
])("the seeds of %s", (text, expected) => {
  expect(seedList("--seeds", text)).toEqual(expected);
});

test.each([
  ["", "give numbers and ranges"],
  ["1-4", "give numbers and ranges"],
  ["4..1", "the range 4..1 is empty"],
  ["4294967296", "a seed is a whole number from 0 to 4294967295"],
  ["0..4000000", "at most 1000000 seeds"],
])("seeds that are none: %s", (text, message) => {
  expect(() => seedList("--seeds", text)).toThrow(message);
});
