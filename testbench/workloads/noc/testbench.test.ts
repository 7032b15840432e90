import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { silent } from "../../progress.ts";
import type { RunRequest } from "../../testbench.ts";
import type { Point } from "./point.ts";
import { noc } from "./testbench.ts";

const folder = mkdtempSync(join(tmpdir(), "systole-noc-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fallbacks = Object.fromEntries(
  noc.options.flatMap(({ flags, fallback }) => {
    const key = flags.replace(/^--(\S+).*$/, "$1").replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    return fallback === undefined ? [] : [[key, fallback]];
  }),
);

const request = (options: RunRequest["options"], others: Partial<RunRequest> = {}): RunRequest => ({
  engine: "wasm",
  seed: 1,
  randomInit: true,
  array: { rows: 16, cols: 16 },
  cycles: 1e9,
  waves: null,
  options: { ...fallbacks, ...options },
  progress: silent,
  ...others,
});

test("one rate: every flit is followed to its end, and the figures are those of an almost empty network", async () => {
  const report = await noc.run(request({ mesh: "4x4", rate: "0.05", warmup: "200", measure: "1000" }));
  expect(report.failure).toBeNull();
  expect(report.json.sent).toBe(report.json.received);
  const [point] = pointsOf(report.json.points);
  expect(point?.accepted).toBeGreaterThan(0.04);
  expect(point?.meanLatency).toBeGreaterThan(17);
  expect(point?.meanLatency).toBeLessThan(18.5);
  expect(report.json.zeroLoad).toBeCloseTo((4 * 11) / 3 + 3, 6);
});

test("a sweep finds the saturation and draws it", async () => {
  const svg = join(folder, "noc.svg");
  const report = await noc.run(request({ mesh: "3x3", sweep: "true", warmup: "200", measure: "500", svg }));
  expect(report.passed).toBe(true);
  const points = pointsOf(report.json.points);
  expect(points.length).toBeGreaterThan(8);
  const { saturation, bound } = report.json;
  expect(saturation).toBeGreaterThan(0.6 * Number(bound));
  const text = readFileSync(svg, "utf8");
  expect(text.startsWith("<svg ") && text.endsWith("</svg>\n")).toBe(true);
  expect(text.match(/<circle/g)?.length).toBe(points.length);
  expect(text).not.toMatch(/NaN|Infinity/);
});

test("8 x 8 with 4 VCs of 8 flits saturates at 0.38 flits a node a cycle or more", async () => {
  const report = await noc.run(request({ mesh: "8x8", rate: "0.386", warmup: "600", measure: "1000" }));
  expect(report.failure).toBeNull();
  const [point] = pointsOf(report.json.points);
  expect(point?.accepted).toBeGreaterThan(0.38);
  expect(point?.meanLatency).toBeLessThan(3 * Number(report.json.zeroLoad));
});

test("both engines report the same", async () => {
  const options = { mesh: "2x2", rate: "0.3", warmup: "20", measure: "60", respond: "true", flits: "2", stalls: "0.2" };
  const [compiled, interpreted] = await Promise.all(
    (["wasm", "interpreter"] as const).map((engine) => noc.run(request(options, { engine }))),
  );
  expect({ ...interpreted?.json, engine: "" }).toEqual({ ...compiled?.json, engine: "" });
});

describe("what is wrong is one clear line", () => {
  test.each([
    [{ pattern: "random" }, "--pattern random: give one of uniform, transpose, bit-complement, hotspot, neighbour"],
    [{ mesh: "4x3", pattern: "transpose" }, "--pattern transpose needs a square mesh of more than one node, not 4x3"],
    [{ mesh: "17x2" }, "--mesh (rows) 17: give a whole number from 1 to 16"],
    [{ vcDepth: "6" }, "--vc-depth 6: give a power of two, such as 8"],
    [{ rate: "1.5" }, "--rate 1.5: give a number from 0.0001 to 1"],
    [{ stalls: "one" }, "--stalls one: give a number from 0 to 0.99"],
    [{ sweep: "true", rate: "0.2" }, "--sweep chooses the rates itself; leave out --rate"],
  ])("%j", async (options, message) => {
    await expect(noc.run(request(options))).rejects.toThrow(message);
  });

  test("a run that takes too long", async () => {
    await expect(noc.run(request({ mesh: "2x2" }, { cycles: 100 }))).rejects.toThrow(
      "not finished after 100 cycles; raise --cycles",
    );
  });
});

function pointsOf(points: unknown): readonly Point[] {
  if (!Array.isArray(points)) throw new Error("no points");
  return points;
}
