import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cycleWindow } from "./cycle-window.ts";
import { findClock, sampleCycles } from "./sample-cycles.ts";
import { sketchScope, sketchSignal } from "./trace-sketch.fuzz.ts";
import { VcdFile } from "./vcd-reader.ts";
import { FileSink } from "./vcd-sink.ts";
import { traceClock, VcdWriter } from "./vcd-writer.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "systole-waves-"));
});
afterAll(() => rmSync(folder, { recursive: true }));
const path = () => join(folder, "f.vcd");

/** Counts to 9, one a cycle; the count changes with the clock's rising edge, before or after it in the file. */
function counter(clockFirst: boolean) {
  const clock = traceClock("clock");
  const count = sketchSignal("count", 8, { format: { kind: "sint" } });
  const signals = clockFirst ? [clock, count] : [count, clock];
  const writer = new VcdWriter(new FileSink(path()), [sketchScope("top", signals)]);
  writer.sample(0);
  for (let cycle = 0; cycle < 9; cycle++) {
    writer.edge(cycle * 10 + 5, clock, 0);
    clock.words[0] = 1;
    count.set(cycle + 1);
    writer.sample(cycle * 10 + 10);
  }
  writer.close(100);
  return VcdFile.open(path());
}

describe("sampling by cycle", () => {
  it.each([true, false])("takes what held before each edge (clock first in the file: %s)", async (clockFirst) => {
    const file = await counter(clockFirst);
    const count = file.select(["count"]);
    expect(sampleCycles(file, count)).toEqual([
      { name: "count", width: 8, format: { kind: "sint" }, values: [0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n] },
    ]);
    expect(sampleCycles(file, count, { window: cycleWindow(3, 5) })[0]?.values).toEqual([3n, 4n, 5n]);
    expect(sampleCycles(file, count, { window: cycleWindow(8) })[0]?.values).toEqual([8n, 9n]);
    expect(sampleCycles(file, count, { edge: "falling" })[0]?.values).toHaveLength(9);
  });

  it("gives null for what is not known, and finds foreign clocks", async () => {
    writeFileSync(
      path(),
      `$scope module t $end $scope module u $end $var wire 1 ! clk $end $upscope $end
$var wire 1 " sys_clk_i $end $var wire 2 # s $end $upscope $end $enddefinitions $end
#0\n0"\n#5\n1"\n#7\nb0x #\n0"\n#10\n1"\nb10 #\n#12\n0"\n#15\n1"\n`,
    );
    const file = await VcdFile.open(path());
    expect(findClock(file).name).toBe("sys_clk_i");
    expect(sampleCycles(file, file.select(["s"]))[0]?.values).toEqual([null, null, 2n, 2n]);
  });

  it("says what it needs", async () => {
    writeFileSync(
      path(),
      "$scope module t $end $var wire 2 ! clock $end $upscope $end $enddefinitions $end\n#0\nb1 !\n",
    );
    const file = await VcdFile.open(path());
    const [clock] = file.select(["clock"]);
    expect(() => sampleCycles(file, [])).toThrow("no signal of one bit is called clock or clk; name the clock");
    if (clock) expect(() => sampleCycles(file, [], { clock })).toThrow("the clock clock has 2 bits, not 1");
  });
});
