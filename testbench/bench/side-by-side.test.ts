import { expect, test } from "vitest";
import { module, pipe, UInt, Vec } from "../../hdl/index.ts";
import { sideBySide } from "./side-by-side.ts";
import { simulate } from "./simulate.ts";

const Late = module("Late", { in: { a: Vec(3, UInt(8)) }, out: { b: Vec(3, UInt(8)) } }, ({ a }) => ({ b: pipe(a) }));

test("the inputs of a vector are one view of the compiled simulator, through which all are driven", () => {
  const dut = simulate(Late);
  const row = sideBySide([0, 1, 2].map((i) => dut.engine.input(`a[${i}]`)));
  expect(row?.length).toBe(3);
  row?.set([7, 8, 9]);
  dut.engine.touch();
  dut.step();
  expect(dut.out.b).toEqual([7, 8, 9]);
});

test("words apart, out of order or of several limbs are not", () => {
  const words = new Uint32Array(8);
  const at = (index: number, length = 1) => words.subarray(index, index + length);
  expect(sideBySide([at(1), at(2)])?.byteOffset).toBe(4);
  expect(sideBySide([at(2), at(1)])).toBeNull();
  expect(sideBySide([at(0), at(2)])).toBeNull();
  expect(sideBySide([at(0, 2), at(2)])).toBeNull();
  expect(sideBySide([at(0), new Uint32Array(1)])).toBeNull();
  expect(sideBySide([])).toBeNull();
});

const Mixed = module("Mixed", { in: { a: UInt(8), b: UInt(8) }, out: { c: Vec(3, UInt(8)) } }, ({ a, b }) => ({
  c: [a.add(b).bits(0, 8), pipe(a), pipe(pipe(b))],
}));

test("the outputs of a vector are one view, registers among wires too", () => {
  const dut = simulate(Mixed);
  dut.engine.settle();
  const row = sideBySide([0, 1, 2].map((i) => dut.engine.signal(`c[${i}]`)));
  expect(row?.length).toBe(3);
  Object.assign(dut.in, { a: 3, b: 4 });
  dut.step();
  Object.assign(dut.in, { a: 5, b: 6 });
  dut.step();
  dut.engine.settle();
  expect([...(row ?? [])]).toEqual([11, 5, 4]);
  expect(dut.out.c).toEqual([11, 5, 4]);
});
