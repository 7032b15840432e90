import { expect, test } from "vitest";
import { loadTestbench, loadTestbenches, testbenchNames } from "./index.ts";

test("every testbench is loaded by the name that it has, and by no other", async () => {
  expect((await loadTestbenches()).map(({ name }) => name)).toEqual(testbenchNames);
  for (const name of testbenchNames) expect((await loadTestbench(name))?.name).toBe(name);
  expect(await loadTestbench("toString")).toBeNull();
});
