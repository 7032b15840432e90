import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { identifierCode } from "./identifier-code.ts";
import { netSlots } from "./net-slots.ts";
import { sketchSignal } from "./trace-sketch.fuzz.ts";
import { VcdEncoder } from "./vcd-encoder.ts";
import { assembleEncoder } from "./vcd-encoder-assembly.fuzz.ts";
import { MemorySink } from "./vcd-sink.ts";

test("the committed code is that of the text", async () => {
  const committed = readFileSync(new URL("vcd-encoder-code.ts", import.meta.url), "utf8");
  expect(committed).toBe(await assembleEncoder());
});

/** What a value's line is by the standard: no leading zeros, no space before a scalar's code. */
function lineOf(value: bigint, width: number, slot: number): string {
  return width === 1 ? `${value}${identifierCode(slot)}` : `b${value.toString(2)} ${identifierCode(slot)}`;
}

test("lines are those of values written one digit after the other", () => {
  const width = fc.oneof(fc.constantFrom(1, 2, 15, 16, 17, 31, 32, 33, 64, 65), fc.integer({ min: 1, max: 200 }));
  const step = fc.array(fc.tuple(fc.nat(), fc.bigInt({ min: 0n, max: 2n ** 200n - 1n })), { maxLength: 6 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(width, fc.nat({ max: 5 })), { minLength: 1, maxLength: 140 }),
      fc.array(step, { maxLength: 6 }),
      (shapes, steps) => {
        // Signals lie here and there in one memory, and some share their words with one of another width.
        const heap = new ArrayBuffer(4 * shapes.reduce((sum, [bits, gap]) => sum + Math.ceil(bits / 32) + 40 * gap, 1));
        let at = 0;
        const signals = shapes.flatMap(([bits, gap], i) => {
          const words = new Uint32Array(heap, 4 * (at + 40 * gap), Math.ceil(bits / 32));
          at += words.length + 40 * gap;
          const narrower = bits % 32 > 1 ? [sketchSignal(`low${i}`, bits - 1, { words })] : [];
          return [sketchSignal(`s${i}`, bits, { words }), ...narrower];
        });
        const numberIn = (slot: number) => {
          const { words, width: bits } = signals[slot] ?? signals[0] ?? sketchSignal("none", 1);
          return BigInt.asUintN(
            bits,
            words.reduce((sum, word, i) => sum | (BigInt(word) << BigInt(32 * i)), 0n),
          );
        };
        const sink = new MemorySink();
        const encoder = new VcdEncoder(sink, netSlots(signals));
        const expected = signals.map(({ width: bits }, slot) => lineOf(numberIn(slot), bits, slot));
        let last = signals.map((_, slot) => numberIn(slot));
        encoder.all();
        steps.forEach((changes, time) => {
          for (const [which, value] of changes) signals[which % signals.length]?.set(value);
          const now = signals.map((_, slot) => numberIn(slot));
          const lines = signals.flatMap(({ width: bits }, slot) =>
            now[slot] === last[slot] ? [] : [lineOf(now[slot] ?? 0n, bits, slot)],
          );
          expect(encoder.changes(time + 95, true)).toBe(lines.length > 0);
          if (lines.length > 0) expected.push(`#${time + 95}`, ...lines);
          last = now;
        });
        encoder.flush();
        expect(sink.text()).toBe(expected.map((line) => `${line}\n`).join(""));
      },
    ),
    { numRuns: 300 },
  );
});

test("times up to 2^53 - 1", () => {
  const sink = new MemorySink();
  const encoder = new VcdEncoder(sink, netSlots([sketchSignal("s", 1)]));
  const times = [0, 9, 10, 99, 100, 123_456_789_012_345, Number.MAX_SAFE_INTEGER];
  for (const time of times) encoder.time(time);
  encoder.flush();
  expect(sink.text()).toBe(times.map((time) => `#${time}\n`).join(""));
});

test("more changes than the buffer holds go to the sink in order", () => {
  const signals = Array.from({ length: 3000 }, (_, i) => sketchSignal(`s${i}`, 500));
  const sink = new MemorySink();
  const encoder = new VcdEncoder(sink, netSlots(signals));
  const ones = 2n ** 500n - 1n;
  const lines: string[] = [];
  for (let time = 1; time <= 4; time++) {
    signals.forEach((signal) => {
      signal.set(time % 2 === 1 ? ones : 0n);
    });
    encoder.changes(time, true);
    lines.push(`#${time}`, ...signals.map((_, slot) => lineOf(time % 2 === 1 ? ones : 0n, 500, slot)));
  }
  encoder.flush();
  expect(sink.text()).toBe(lines.map((line) => `${line}\n`).join(""));
});
