import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Design } from "../../../hdl/index.ts";
import { silent } from "../../progress.ts";
import { Npu } from "../../runtime/npu.ts";
import type { RunRequest } from "../../testbench.ts";
import { randomInt8Matrix } from "../matrix.ts";
import { runMatmul } from "./matmul-run.ts";
import { npuMatmul } from "./testbench.ts";

const request = (options: Record<string, string>, rest: Partial<RunRequest> = {}): RunRequest => ({
  ...{ engine: "wasm", seed: 3, randomInit: true, array: { rows: 4, cols: 4 }, cycles: 1e7, waves: null },
  ...{ options, progress: silent },
  ...rest,
});
const run = (options: Record<string, string>, rest: Partial<RunRequest> = {}) => npuMatmul.run(request(options, rest));

test.each([
  [
    { m: "20", k: "30", n: "12", dataflow: "ws" },
    { m: 1, n: 1, k: 1 },
  ],
  [
    { m: "9", k: "17", n: "33", dataflow: "os", output: "int8", stalls: "0.2" },
    { m: 1, n: 1, k: 1 },
  ],
  [
    { m: "16", k: "24", n: "16", mesh: "2x1", plan: "split=2x1x1,weights=multicast", bias: "true" },
    { m: 2, n: 1, k: 1 },
  ],
  [
    { m: "5", k: "64", n: "6", mesh: "2x1", plan: "split=1x1x2" },
    { m: 1, n: 1, k: 2 },
  ],
] as const)("%j is exact, and the report is from the counters", async (options, split) => {
  const { passed, failure, json, rows } = await run(options);
  expect({ passed, failure }).toEqual({ passed: true, failure: null });
  expect(json).toMatchObject({ plan: { split }, output: "output" in options ? options.output : "int32" });
  const [m, k, n] = [options.m, options.k, options.n].map(Number);
  const written = (m ?? 0) * (n ?? 0) * ("output" in options ? 1 : 4);
  expect(json).toMatchObject({ macs: (m ?? 0) * (k ?? 0) * (n ?? 0), bytes: { written } });
  const sent = rows.find(([label]) => label === "network")?.[1] ?? "";
  expect(sent.startsWith("0 bytes")).toBe(!("mesh" in options));
  expect(rows.map(([label]) => label)).toContain("of the binding roof");
});

test("stalls reach every stream that is used, on the chip as well as at the memory", async () => {
  const options = { m: "40", k: "33", n: "24", mesh: "2x1", plan: "split=2x1x1,weights=multicast", output: "int8" };
  const plain = await run(options);
  const { passed, failure, json, rows } = await run({ ...options, stalls: "0.25" });
  expect({ passed, failure }).toEqual({ passed: true, failure: null });
  expect(rows.map(([label]) => label)).toContain("streams held back");
  expect(plain.rows.map(([label]) => label)).not.toContain("streams held back");
  const { gates } = json;
  expect(gates).toMatchObject({ streams: expect.any(Number), used: expect.any(Number) });
  const { used, heldBack } = gates as { used: number; heldBack: number };
  expect(used).toBeGreaterThan(200);
  expect(heldBack).toBeGreaterThan(0.9 * used);
  expect(Number(json.cycles)).toBeGreaterThan(Number(plain.json.cycles));
});

test.each([
  ["moved", "blocked", /the counter flits\w+ says \d+, the monitor on the port \d+/],
  ["blocked", "moved", /the counter blocked\w+ says \d+, the monitor on the port \d+/],
])("a router that counts wrongly (%s as %s) fails the run", async (port, other, message) => {
  const wrong = (design: Design): Design => ({
    ...design,
    modules: design.modules.map((module) => {
      const node = module.ports.find(({ name }) => name === other)?.node;
      if (!module.name.startsWith("Router_") || node === undefined) return module;
      return { ...module, ports: module.ports.map((one) => (one.name === port ? { ...one, node } : one)) };
    }),
  });
  const npu = new Npu({ tile: { side: 4 }, width: 2 }, {}, { seed: 3, pass: wrong, watchNetwork: true });
  const [a, w] = [randomInt8Matrix(npu.dut.random, 24, 12), randomInt8Matrix(npu.dut.random, 12, 8)];
  const choice = { dataflow: "ws", split: { m: 2, n: 1, k: 1 }, weights: "multicast" } as const;
  const { failure } = await runMatmul(npu, { a, w, bias: null, output: null }, choice, silent);
  expect(failure).toMatch(message);
  npu.close();
});

test("rows of a tile's memories as the program left them", async () => {
  const { json } = await run({ m: "4", k: "4", n: "4", show: "0:accumulator:0..1, 0:scratchpad:0" });
  const { memory } = json as { memory: Record<string, string> };
  expect(Object.keys(memory)).toEqual(["accumulator 0 of node 0", "accumulator 1 of node 0", "scratchpad 0 of node 0"]);
  expect(memory["accumulator 0 of node 0"]).toMatch(/^(-?\d+ ?){4}$/);
  expect(memory["scratchpad 0 of node 0"]).toMatch(/^[0-9a-f]{8}$/);
});

test.each([
  ["0", "give node:memory:rows"],
  ["0:cache:1", "there is no memory cache"],
  ["99:bias:1", "the chip has no node 99, but "],
  ["1:accumulator:0", "is a memory tile, without accumulator"],
  ["0:accumulator:3..2", "give rows from 0 to"],
  ["0:accumulator:999999", "give rows from 0 to"],
])("--show %s is refused", async (show, message) => {
  await expect(run({ m: "4", k: "4", n: "4", show })).rejects.toThrow(message);
});

test("long rows of a product keep the array busy", async () => {
  const { json } = await run({ m: "64", k: "64", n: "64", dramLatency: "20", output: "int8" });
  expect(json.utilisation).toBeGreaterThan(0.8);
});

test("waves with a save file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "systole-npu-"));
  try {
    const [vcd, gtkw] = [join(folder, "npu.vcd"), join(folder, "npu.gtkw")];
    const waves = { vcd, gtkw, signals: [], depth: 3, memories: false, from: 0, to: 1e9, trigger: null };
    const { passed } = await run({ m: "4", k: "4", n: "4" }, { waves });
    expect(passed).toBe(true);
    expect(readFileSync(vcd, "utf8")).toContain("$enddefinitions");
    expect(readFileSync(gtkw, "utf8")).toContain("npu.vcd");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each([
  [{ mesh: "2" }, {}, "--mesh 2: give columns and rows of tiles, such as 2x2"],
  [{ mesh: "16x1" }, {}, "--mesh (columns) 16"],
  [{ output: "int16" }, {}, "--output int16: give int32 or int8"],
  [{ m: "0" }, {}, "--m 0"],
  [{ m: "65536", k: "65536" }, {}, "A would be 65536 x 65536"],
  [{}, { array: { rows: 4, cols: 8 } }, "--array 4x8: the NPU's array is a square"],
  [{ plan: "m=4095" }, {}, "no plan for 128 × 128 times 128 × 128 fits the chip"],
  [{}, { cycles: 500 }, "not finished after 500 cycles; raise --cycles"],
] as const)("%j is refused", async (options, rest, message) => {
  await expect(run(options, rest)).rejects.toThrow(message);
});
