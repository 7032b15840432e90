import { expect, test } from "vitest";
import { disassemble } from "./assembler.ts";
import type { Instruction } from "./instruction.ts";
import { ProgramBuilder } from "./program-builder.ts";

const load: Instruction = { mnemonic: "load", sub: "scratchpad" };
const gemm: Instruction = { mnemonic: "gemm" };
const vec: Instruction = { mnemonic: "vec" };
const store: Instruction = { mnemonic: "store", sub: "scratchpad" };

const text = (builder: ProgramBuilder) => disassemble(builder.program).trim().split("\n");

test("tokens pass from neighbour to neighbour, and none where the order is known already", () => {
  const builder = new ProgramBuilder();
  const first = builder.add(load);
  const second = builder.add(load);
  const product = builder.add(gemm, [first, second]);
  builder.add(gemm, [first]);
  const result = builder.add(vec, [product, second]);
  builder.add(store, [result, product]);
  builder.add(load, [product, null]);
  expect(text(builder)).toEqual([
    "load.scratchpad",
    "load.scratchpad push_next",
    "gemm pop_prev push_next push_prev",
    "gemm",
    "vec pop_prev push_next",
    "store.scratchpad pop_prev",
    "load.scratchpad pop_next",
  ]);
});

test("an order between queues that are not neighbours goes by one between that knows of it", () => {
  const builder = new ProgramBuilder();
  const out = builder.add(store);
  expect(() => builder.add(gemm, [out])).toThrow("no instruction of queue 2 knows of number 0 of queue 3");
  builder.add(vec, [out]);
  builder.add(vec);
  builder.add(gemm, [out]);
  expect(text(builder)).toEqual(["store.scratchpad push_prev", "vec pop_next push_prev", "vec", "gemm pop_next"]);
});

test("a LOAD is not ordered after another LOAD by its queue alone", () => {
  const builder = new ProgramBuilder();
  const first = builder.add(load);
  expect(() => builder.add(load, [first])).toThrow("nothing tells queue 0");
});

test("after a fence everything is known", () => {
  const builder = new ProgramBuilder();
  const first = builder.add(load);
  builder.control({ mnemonic: "fence", operands: { queues: 1 } });
  builder.add(store, [first]);
  expect(text(builder)).toEqual(["load.scratchpad", "fence queues=1", "store.scratchpad"]);
});

test("load and store of a memory tile are neighbours", () => {
  const builder = new ProgramBuilder("memory");
  builder.add({ mnemonic: "send", sub: "scratchpad" }, [builder.add(load)]);
  expect(text(builder)).toEqual(["load.scratchpad push_next", "send.scratchpad pop_prev"]);
});
