import { expect, test } from "vitest";
import { Access, I32, I64, Op, V128 } from "./opcodes.ts";
import { Simd, SimdAccess, SimdLane } from "./simd.ts";
import { WasmModule } from "./wasm-module.ts";

function run(module: WasmModule, name: string, ...values: (number | bigint)[]): unknown {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } });
  const exported = exports[name];
  if (typeof exported !== "function") throw new TypeError(`no function ${name}`);
  return exported(...values);
}

test("a module with a loop, a branch and locals of both types", () => {
  const module = new WasmModule();
  const { code, index } = module.declare([I32], [I64]);
  const product = code.local(I64);
  code.i64(1n);
  code.set(product);
  code.block(null, () => {
    code.loop(() => {
      code.get(0);
      code.op(Op.i32Eqz);
      code.brIf(1);
      code.get(product);
      code.get(0);
      code.op(Op.i64ExtendI32U, Op.i64Mul);
      code.set(product);
      code.get(0);
      code.i32(1);
      code.op(Op.i32Sub);
      code.set(0);
      code.br(0);
    });
  });
  code.get(product);
  module.export("factorial", { index });
  expect(run(module, "factorial", 20)).toBe(2_432_902_008_176_640_000n);
});

test("functions call what is declared later, by index and through the table; globals keep their value", () => {
  const module = new WasmModule();
  const counter = module.global(40);
  const main = module.declare([I32], [I32]);
  const [add, subtract] = [module.declare([I32], [I32]), module.declare([I32], [I32])];
  for (const [{ code }, operation] of [
    [add, Op.i32Add],
    [subtract, Op.i32Sub],
  ] as const) {
    code.getGlobal(counter);
    code.get(0);
    code.op(operation);
  }
  main.code.i32(2);
  main.code.call(add);
  main.code.setGlobal(counter);
  main.code.i32(1);
  main.code.get(0);
  main.code.callIndirect(module.type([I32], [I32]));
  module.table([add, subtract]);
  module.export("main", main);
  expect([run(module, "main", 0), run(module, "main", 1)]).toEqual([43, 41]);
});

test("memory: plain accesses, copies, fills and a branch table", () => {
  const module = new WasmModule();
  const { code, index } = module.declare([I32], [I32]);
  code.i32(64);
  code.i32(0xab);
  code.i32(8);
  code.memoryFill();
  code.storeAt(Access.store32To16, 66, () => code.i32(0x1234));
  code.i32(128);
  code.i32(64);
  code.i32(8);
  code.memoryCopy();
  code.block(null, () => {
    code.block(null, () => {
      code.get(0);
      code.brTable([0], 1);
    });
    code.loadFrom(Access.load32, 128);
    code.op(Op.return);
  });
  code.loadFrom(Access.load32From8, 133);
  module.export("f", { index });
  expect([run(module, "f", 0), run(module, "f", 5)]).toEqual([0x1234abab, 0xab]);
});

test("vectors: constants, locals, lanes in memory and shuffles", () => {
  const module = new WasmModule();
  const { code, index } = module.declare([], [I32]);
  const sum = code.local(V128);
  code.v128(Uint8Array.from({ length: 16 }, (_, i) => i));
  code.i32(1);
  code.simd(Simd.splat8);
  code.simd(Simd.add8);
  code.set(sum);
  code.i32(64);
  code.get(sum);
  code.simdAccess(SimdAccess.store128);
  code.i32(32);
  code.i32(0);
  code.simdAccess(SimdAccess.load128, 64);
  code.simdLaneAccess(SimdLane.store32, 48, 3);
  code.i32(0);
  code.get(sum);
  code.simdLaneAccess(SimdLane.load32, 80, 0);
  code.get(sum);
  code.shuffle(Uint8Array.from({ length: 16 }, (_, i) => 31 - i));
  code.simdLane(SimdLane.extract8, 1);
  module.export("main", { index });
  expect(run(module, "main")).toBe(15);
});

test("bytes are in memory when it is instantiated", () => {
  const module = new WasmModule();
  const { code, index } = module.declare([], [I32]);
  code.loadFrom(Access.load32, 40_000);
  module.export("word", { index });
  module.data(40_000, Uint8Array.of(0x78, 0x56, 0x34, 0x12));
  module.data(8, Uint8Array.of(1));
  expect(run(module, "word")).toBe(0x12345678);
});
