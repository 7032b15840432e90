import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import webVcdParser from "vcd-stream/lib/web-vcd-parser.js";
import createVCD from "vcd-stream/out/vcd.js";
import { afterAll, describe, expect, test } from "vitest";
import {
  Bool,
  ClockDomain,
  check,
  cross,
  Enum,
  elaborate,
  inDomain,
  match,
  mem,
  module,
  pipe,
  reg,
  UInt,
  when,
} from "../../hdl/index.ts";
import { sampleCycles, VcdFile } from "../../waves/index.ts";
import { silent } from "../progress.ts";
import { MatmulDevice } from "../runtime/matmul-device.ts";
import { randomInt8Matrix } from "../workloads/matrix.ts";
import { waves } from "./history.ts";
import { Random } from "./random.ts";
import { simulate } from "./simulate.ts";

const folder = mkdtempSync(join(tmpdir(), "systole-recorder-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const engines = ["wasm", "interpreter"] as const;

const Light = Enum("Red", "Green", "Amber");
const Lights = module("Lights", { in: { go: Bool }, out: { light: Light, count: UInt(4) } }, ({ go }) => {
  const light = reg(Light, "Red");
  const count = reg(UInt(4), 0);
  const ram = mem(UInt(4), 3, { init: [7] });
  count.next = count.add(1);
  when(count.bits(0, 2).eq(1), () => ram.write(count.bits(2, 2), count));
  match(light, {
    Red: () =>
      when(go, () => {
        light.next = "Green";
      }),
    Green: () => {
      light.next = "Amber";
    },
    Amber: () => {
      light.next = "Red";
    },
  });
  check(count.ne(9), "nine never comes");
  return { light, count };
});

const Counter = module("Counter", { in: {}, out: { count: UInt(16) } }, () => {
  const count = reg(UInt(16), 0);
  count.next = count.add(1);
  return { count };
});

test("both engines give the same bytes, on the 16 x 16 matmul too", async () => {
  const files = await Promise.all(
    engines.map(async (engine) => {
      const vcd = join(folder, `matmul-${engine}.vcd`);
      const device = new MatmulDevice({ rows: 16, cols: 16 }, { engine, seed: 3, vcd });
      const random = new Random(3);
      await device.multiply(randomInt8Matrix(random, 9, 20), randomInt8Matrix(random, 20, 18), silent);
      device.close();
      return readFileSync(vcd);
    }),
  );
  expect(files[0]?.length).toBeGreaterThan(100_000);
  expect(files[0]?.equals(files[1] ?? Buffer.alloc(0))).toBe(true);
});

test("ten signals over a whole run, read by another parser, are the simulator's", async () => {
  const paths = [
    ...["state", "busy", "counters.compute", "counters.results", "command.bits.m"],
    ...["sequencer.walk.lastRow", "array.sums[2]", "array.pe[1][2].live", "array.pe[3][0].sum_out", "accumulator.row"],
  ];
  const vcd = join(folder, "oracle.vcd");
  const device = new MatmulDevice({ rows: 4, cols: 3 }, { seed: 5, vcd, watch: paths });
  const random = new Random(5);
  await device.multiply(randomInt8Matrix(random, 11, 9), randomInt8Matrix(random, 9, 7), silent);
  device.close();
  const simulated = device.dut["~history"].sampled(paths).signals;

  const text = readFileSync(vcd, "latin1");
  const codes = paths.map((path) => codeOf(text, path));
  const parser = await webVcdParser(await createVCD());
  const now = new Map<string, bigint>();
  const cycles: (bigint | undefined)[][] = [];
  let time = 0n;
  parser.change.any((code, at, command, value) => {
    for (; time < at; time += 10n) if (time % 10n === 0n) cycles.push(codes.map((known) => now.get(known)));
    now.set(code, value ?? (command === 15 ? 1n : 0n));
  });
  const bytes = Buffer.from(text, "latin1");
  for (let from = 0; from < bytes.length; from += 16_384)
    parser._write(bytes.subarray(from, from + 16_384), "latin1", () => {});
  const length = simulated[0]?.values.length ?? 0;
  expect(length).toBeGreaterThan(150);
  expect(cycles.slice(0, length)).toEqual(
    Array.from({ length }, (_, cycle) => simulated.map(({ values }) => values[cycle])),
  );
});

/** The identifier code of a signal by its path, from the declarations' text alone. */
function codeOf(text: string, path: string): string {
  const segments = path.replace(/\[(\d+)\]/g, "_$1").split(".");
  const scopes =
    path.includes("array") || path.includes("accumulator.") || path.includes("sequencer.")
      ? path.split(".").slice(0, -1)
      : [];
  const legal = (name: string) => name.replace(/\[(\d+)\]/g, "_$1").replaceAll(".", "_");
  const wanted = scopes.length > 0 ? legal(path.split(".").at(-1) ?? "") : segments.join("_");
  const open: string[] = [];
  for (const [, keyword, rest] of text.matchAll(/\$(scope module|upscope|var \w+) *(.*?) *\$end/g)) {
    if (keyword === "scope module") open.push(rest ?? "");
    else if (keyword === "upscope") open.pop();
    else {
      const [, code, name] = rest?.split(" ") ?? [];
      if (name === wanted && open.slice(1).join(".") === scopes.map(legal).join(".")) return code ?? "";
    }
  }
  throw new Error(`${path} is not declared`);
}

describe.each(engines)("%s", (engine) => {
  test("every cycle's values are those that registers saw, whatever moved the clock", async () => {
    const vcd = join(folder, `lights-${engine}.vcd`);
    const dut = simulate(Lights, { engine, vcd, trace: { memories: true }, watch: ["light", "count"] });
    const seen: [string, number][] = [];
    const look = () => seen.push([dut.out.light, dut.out.count]);
    dut.in.go = 1;
    look();
    dut.step();
    look();
    dut.step();
    dut.run(function* () {
      for (let i = 0; i < 3; i++) {
        yield;
        look();
      }
    });
    dut.close();
    const file = await VcdFile.open(vcd);
    const [light, count, word] = sampleCycles(file, file.select(["light", "count", "ram[0]"]));
    const labels = ["Red", "Green", "Amber"];
    const recorded = light?.values.map((code, i) => [labels[Number(code)], Number(count?.values[i])]);
    expect(recorded?.slice(0, 2)).toEqual(seen.slice(0, 2));
    expect(recorded?.slice(2, 5)).toEqual(seen.slice(2));
    expect(word?.values.slice(0, 4)).toEqual([7n, 7n, 1n, 1n]);
    expect(waves(dut, ["light", "count"], { to: 3 })).toMatchInlineSnapshot(`
      "cycle 0     1     2     3
      light │Red  │Green│Amber│Red  │
      count │0    │1    │2    │3    │
      "
    `);
    expect(() => waves(dut, ["go"])).toThrow('go is not watched; start with simulate(module, { watch: ["go"] })');
  });

  test("a failing check leaves the failing cycle in the file", async () => {
    const vcd = join(folder, `failing-${engine}.vcd`);
    const dut = simulate(Lights, { engine, vcd });
    expect(() => dut.step(50)).toThrow("check failed in cycle 9: top: nine never comes");
    dut.close();
    const file = await VcdFile.open(vcd);
    const [count] = sampleCycles(file, file.select(["count"]));
    expect(count?.values).toEqual([0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n]);
  });

  test("a window, a selection and a depth record just that", async () => {
    const Outer = module("Outer", { in: { go: Bool }, out: { late: UInt(4) } }, ({ go }) => {
      const lights = Lights({ go });
      return { late: pipe(lights.count, 0) };
    });
    const vcd = join(folder, `part-${engine}.vcd`);
    const dut = simulate(Outer, { engine, vcd, trace: { from: 3, to: 5, signals: ["lights.c*", "late"] } });
    dut.step(8);
    dut.close();
    const file = await VcdFile.open(vcd);
    expect(file.declarations.signals.map(({ name }) => name)).toEqual(["clock", "late", "count"]);
    const [late] = sampleCycles(file, file.select(["late"]));
    expect(late?.values.slice(0, 3)).toEqual([2n, 3n, 4n]);
    expect(readFileSync(vcd, "latin1")).toMatch(/#30\n\$dumpvars/);
  });

  test("cycles outside a window go by at once, and the file is the same", () => {
    const files = [[], ["count"]].map((watch, i) => {
      const vcd = join(folder, `skipped-${engine}-${i}.vcd`);
      const dut = simulate(Counter, { engine, vcd, watch, trace: { from: 700, to: 720 } });
      dut.step(650);
      dut.step(100);
      dut.close();
      expect(dut.cycle).toBe(750);
      return readFileSync(vcd, "latin1");
    });
    expect(files[0]).toBe(files[1]);
    expect(files[0]).toMatch(/#7000\n\$dumpvars/);
    expect(files[0]).toMatch(/#7205\n0!\n#7210\n1!\n$/);
  });

  test("a trigger begins the window", () => {
    const vcd = join(folder, `trigger-${engine}.vcd`);
    const dut = simulate(Counter, { engine, vcd, trace: { trigger: "count=50", from: 2, to: 4 } });
    dut.step(300);
    dut.close();
    const times = readFileSync(vcd, "latin1").match(/^#\d+$/gm) ?? [];
    expect([times[0], times.at(-1)]).toEqual(["#520", "#550"]);
    expect(() => simulate(Counter, { engine, vcd, trace: { trigger: "cuont" } })).toThrow(
      "--trigger cuont: there is no signal cuont; did you mean count?",
    );
  });

  test("every clock has its own edges", () => {
    const slow = ClockDomain("slow", { edge: "falling" });
    const Two = module("Two", { in: {}, out: { q: UInt(3) } }, () => {
      const ticks = reg(UInt(3), 0);
      ticks.next = ticks.add(1);
      return { q: inDomain(slow, () => pipe(cross(ticks), 0)) };
    });
    const vcd = join(folder, `clocks-${engine}.vcd`);
    const dut = simulate(Two, {
      engine,
      vcd,
      clocks: { clock: { period: 4, phase: 0 }, slow: { period: 6, phase: 1 } },
    });
    dut.step(3);
    dut.close();
    const changes: string[] = [];
    let time = 0;
    const text = readFileSync(vcd, "latin1");
    const code = text.match(/\$var \w+ 1 (\S+) slow /)?.[1];
    for (const line of text.split("$enddefinitions")[1]?.split("\n") ?? [])
      if (line.startsWith("#")) time = Number(line.slice(1));
      else if (line.slice(1) === code) changes.push(`${line[0]}@${time}`);
    expect(changes).toEqual(["1@0", "0@1", "1@4", "0@7", "1@10", "0@13"]);
    expect(elaborate(Two).modules).toHaveLength(1);
  });
});

test("time does not turn back while it is recorded", () => {
  const dut = simulate(Lights, { watch: ["count"] });
  const saved = dut.checkpoint();
  expect(() => dut.restore(saved)).toThrow("restore would turn back time while waves are recorded");
});
