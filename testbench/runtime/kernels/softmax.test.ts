import { expect, test } from "vitest";
import { npuConfig } from "../../../hdl/index.ts";
import { onModel } from "./on-model.fuzz.ts";
import { softmax } from "./softmax.ts";

const config = npuConfig({ side: 4, scratchpadRows: 256, accumulatorRows: 256 });

/** Softmax of one row. */
const of = (row: readonly number[], scale: number, zeroPoint = 0) =>
  onModel(config, (plan) => softmax(plan, { rows: 1, cols: row.length }, { scale, zeroPoint }), row);

test("equal logits share alike, whatever they are", () => {
  for (const logit of [-128, 0, 127]) {
    expect(of([logit], 0.1)).toEqual([127]); // 256 / 256 saturates
    expect(of([logit, logit], 0.1)).toEqual([0, 0]);
    expect(of(new Array<number>(8).fill(logit), 3)).toEqual(new Array<number>(8).fill(-128 + 32));
  }
});

test("one logit far above the others takes all", () => {
  expect(of([-128, 127, -128, -128, -128], 1)).toEqual([-128, 127, -128, -128, -128]);
});

test("the zero point does not matter", () => {
  const row = [3, -50, 27, 90, 88];
  expect(of(row, 0.05, 0)).toEqual(of(row, 0.05, -128));
  expect(of(row, 0.05, 0)).toEqual(of(row, 0.05, 127));
});
