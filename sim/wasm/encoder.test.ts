import { expect, test } from "vitest";
import { Bytes, FunctionBody, i32, i64, op, WasmModule } from "./encoder.ts";

const bytes = (fill: (bytes: Bytes) => Bytes) => [...fill(new Bytes()).toUint8Array()];

test("LEB128 as in the specification's examples and at the limits", () => {
  expect(bytes((b) => b.unsigned(624_485))).toEqual([0xe5, 0x8e, 0x26]);
  expect(bytes((b) => b.unsigned(0))).toEqual([0]);
  expect(bytes((b) => b.unsigned(2 ** 32 - 1))).toEqual([0xff, 0xff, 0xff, 0xff, 0x0f]);
  expect(bytes((b) => b.signed(-123_456n))).toEqual([0xc0, 0xbb, 0x78]);
  expect(bytes((b) => b.signed(63n))).toEqual([0x3f]);
  expect(bytes((b) => b.signed(64n))).toEqual([0xc0, 0x00]);
  expect(bytes((b) => b.signed(-64n))).toEqual([0x40]);
  expect(bytes((b) => b.signed(-(2n ** 63n)))).toHaveLength(10);
});

test("a module of two functions runs, with constants of every sign and memory", () => {
  const wasm = new WasmModule([{ name: "wide", parameters: [i32], results: [i32] }], 1);
  const twice = new FunctionBody([i64], [i64]);
  const kept = twice.local(i64);
  twice.get(0).tee(kept).get(kept).emit(op.i64Add).i64(-1n).emit(op.i64Add);
  const index = wasm.add(twice);
  const main = new FunctionBody([i32], [i32]);
  main.i32(0).get(0).call(0).memory(op.i32Store, 8);
  main
    .i32(0)
    .memory(op.i32Load, 8)
    .emit(op.i64ExtendI32U)
    .call(index)
    .emit(op.i32WrapI64)
    .i32(-0x80000000)
    .emit(op.i32Xor);
  wasm.add(main, "main");
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm.encode()), {
    m: { memory, wide: (value: number) => value * 3 },
  });
  if (typeof exports.main !== "function") throw new TypeError("no main");
  expect(exports.main(7)).toBe((41 ^ 0x80000000) | 0);
  expect(new Int32Array(memory.buffer)[2]).toBe(21);
});

test("bytes grow past any first size", () => {
  const grown = new Bytes();
  for (let i = 0; i < 5000; i++) grown.byte(i & 0xff);
  expect(grown.append(grown).length).toBe(10_000);
  expect(grown.toUint8Array()[9999]).toBe(4999 & 0xff);
});
