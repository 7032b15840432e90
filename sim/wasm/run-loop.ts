import { Control } from "../plan/layout.ts";
import type { Plan } from "../plan/plan.ts";
import type { Schedule } from "../schedule.ts";
import type { Callable, Code } from "./code.ts";
import { Access, I32, I64, Op } from "./opcodes.ts";
import type { WasmModule } from "./wasm-module.ts";

/** The bit of an entry in the table of moments that says that the implicit domain has an edge. The rest is its kernel. */
const implicitEdge = 1;

/** The domains that have an edge together in some moment, each set once. */
export function distinctMasks({ moments }: Schedule): number[] {
  return [...new Set(moments.map(({ domains }) => domains))];
}

/** The table of moments that the run loop walks, one u32 each. */
export function momentTable(schedule: Schedule): Uint32Array {
  const masks = distinctMasks(schedule);
  return Uint32Array.from(
    schedule.moments,
    ({ domains }) => ((masks.indexOf(domains) << 1) | (domains & 1 ? implicitEdge : 0)) >>> 0,
  );
}

/** Apart from the kernels, which V8 can replace by optimised code only when they are called anew. */
export function writeRunLoop(module: WasmModule, code: Code, plan: Plan, kernels: readonly Callable[]): void {
  const { moments } = plan.schedule;
  const [only] = kernels;
  const cycles = 0;
  const [done, moment, asserted, entry, failed] = [
    code.local(I32),
    code.local(I32),
    code.local(I32),
    code.local(I32),
    code.local(I32),
  ];
  const periods = code.local(I64);
  code.loadFrom(Access.load32, Control.moment);
  code.set(moment);
  code.loadFrom(Access.load32, Control.asserted);
  code.set(asserted);
  code.loadFrom(Access.load64, Control.periods);
  code.set(periods);
  code.i32(-1);
  code.set(failed);
  const increment64 = (): void => {
    code.get(periods);
    code.i64(1n);
    code.op(Op.i64Add);
    code.set(periods);
  };
  const add = (local: number, value: () => void): void => {
    code.get(local);
    value();
    code.op(Op.i32Add);
    code.set(local);
  };
  code.block(null, () => {
    code.loop(() => {
      code.get(done);
      code.get(cycles);
      code.op(Op.i32GeU);
      code.brIf(1);
      code.get(moment);
      code.i32(2);
      code.op(Op.i32Shl);
      code.access(Access.load32, plan.layout.moments);
      code.set(entry);
      code.get(asserted);
      if (kernels.length === 1 && only) code.call(only);
      else {
        code.get(entry);
        code.i32(1);
        code.op(Op.i32ShrU);
        code.callIndirect(module.type([I32], [I32]));
      }
      code.tee(failed);
      code.i32(-1);
      code.op(Op.i32Ne);
      code.brIf(1);
      add(done, () => {
        code.get(entry);
        code.i32(implicitEdge);
        code.op(Op.i32And);
      });
      add(moment, () => code.i32(1));
      code.get(moment);
      code.i32(moments.length);
      code.op(Op.i32Eq);
      code.branch(null, () => {
        code.i32(0);
        code.set(moment);
        increment64();
      });
      code.br(0);
    });
  });
  code.storeAt(Access.store32, Control.moment, () => code.get(moment));
  code.storeAt(Access.store64, Control.periods, () => code.get(periods));
  code.storeAt(Access.store32, Control.failure, () => code.get(failed));
  code.get(done);
}
