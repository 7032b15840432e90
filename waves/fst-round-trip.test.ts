import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sketchScope, sketchSignal } from "./trace-sketch.fuzz.ts";
import { VcdFile } from "./vcd-reader.ts";
import { FileSink } from "./vcd-sink.ts";
import { traceClock, VcdWriter } from "./vcd-writer.ts";

const present =
  process.env.CI === "true" || ["vcd2fst", "fst2vcd"].every((tool) => spawnSync(tool, ["--help"]).error === undefined);

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "systole-waves-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Noise on signals of awkward names and many widths, two of them aliases. */
function writeNoise(path: string): void {
  const clock = traceClock("clock");
  const shared = new Uint32Array(1);
  const signals = [1, 2, 7, 31, 32, 33, 64, 65, 130, 1024].map((width, i) =>
    sketchSignal(`s[${i}].bits`, width, { kind: i % 2 === 0 ? "reg" : "wire" }),
  );
  const aliases = [sketchSignal("$end", 8, { words: shared }), sketchSignal("same", 8, { words: shared })];
  const inner = sketchScope("pe[1][2]", [...signals.slice(5), ...aliases.slice(1)]);
  const top = sketchScope("top", [clock, ...signals.slice(0, 5), ...aliases.slice(0, 1)], [inner]);
  const writer = new VcdWriter(new FileSink(path), [top]);
  let seed = 99;
  writer.sample(0);
  for (let cycle = 1; cycle < 500; cycle++) {
    for (const { words } of [...signals, ...aliases]) {
      seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
      if (seed >>> 30 === 0) words[cycle % words.length] = seed;
    }
    writer.edge(cycle * 10, clock, 1);
    writer.sample(cycle * 10);
    writer.edge(cycle * 10 + 5, clock, 0);
  }
  writer.close(5000);
}

async function contents(path: string): Promise<string[]> {
  const file = await VcdFile.open(path);
  const { signals } = file.declarations;
  const named = signals.map((signal) => [...signal.vcdScopes, signal.vcdName].join("."));
  const lines = [...file.changes(signals)].map(({ signal, time, value }) => `${time} ${named[signal]} ${value}`);
  return [...signals.map(({ width }, i) => `${named[i]} ${width}`), ...lines].sort();
}

describe.skipIf(!present)("GTKWave's converters", () => {
  it("take the VCD and give the same signals and values back", async () => {
    const path = join(folder, "noise.vcd");
    writeNoise(path);
    const there = spawnSync("vcd2fst", [path, join(folder, "noise.fst")], { encoding: "utf8" });
    expect(`${there.status} ${there.stderr}`).toBe("0 ");
    const back = spawnSync("fst2vcd", [join(folder, "noise.fst")], { encoding: "utf8", maxBuffer: 1e8 });
    expect(`${back.status} ${back.stderr}`).toBe("0 ");
    const returned = join(folder, "returned.vcd");
    writeFileSync(returned, back.stdout);
    const expected = await contents(path);
    expect(expected.length).toBeGreaterThan(2000);
    expect(await contents(returned)).toEqual(expected);
  });
});
