import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { interpret } from "../../sim/index.ts";
import { withTemporaryFolder } from "../../testbench/peer/temporary-folder.ts";
import { testWith } from "../../testbench/peer/tool-presence.fuzz.ts";
import { benchChart } from "./chart.ts";
import { Checksums } from "./checksums.ts";
import { subjectNamed, subjectNames } from "./designs/index.ts";
import type { Row } from "./figures.ts";
import { LanesApart } from "./lanes-apart.ts";
import { type MeasureOptions, measure } from "./measure.ts";
import { benchTables } from "./table.ts";

const quickly: Omit<MeasureOptions, "folder" | "waves"> = {
  runs: 1,
  seconds: 0.001,
  cycles: 40,
  variants: [],
  icarus: false,
  interpreter: false,
  log: () => {},
};
const unoptimised = [{ name: "Verilator -O0", flags: "-O0" }];

testWith("verilator")("a driven row: the checksums of both agree after every run", async () => {
  const row = await withTemporaryFolder((folder) =>
    measure(subjectNamed("pe-array-2"), "driven", { ...quickly, folder, waves: folder, variants: unoptimised }),
  );
  expect(row.cycles).toBe(81);
  expect(row.ratio).toBeGreaterThan(0);
  expect(benchTables([row])).toContain("PE array 2 × 2");
  expect(benchChart([row])).toContain("PE array 2 × 2");
});

testWith("verilator")("a row in lanes: the first lane is the run that Verilator makes", async () => {
  const row = await withTemporaryFolder((folder) =>
    measure(subjectNamed("crossbar-2"), "lanes", { ...quickly, folder, waves: folder, variants: unoptimised }),
  );
  expect(row.cycles).toBe(81);
  expect(row.ratio).toBeGreaterThan(0);
  expect(benchChart([row])).toContain("16 stimuli in lanes");
});

testWith("verilator")("a row of waves: both write them where they are told to, and leave nothing", async () => {
  await withTemporaryFolder(async (folder) => {
    const waves = join(folder, "waves");
    mkdirSync(waves);
    const left: string[] = [];
    const log = () => left.push(...readdirSync(waves));
    const options = { ...quickly, folder, waves, log, cycles: null };
    const row = await measure(subjectNamed("crossbar-2"), "vcd", { ...options, variants: unoptimised });
    expect(row.ratio).toBeGreaterThan(0);
    expect(left).toEqual([]);
    rmSync(waves, { recursive: true });
    const nowhere = { ...options, log: () => {} };
    await expect(measure(subjectNamed("crossbar-2"), "vcd", nowhere)).rejects.toThrow(/cannot create .*waves/);
  });
});

test("lanes of the bench are in parts of one run that are 997 cycles apart", async () => {
  const design = await subjectNamed("fifo-4").design();
  const lanes = new LanesApart(design, 3);
  lanes.step(5);
  lanes.spread();
  lanes.step(20);
  const single = interpret(design, { randomInit: false });
  single.step(25);
  expect(lanes.peek("checksum")).toBe(Number(single.peek("checksum")));
  expect(lanes.cycles).toEqual([25, 1022, 2019]);
});

testWith("icarus")("a row with its clock loop inside: Icarus Verilog and the interpreter agree with us", async () => {
  const row = await withTemporaryFolder((folder) =>
    measure(subjectNamed("crossbar-2"), "inside", {
      ...quickly,
      folder,
      waves: folder,
      icarus: true,
      interpreter: true,
    }),
  );
  expect(row.others.map(({ simulator }) => simulator)).toEqual(["Systole's interpreter", "Icarus Verilog"]);
  expect(row.ratio).toBeNull();
  expect(row.ours.inProcess?.elaborate).toBeGreaterThan(0);
});

test("another checksum in the same cycle fails", () => {
  const checksums = new Checksums();
  checksums.compare(7, 1, "Systole");
  checksums.compare(8, 2, "Systole");
  checksums.compare(7, 1, "Verilator");
  expect(() => checksums.compare(8, 3, "Verilator")).toThrow(
    "cycle 8: the checksum of Systole is 2, that of Verilator 3",
  );
});

test.each(["fifo-4", "crossbar-2", "adder-chains-3", "matmul-2", "pe-array-2", "sha256"])(
  "the checksum of %s takes up what the design does",
  async (name) => {
    const engine = interpret(await subjectNamed(name).design(), { randomInit: false });
    const seen = new Set<bigint>();
    for (let i = 0; i < 600; i++) {
      engine.step();
      seen.add(engine.peek("checksum"));
    }
    expect(seen.size).toBeGreaterThan(50);
  },
);

test("a name that is none is an input error", () => {
  for (const name of ["pe-array", "pe-array-1", "fifo-0", "none-8", "crossbar-11"])
    expect(() => subjectNamed(name)).toThrow(`--only ${name}: there is no such design`);
  for (const name of subjectNames) expect(subjectNamed(name).name).toBe(name);
});

test("the chart has a bar to the left of the line where we are slower", () => {
  const figures = (simulator: string, rate: number) => {
    return { simulator, rates: [rate], rate, peakKib: 1024, firstCycle: 10, inProcess: null };
  };
  const row = (ratio: number): Row => ({
    ...{ subject: "fifo-4", title: "four FIFOs", cells: null, mode: "inside", cycles: 10, others: [], ratio },
    ours: figures("Systole", 1000 * ratio),
    verilator: [figures("Verilator -O2", 1000), figures("Verilator -O3", 900)],
    original: [figures("Verilator -O2, original", 2000)],
  });
  const line = Number(benchChart([row(4), row(0.25)]).match(/x1="([\d.]+)"[^>]*stroke="#1a202c"/)?.[1]);
  const bars = [
    ...benchChart([row(4), row(0.25)]).matchAll(/<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="16"/g),
  ];
  const [faster, slower] = bars.map(([, x, width]) => ({ from: Number(x), to: Number(x) + Number(width) }));
  expect(faster?.from).toBeCloseTo(line, 0);
  expect(slower?.to).toBeCloseTo(line, 0);
  expect(benchTables([row(4)])).toMatch(/four FIFOs +.*4\.00x.*\n.*\n.*next to the original Verilog .*2\.00x/);
});
