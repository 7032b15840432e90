import { describe, expect, it } from "vitest";
import type { SampledSignal } from "./sampled-signal.ts";
import { waveJson } from "./wave-json.ts";

const signal = (
  name: string,
  width: number,
  values: (number | null)[],
  format?: SampledSignal["format"],
): SampledSignal => ({
  name,
  width,
  format: format ?? { kind: width === 1 ? "bool" : "uint" },
  values: values.map((value) => (value === null ? null : BigInt(value))),
});

describe("WaveDrom drawing", () => {
  it("draws levels, labelled buses, colours for states, brackets for bundles", () => {
    const labels = ["Idle", "Run"];
    const signals = [
      signal("enq.valid", 1, [0, 1, 1, null]),
      signal("enq.bits", 8, [1, 1, null, 254]),
      signal("array.pe[0].held", 8, [255, 255, 255, 1], { kind: "sint" }),
      signal("array.pe[0].sum", 8, [0, 0, 0, 0]),
      signal("state", 2, [0, 1, 1, 3], { kind: "enum", labels }),
      signal("a.lone", 1, [1, 1, 1, 1]),
    ];
    expect(waveJson(signals, { clock: "clock", from: 0, to: 9 })).toEqual({
      signal: [
        { name: "clock", wave: "p..." },
        ["enq", { name: "valid", wave: "01.x" }, { name: "bits", wave: "=.x=", data: ["01", "fe"] }],
        ["array.pe[0]", { name: "held", wave: "=..=", data: ["-1", "1"] }, { name: "sum", wave: "=...", data: ["00"] }],
        { name: "state", wave: "34.6", data: ["Idle", "Run", "3"] },
        { name: "a.lone", wave: "1..." },
      ],
      config: { hscale: 2 },
      head: { tock: 0 },
    });
  });

  it("clips labels that would make cycles too wide, and disarms markup", () => {
    const labels = ["a very long name of a state", "<b>&"];
    const { signal: rows, config } = waveJson([signal("<i>", 1, [0, 1], { kind: "enum", labels })]);
    expect(config.hscale).toBe(3);
    expect(rows).toEqual([{ name: "‹i›", wave: "34", data: ["a very long na…".slice(0, 14).concat("…"), "‹b›&"] }]);
  });

  it("refuses what is too large to draw", () => {
    const long = signal(
      "a",
      1,
      Array.from({ length: 100_001 }, () => 0),
    );
    expect(() => waveJson([long])).toThrow("1 signals in 100001 cycles are too many to draw; choose a shorter window");
    expect(waveJson([long], { from: 99_990 }).head.tock).toBe(99_990);
  });
});
