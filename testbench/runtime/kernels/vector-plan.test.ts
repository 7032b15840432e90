import { describe, expect, test } from "vitest";
import { npuConfig } from "../../../hdl/index.ts";
import { InputError } from "../../input-error.ts";
import { disassemble } from "../assembler.ts";
import { VectorPlan } from "./vector-plan.ts";

const config = npuConfig({ side: 4, scratchpadRows: 64, scratchpadBanks: 4, accumulatorRows: 32 });

describe("VectorPlan", () => {
  test("rows of different banks, in order", () => {
    const plan = new VectorPlan(config);
    expect([plan.scratchpad(3, 0), plan.scratchpad(2, 1), plan.scratchpad(1, 4)].map(({ row }) => row)).toEqual([
      0, 16, 3,
    ]);
    expect([plan.accumulators(5, 1), plan.accumulators(1, 1), plan.accumulators(1, 0)].map(({ row }) => row)).toEqual([
      16, 21, 0,
    ]);
    expect([plan.requantiser(9, 0.5), plan.requantiser(1, 0.5)]).toEqual([0, 3]);
    expect(plan.excess()).toBeNull();
  });

  test("what is written for the hardware", () => {
    const plan = new VectorPlan(config);
    const x = plan.scratchpad(2, 0);
    plan.constant(-7, 1);
    plan.identity(6);
    expect(plan.identity(6).row).toBe(48);
    plan.table((index) => index - 128);
    plan.requantiser(5, 0.5, [1, 2, 3, 4, -5]);
    plan.requantiseTo(-3, -100, 50);
    plan.poolOver(6, 2, 36);
    const matrix = { rows: 2, cols: 4 };
    plan.vec({ op: "add", imm: 1, src: x, src2: plan.accumulators(2, 0), broadcast: "row", dst: x, ...matrix });
    expect(disassemble(plan.program)).toBe(
      "cfg reg=quantisation value=0x329cfd\ncfg reg=pooling value=0x24002006\n" +
        "vec op=add act=none src=0 src2=0 dst=0 rows=2 cols=4 scale=0 imm=0x8001 src_int8 dst_int8 broadcast\n",
    );
    const rowsOf = (memory: string) => plan.images.filter((image) => image.memory === memory).map(({ rows }) => rows);
    expect(rowsOf("accumulator")).toEqual([[[-7, -7, -7, -7]]]);
    expect(rowsOf("scratchpad")[0]?.[5]).toEqual([0, 1, 0, 0]);
    expect(rowsOf("bias")).toEqual([
      [
        [1, 2, 3, 4],
        [-5, 0, 0, 0],
      ],
    ]);
    expect(rowsOf("scale")[0]?.[1]).toEqual([2 ** 23, 0, 0, 0]);
  });

  test.each<[string, (plan: VectorPlan) => unknown]>([
    ["17 rows of an accumulator bank, of 16", (plan) => plan.accumulators(17, 0)],
    ["20 rows of a scratchpad bank, of 16", (plan) => plan.scratchpad(20, 2)],
    ["257 rows of bias and scales, of 256", (plan) => plan.requantiser(1025, 0.5)],
    [
      "4,096 cols of an instruction, of 4,095",
      (plan) => {
        const src = plan.scratchpad(1, 0);
        plan.vec({ op: "copy", src, dst: src, rows: 1, cols: 4096 });
      },
    ],
  ])("more than there is: %s", (excess, act) => {
    const plan = new VectorPlan(config);
    act(plan);
    expect(() => plan.check("this")).toThrow(new InputError(`this needs ${excess}`));
  });

  test("numbers that the memories do not hold", () => {
    const plan = new VectorPlan(config);
    expect(() => plan.requantiser(1, 0.5, 2 ** 31)).toThrow("a bias of 2147483648: a whole number of 32 bits wanted");
    expect(() => plan.table(() => 32_768)).toThrow("a table entry of 32768: int16 wanted");
    expect(() => plan.requantiseTo(128)).toThrow("zeroPoint is a whole number from -128 to 127, not 128");
    plan.table(() => 0);
    expect(() => plan.table(() => 0)).toThrow("a plan has one table");
  });
});
