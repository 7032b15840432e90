import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { InputError } from "../../input-error.ts";
import { silent } from "../../progress.ts";
import type { RunRequest } from "../../testbench.ts";
import { readJobs } from "./job-file.ts";
import { overlapOf } from "./overlap.ts";
import { dma } from "./testbench.ts";

const folder = mkdtempSync(join(tmpdir(), "systole-dma-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const request = (options: RunRequest["options"], others: Partial<RunRequest> = {}): RunRequest => ({
  engine: "wasm",
  seed: 1,
  randomInit: true,
  array: { rows: 4, cols: 4 },
  cycles: 1e9,
  waves: null,
  options,
  progress: silent,
  ...others,
});

let files = 0;
function jobFile(contents: unknown): string {
  const file = join(folder, `jobs${files++}.json`);
  writeFileSync(file, typeof contents === "string" ? contents : JSON.stringify(contents));
  return file;
}

const copy = { source: "0x6e76a", destination: "0x1f9c03", length: 1958 };

describe("systole run dma", () => {
  test("a file of jobs, with an error that the memory is to give", async () => {
    const jobs = [copy, { ...copy, destination: 0x300000, onError: "continue", interrupt: true, counts: [1, 1] }];
    const file = jobFile({ jobs, errors: [{ on: "read", address: "0x6e800" }] });
    const { failure, json } = await dma.run(request({ jobs: file }));
    expect(failure).toBeNull();
    expect(json.jobs).toMatchObject([
      { error: "Read", address: 0x6e800, response: 2, interrupt: false },
      { error: "Read", address: 0x6e800, bytes: 1958 - 16, interrupt: true },
    ]);
  });

  test("reports an aligned copy at the bound of the bandwidth", async () => {
    const file = jobFile({ jobs: [{ source: 0, destination: "0x1000000", length: 2 ** 17 }] });
    for (const [dramBandwidth, beats] of [["32", 2 ** 13] as const, ["16", 2 ** 14] as const]) {
      const { failure, json } = await dma.run(request({ jobs: file, dramBandwidth }));
      expect([failure, json.bytes, json.bound]).toEqual([null, 2 ** 17, beats]);
      expect(json.efficiency).toBeGreaterThan(0.97);
      expect(json.efficiency).toBeLessThanOrEqual(1);
    }
  });

  test("random transfers say the same on both engines", async () => {
    const options = { random: "3", stalls: "0.2", dramLatency: "5" };
    const [compiled, interpreted] = await Promise.all(
      (["wasm", "interpreter"] as const).map((engine) => dma.run(request(options, { engine }))),
    );
    expect(compiled?.failure).toBeNull();
    expect({ ...interpreted?.json, engine: "" }).toEqual({ ...compiled?.json, engine: "" });
  });

  test("records waves of the bus", async () => {
    const vcd = join(folder, "dma.vcd");
    const range = { from: 0, to: 400, depth: 2, memories: false, signals: [], gtkw: null, trigger: null };
    const { failure } = await dma.run(request({ random: "1" }, { waves: { vcd, ...range } }));
    expect(failure).toBeNull();
    expect(readFileSync(vcd, "utf8")).toContain("addr");
  });

  test("a run that takes too long fails and says so", async () => {
    await expect(dma.run(request({}, { cycles: 100 }))).rejects.toThrow(
      "not finished after 100 cycles; raise --cycles",
    );
  });

  test.each([
    [{ jobs: "jobs.json", random: "3" }, "--jobs and --random: give one of them"],
    [{ jobs: "jobs.json", errors: "0.1" }, "--errors is for random transfers"],
    [{ jobs: "no.json" }, "no.json: cannot be read"],
    [{ random: "0" }, "--random 0"],
    [{ stalls: "1" }, "--stalls 1: give a number from 0 to 0.95"],
    [{ errors: "x" }, "--errors x"],
    [{ dramBandwidth: "0" }, "--dram-bandwidth 0"],
    [{ dramLatency: "0" }, "--dram-latency 0"],
  ])("%j is one clear line", async (options, message) => {
    const run = dma.run(request(options));
    await expect(run).rejects.toThrow(InputError);
    await expect(run).rejects.toThrow(message);
  });
});

describe("a file of jobs", () => {
  const job = (change: object) => ({ jobs: [{ ...copy, ...change }] });
  test.each([
    ["{", "is no JSON"],
    [[], "the file is [], an object is wanted"],
    [{}, "jobs is empty or missing"],
    [{ jobs: 3 }, "jobs is 3; give a list"],
    [{ jobs: [3] }, "jobs[0] is 3, an object is wanted"],
    [{ job: [] }, "job is unknown; did you mean jobs?"],
    [job({ lenght: 3 }), "jobs[0].lenght is unknown; did you mean length?"],
    [job({ length: undefined }), "jobs[0].length is missing; give a whole number from 0 to 16777215"],
    [job({ length: 2 ** 24 }), "jobs[0].length is 16777216"],
    [job({ source: "0xzz" }), 'jobs[0].source is "0xzz"; give a whole number'],
    [job({ source: 1.5 }), "jobs[0].source is 1.5"],
    [job({ counts: [1, 2, 3, 4] }), "jobs[0].counts is [1,2,3,4]; give a list of up to 3 numbers"],
    [job({ counts: [1, -2] }), "jobs[0].counts[1] is -2"],
    [job({ onError: "stop" }), 'jobs[0].onError is "stop"; give "end" or "continue"'],
    [job({ interrupt: 1 }), "jobs[0].interrupt is 1; give true or false"],
    [job({ padding: {} }), "jobs[0].padding.top is missing"],
    [job({ counts: [65_535, 65_535] }), "jobs[0].counts make 4294836225 rows"],
    [job({ length: 16_000_000, counts: [100] }), "jobs[0].length makes 1600000000 bytes in all"],
    [job({ source: 2 ** 32 - 5 }), "jobs[0].length takes a row beyond the last address"],
    [job({ destination: "0x6e000", length: 5000 }), "jobs[0].destination overlaps the source at 0x6e76a"],
    [{ jobs: [copy], errors: [{ on: "fetch" }] }, 'errors[0].on is "fetch"; give "read" or "write"'],
  ])("%j is refused", (contents, message) => {
    const file = jobFile(contents);
    expect(() => readJobs(file)).toThrow(InputError);
    expect(() => readJobs(file)).toThrow(`${file}: ${message}`);
  });

  test("has defaults", () => {
    const padding = { top: 1, bottom: "0x5", left: 2, right: 9, across: [1] };
    const [{ transfer } = { transfer: null }] = readJobs(
      jobFile({ jobs: [{ ...copy, padding, sourceStrides: [7, "-9"].slice(0, 1) }] }),
    );
    expect(transfer).toEqual({
      ...{ source: 0x6e76a, destination: 0x1f9c03, length: 1958, counts: [1, 1, 1] },
      ...{ sourceStrides: [7, 0, 0], destinationStrides: [0, 0, 0], onError: "end", interrupt: false },
      padding: { top: 1, bottom: 5, left: 2, right: 9, down: [0, 0, 0], across: [true, false, false] },
    });
  });
});

test("overlaps are found wherever they are", () => {
  const row = (source: number, destination: number, length = 10) => ({
    ...{ source, destination, zeros: 0, data: length, length },
  });
  expect(overlapOf([row(0, 10), row(20, 30)])).toBeNull();
  expect(overlapOf([row(0, 10), row(19, 30)])).toBe(19);
  expect(overlapOf([row(100, 0, 1000)])).toBe(100);
  expect(overlapOf([row(0, 200, 100), row(300, 95, 5)])).toBe(95);
  expect(overlapOf([{ ...row(100, 100), data: 0, zeros: 10 }])).toBeNull();
});
