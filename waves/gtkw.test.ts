import { describe, expect, it } from "vitest";
import { gtkwFiles } from "./gtkw.ts";
import { sketchScope, sketchSignal } from "./trace-sketch.fuzz.ts";
import { traceClock } from "./vcd-writer.ts";

const labels = ["Idle", "Load weights", "Run", "?Done"];
const sint = { kind: "sint" } as const;
const state = () => sketchSignal("state", 2, { format: { kind: "enum", labels } });

const design = sketchScope(
  "matmul",
  [
    sketchSignal("enq.valid", 1),
    sketchSignal("count", 12),
    sketchSignal("enq.bits", 8, { format: sint }),
    traceClock("clock"),
  ],
  [
    sketchScope(
      "array",
      [],
      Array.from({ length: 9 }, (_, i) =>
        sketchScope(`pe[${Math.floor(i / 3)}][${i % 3}]`, [sketchSignal("sum", 65, { format: sint })]),
      ),
    ),
    sketchScope("control", [
      sketchSignal("busy", 1),
      state(),
      sketchSignal("on", 1, { format: { kind: "enum", labels } }),
    ]),
  ],
);

describe("GTKWave save file", () => {
  it("groups scopes and bundles, shows formats, puts clocks and states first, keeps the designer's names", () => {
    const [save, filter, ...more] = gtkwFiles("out/run.gtkw", [design], { vcd: "out/run.vcd", from: 100, to: 1000 });
    expect(more).toEqual([]);
    expect(filter).toEqual({ path: "out/run.state.flt", text: "0 Idle\n1 Load weights\n2 Run\n3 _?Done\n" });
    expect(save?.path).toBe("out/run.gtkw");
    expect(save?.text).toBe(`[dumpfile] "run.vcd"
[savefile] "run.gtkw"
[timestart] 100
[size] 1500 900
[pos] -1 -1
*-7.643856 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1
[treeopen] matmul.
[treeopen] matmul.control.
[treeopen] matmul.array.
[treeopen] matmul.array.pe_0_0.
[treeopen] matmul.array.pe_2_2.
[sst_width] 220
[signals_width] 260
[sst_expanded] 1
@800200
-matmul
@28
+{clock} matmul.clock
@800200
-enq
@28
+{valid} matmul.enq_valid
@420
+{bits} matmul.enq_bits[7:0]
@1000200
-enq
@22
+{count} matmul.count[11:0]
@1000200
-matmul
@800200
-states
@2022
^1 run.state.flt
+{control/state} matmul.control.state[1:0]
@28
+{control/on} matmul.control.on
@1000200
-states
@800200
-control
@2022
^1 run.state.flt
+{state} matmul.control.state[1:0]
@28
+{on} matmul.control.on
@28
+{busy} matmul.control.busy
@1000200
-control
@800200
-array.pe[0][0]
@22
+{sum} matmul.array.pe_0_0.sum[64:0]
@1000200
-array.pe[0][0]
@800200
-array.pe[2][2]
@22
+{sum} matmul.array.pe_2_2.sum[64:0]
@1000200
-array.pe[2][2]
`);
  });

  it("numbers filters by their contents and pads keys to the digits of the width", () => {
    const many = Array.from({ length: 18 }, (_, i) => `S${i}`);
    const scope = sketchScope(
      "t",
      [
        state(),
        sketchSignal("next.state", 2, { format: { kind: "enum", labels } }),
        sketchSignal("phase", 5, { format: { kind: "enum", labels: many } }),
      ],
      [sketchScope("u", [sketchSignal("state", 3, { format: { kind: "enum", labels: many.slice(0, 5) } })])],
    );
    const [save, ...filters] = gtkwFiles("a b.gtkw", [scope], { vcd: "x/y.vcd" });
    expect(filters.map(({ path }) => path)).toEqual(["a_b.state.flt", "a_b.phase.flt", "a_b.state__3.flt"]);
    expect(filters[1]?.text).toMatch(/^00 S0\n01 S1\n[\s\S]*\n0F S15\n10 S16\n11 S17\n$/);
    expect(save?.text.match(/^\^.*/gm)).toEqual([
      "^1 a_b.state.flt",
      "^1 a_b.state.flt",
      "^2 a_b.phase.flt",
      "^3 a_b.state__3.flt",
      "^3 a_b.state__3.flt",
    ]);
    expect(save?.text).toContain('[dumpfile] "x/y.vcd"');
  });

  it("stays short for a large design", () => {
    const rows = Array.from({ length: 2000 }, (_, i) =>
      sketchScope(`block${i}`, [sketchSignal("a", 4), sketchSignal("b", 4)]),
    );
    const [save] = gtkwFiles("f.gtkw", [sketchScope("top", [traceClock("clock")], rows)], { vcd: "f.vcd", limit: 40 });
    expect(save?.text.match(/^\+/gm)).toHaveLength(40);
    expect(save?.text.split("\n").length).toBeLessThan(250);
  });
});
