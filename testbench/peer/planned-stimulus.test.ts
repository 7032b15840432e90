import { expect, test } from "vitest";
import type { PinLayout } from "./pin-layout.ts";
import type { PinStimulus } from "./pin-stimulus.ts";
import { PlannedStimulus } from "./planned-stimulus.ts";

const layout: PinLayout = {
  inputs: new Map([
    [0, { name: "rst_n", width: 1, first: 0, words: 1 }],
    [1, { name: "clear", width: 1, first: 1, words: 1 }],
    [2, { name: "wide", width: 40, first: 2, words: 2 }],
    [3, { name: "data", width: 8, first: 4, words: 1 }],
  ]),
  outputs: new Map(),
  resets: 5,
  inputWords: 6,
  outputWords: 0,
};

test("resets are asserted first, constants held, and the rest left as it is", () => {
  const ones: PinStimulus = { next: (words, at) => words.fill(1, at, at + 5) };
  const stimulus = new PlannedStimulus(
    layout,
    {
      constants: new Map([["wide", 0xab_0000_0002n]]),
      resets: [
        { port: "rst_n", level: "low", cycles: 2 },
        { port: "clear", level: "high", cycles: 1 },
      ],
      random: [],
    },
    ones,
  );
  const words = new Uint32Array(4 * 6);
  for (let cycle = 0; cycle < 4; cycle++) stimulus.next(words, 6 * cycle, 6 * (cycle - 1));
  const cycle = (rst: number, clear: number) => [rst, clear, 2, 0xab, 1, 0];
  expect([...words]).toEqual([...cycle(0, 1), ...cycle(0, 0), ...cycle(1, 0), ...cycle(1, 0)]);
});
