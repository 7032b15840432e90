import type { Callable } from "../wasm/code.ts";
import { Access, I32, Op } from "../wasm/opcodes.ts";
import { Simd, SimdAccess } from "../wasm/simd.ts";
import type { WasmModule } from "../wasm/wasm-module.ts";
import { partsOf } from "./shape.ts";
import type { LanePlan } from "./values.ts";

/** A function that sets the registers of a domain in the lanes in which its reset is asserted, if there are any. */
export function writeReset(module: WasmModule, { layout }: LanePlan, domain: number): Callable {
  const callable = module.declare();
  const { code } = callable;
  const reset = layout.resets[domain];
  if (!reset) return callable;
  const offset = code.local(I32);
  code.loadFrom(Access.load32, reset.asserted);
  code.op(Op.i32Eqz);
  code.branch(null, () => code.op(Op.return));
  for (const { element, address, vectors, values } of reset.ranges) {
    const parts = partsOf(element, layout.lanes);
    const masks = reset.masks.get(element) ?? -1;
    code.i32(0);
    code.set(offset);
    code.loop(() => {
      for (let at = 0; at < 16 * parts; at += 16) {
        code.get(offset);
        code.get(offset);
        code.simdAccess(SimdAccess.load128, values + at);
        code.get(offset);
        code.simdAccess(SimdAccess.load128, address + at);
        code.i32(0);
        code.simdAccess(SimdAccess.load128, masks + at);
        code.simd(Simd.bitSelect);
        code.simdAccess(SimdAccess.store128, address + at);
      }
      code.get(offset);
      code.i32(16 * parts);
      code.op(Op.i32Add);
      code.tee(offset);
      code.i32(16 * vectors);
      code.op(Op.i32LtU);
      code.brIf(0);
    });
  }
  return callable;
}
