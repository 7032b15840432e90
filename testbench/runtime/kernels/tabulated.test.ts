import { expect, test } from "vitest";
import { npuConfig } from "../../../hdl/index.ts";
import { onModel } from "./on-model.fuzz.ts";
import { quantise } from "./quantisation.ts";
import { tabulated } from "./tabulated.ts";

const config = npuConfig({ side: 16 });
const all = Array.from({ length: 256 }, (_, i) => i - 128);

test("every int8 becomes the nearest to its function, for each zero point at the ends", () => {
  const input = { scale: 0.03, zeroPoint: -128 };
  for (const zeroPoint of [-128, 0, 127]) {
    const output = { scale: 0.01, zeroPoint };
    const results = onModel(config, (plan) => tabulated(plan, { rows: 8, cols: 32 }, Math.sin, input, output), all);
    expect(results).toEqual(all.map((q) => quantise(Math.sin(0.03 * (q + 128)), output)));
  }
});

test("the identity is exact", () => {
  const same = { scale: 0.7, zeroPoint: 5 };
  expect(onModel(config, (plan) => tabulated(plan, { rows: 1, cols: 256 }, (x) => x, same, same), all)).toEqual(all);
});
