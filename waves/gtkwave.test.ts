import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeGtkw } from "./gtkw.ts";
import { hostileNames } from "./hostile-name.fuzz.ts";
import { sketchScope, sketchSignal } from "./trace-sketch.fuzz.ts";
import { FileSink } from "./vcd-sink.ts";
import { traceClock, VcdWriter } from "./vcd-writer.ts";

const present =
  process.env.CI === "true" || ["gtkwave", "xvfb-run"].every((tool) => spawnSync(tool, ["--help"]).error === undefined);

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "systole waves "));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The rows that GTKWave shows of a save file, each with its value at a time. */
function shownRows(save: string, time: number): string[] {
  const script = join(folder, "rows.tcl");
  writeFileSync(
    script,
    `gtkwave::setMarker ${time}
for {set i 0} {$i < [gtkwave::getTotalNumTraces]} {incr i} {
  puts "ROW [gtkwave::getTraceNameFromIndex $i] = [gtkwave::getTraceValueAtMarkerFromIndex $i]"
}
gtkwave::/File/Quit
`,
  );
  const { stdout } = spawnSync("xvfb-run", ["-a", "gtkwave", save, "-S", script], {
    cwd: "/",
    encoding: "utf8",
    timeout: 60_000,
  });
  return [...stdout.matchAll(/^ROW (.*?) *$/gm)].map(([, row = ""]) => row);
}

describe.skipIf(!present)("GTKWave itself", () => {
  it("opens the save file alone, from anywhere, and shows every signal in its group with its label and radix", () => {
    const states = Array.from({ length: 18 }, (_, i) => (i === 11 ? "Load weights" : `S${i}`));
    const clock = traceClock("clock");
    const bits = sketchSignal("enq.bits", 8, { format: { kind: "sint" } });
    const valid = sketchSignal("enq.valid", 1);
    const state = sketchSignal("state", 5, { format: { kind: "enum", labels: states }, kind: "reg" });
    const mode = sketchSignal("mode", 2, { format: { kind: "enum", labels: ["?Off", "On {1}"] } });
    const wide = sketchSignal("acts[3]", 70, { format: { kind: "sint" } });
    const scope = sketchScope("top", [bits, valid, clock], [sketchScope("pe[0][1]", [wide, mode, state])]);

    const vcd = join(folder, "a run.vcd");
    const save = join(folder, "a run.gtkw");
    const writer = new VcdWriter(new FileSink(vcd), [scope]);
    writeGtkw(save, [scope], { vcd, from: 0, to: 100 });
    writer.sample(0);
    writer.edge(50, clock, 1);
    bits.set(-3);
    valid.set(1);
    state.set(11);
    mode.set(1);
    wide.set(-2);
    writer.sample(50);
    state.set(17);
    mode.set(0);
    writer.sample(60);
    writer.close(100);

    expect(shownRows(save, 55)).toEqual([
      "top =",
      "clock = 1",
      "enq =",
      "bits = -3",
      "valid = 1",
      "enq =",
      "top =",
      "states =",
      "pe[0][1]/state = Load weights",
      "pe[0][1]/mode = On _1_",
      "states =",
      "pe[0][1] =",
      "state = Load weights",
      "mode = On _1_",
      "acts[3] = 3FFFFFFFFFFFFFFFFE",
      "pe[0][1] =",
    ]);
    const later = shownRows(save, 70);
    expect(later).toContain("state = S17");
    expect(later).toContain("mode = _?Off");
  });

  it("shows a row for every signal whatever it is called", () => {
    const signals = hostileNames.map((name, i) => sketchSignal(name, i % 2 === 0 ? 1 : 8));
    const scope = sketchScope("*/ $end", signals);
    const vcd = join(folder, "hostile.vcd");
    const save = join(folder, "hostile.gtkw");
    const writer = new VcdWriter(new FileSink(vcd), [scope]);
    writeGtkw(save, [scope], { vcd });
    signals.forEach((signal, i) => {
      signal.set(i % 2 === 0 ? 1 : i);
    });
    writer.sample(0);
    writer.close(100);
    const values = shownRows(save, 50).flatMap((row) => / = ([0-9A-F]+)$/.exec(row)?.[1] ?? []);
    const expected = signals.map(({ width }, i) => (width === 1 ? "1" : i.toString(16).toUpperCase().padStart(2, "0")));
    expect(values.sort()).toEqual(expected.sort());
  });
});
