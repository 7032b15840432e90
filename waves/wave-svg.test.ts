import { describe, expect, it } from "vitest";
import type { SampledSignal } from "./sampled-signal.ts";
import { waveSvg } from "./wave-svg.ts";

const signals: SampledSignal[] = [
  { name: "enq.valid", width: 1, format: { kind: "bool" }, values: [0n, 1n, 1n] },
  { name: "enq.bits", width: 8, format: { kind: "sint" }, values: [0n, 255n, 128n] },
  { name: "state", width: 1, format: { kind: "enum", labels: ['a<b>&"', "Run"] }, values: [0n, 0n, 1n] },
];

describe("SVG", () => {
  it("is one document with every name and value in it, and no markup of theirs", () => {
    const svg = waveSvg(signals, { clock: "clock" });
    expect(svg.startsWith("<svg ")).toBe(true);
    expect(svg.endsWith("</svg>\n")).toBe(true);
    const texts = [...svg.matchAll(/<tspan[^>]*>([^<]*)<\/tspan>/g)].map(([, text]) => text);
    for (const text of ["clock", "enq", "valid", "bits", "-1", "-128", "Run", "a‹b›&amp;&quot;"])
      expect(texts).toContain(text);
  });

  it.each([
    [0, 0, ["0"]],
    [1, 2, ["1", "2"]],
    [0, 2, ["0", "1", "2"]],
  ])("numbers cycles %i to %i", (from, to, expected) => {
    const svg = waveSvg(signals.slice(0, 1), { from, to });
    const [, marks = ""] = /<g class="muted"[^>]*>(.*?)<\/g>/s.exec(svg) ?? [];
    expect([...marks.matchAll(/<text[^>]*>(?:<tspan>)?(\d+)</g)].map(([, text]) => text)).toEqual(expected);
  });

  it("is the same each time, whatever was drawn between", () => {
    const once = waveSvg(signals);
    waveSvg(signals.slice(0, 1), { from: 1 });
    expect(waveSvg(signals)).toBe(once);
  });
});
