import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { Random } from "../bench/random.ts";
import { InputError } from "../input-error.ts";
import { silent } from "../progress.ts";
import { MatmulDevice } from "../runtime/matmul-device.ts";
import type { RunRequest } from "../testbench.ts";
import { matmul } from "./matmul.ts";
import { firstMismatch, int8Matrix, randomInt8Matrix, referenceMatmul } from "./matrix.ts";
import { writeNpy } from "./npy.ts";

const folder = mkdtempSync(join(tmpdir(), "systole-matmul-"));
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

test("every size from {1, 7, 16, 17, 64} cubed is exact on a 16 x 16 array", async () => {
  const seed = 11;
  const random = new Random(seed);
  const device = new MatmulDevice({ rows: 16, cols: 16 }, { seed });
  const sizes = [1, 7, 16, 17, 64];
  for (const m of sizes)
    for (const k of sizes)
      for (const n of sizes) {
        const [a, w] = [randomInt8Matrix(random, m, k), randomInt8Matrix(random, k, n)];
        const { sums, counters, bound } = await device.multiply(a, w, silent);
        expect(firstMismatch(referenceMatmul(a, w), sums), `${m} x ${k} x ${n}, seed ${seed}`).toBeNull();
        expect(counters.window, `${m} x ${k} x ${n}`).toBe(bound + 2);
      }
});

test("256 x 256 x 256 on 16 x 16 utilises the array by more than 90 %, by its own counters", async () => {
  const { json, passed } = await matmul.run(
    request({ m: "256", k: "256", n: "256" }, { array: { rows: 16, cols: 16 } }),
  );
  expect(passed).toBe(true);
  expect(json).toMatchObject({ cycles: 73_780, bound: 65_582 });
  expect(json.utilisation).toBeGreaterThan(0.99);
});

describe("operands from files", () => {
  const a = int8Matrix(2, 3, Int8Array.of(1, -2, 3, -128, 127, 0));
  const b = int8Matrix(3, 2, Int8Array.of(4, 5, -6, 7, 8, 127));
  const [aFile, bFile, cFile] = [join(folder, "a.npy"), join(folder, "b.npy"), join(folder, "c.npy")];
  writeNpy(aFile, a);
  writeNpy(bFile, b);

  test("C is written as int32", async () => {
    const report = await matmul.run(request({ a: aFile, b: bFile, c: cFile }));
    expect(report.failure).toBeNull();
    const bytes = readFileSync(cFile);
    const expected = referenceMatmul(a, b).data;
    expect(
      new Int32Array(bytes.buffer.slice(bytes.byteOffset + bytes.length - 16, bytes.byteOffset + bytes.length)),
    ).toEqual(expected);
    expect(bytes.toString("latin1")).toContain("'<i4'");
  });

  test("what does not fit together is one clear line", async () => {
    await expect(matmul.run(request({ a: aFile, b: aFile }))).rejects.toThrow(
      `${aFile} is 2 x 3 and ${aFile} is 2 x 3: the columns of A must equal the rows of B; transpose one of them`,
    );
    await expect(matmul.run(request({ a: aFile, m: "5" }))).rejects.toThrow(`--m 5 but ${aFile} has 2 rows`);
    await expect(matmul.run(request({ b: bFile, k: "4" }))).rejects.toThrow(`--k 4 but ${bFile} has 3 rows`);
    for (const options of [{ m: "0" }, { m: "-1" }, { k: "1e3" }, { n: "70000" }, { m: "65536", k: "65536" }])
      await expect(matmul.run(request(options))).rejects.toThrow(InputError);
  });
});

test("a run that takes too long fails and says so", async () => {
  await expect(matmul.run(request({}, { cycles: 100 }))).rejects.toThrow(
    "not finished after 100 cycles; raise --cycles",
  );
});

test("both engines report the same", async () => {
  const [compiled, interpreted] = await Promise.all(
    (["wasm", "interpreter"] as const).map((engine) => matmul.run(request({ m: "5", k: "6", n: "7" }, { engine }))),
  );
  expect({ ...interpreted?.json, engine: "" }).toEqual({ ...compiled?.json, engine: "" });
});
