import type { NodeId } from "../../hdl/netlist/index.ts";
import type { Callable, Code } from "../wasm/code.ts";
import { Access, I32, Op } from "../wasm/opcodes.ts";
import { distinctMasks } from "../wasm/run-loop.ts";
import { Runtime } from "../wasm/runtime.ts";
import { SimdAccess } from "../wasm/simd.ts";
import { WasmModule } from "../wasm/wasm-module.ts";
import { writeLaneKernel } from "./function.ts";
import { writeTake } from "./inputs.ts";
import { laneEdgeKernel, laneKernel } from "./kernel.ts";
import { Control } from "./layout.ts";
import { writeReset } from "./reset.ts";
import type { LanePlan } from "./values.ts";

/**
 * The module that takes edges in all lanes of a block. Its export `take()` takes over inputs and resets; `run(cycles)`
 * goes from moment to moment of the schedule until so many edges of the implicit domain are over or a property fails in
 * a lane that is looked at, and returns the number of those edges. Where a property fails, that moment's edges are not
 * taken in any lane.
 */
export function laneEdgeModule(lanes: LanePlan): Uint8Array<ArrayBuffer> {
  const { plan } = lanes;
  const module = new WasmModule();
  const runtime = new Runtime(module);
  const resets = plan.flat.module.domains.map((_, domain) => writeReset(module, lanes, domain));
  const kernels = distinctMasks(plan.schedule).map((mask) => writeMoment(module, runtime, lanes, mask, resets));
  module.table(kernels);
  const run = module.declare([I32], [I32]);
  writeRunLoop(module, run.code, lanes, kernels);
  module.export("take", writeTake(module, runtime, lanes));
  module.export("run", run);
  return module.encode();
}

/** The module whose export `settle()` takes over inputs, evaluates the observed nodes and shows their words. */
export function laneSettleModule(lanes: LanePlan, observed: Iterable<NodeId>): Uint8Array<ArrayBuffer> {
  const { plan, layout } = lanes;
  const module = new WasmModule();
  const runtime = new Runtime(module);
  const actions = [...observed].map((node) => ({ kind: "observe", node }) as const);
  const parts = writeLaneKernel(module, runtime, lanes, laneKernel(plan, layout.lanes, actions));
  const take = writeTake(module, runtime, lanes);
  const settle = module.declare();
  settle.code.call(take);
  for (const part of parts) {
    settle.code.call(part);
    settle.code.op(Op.drop);
  }
  module.export("settle", settle);
  return module.encode();
}

/** () → 1 where a property fails and nothing was changed, else 0. */
function writeMoment(
  module: WasmModule,
  runtime: Runtime,
  lanes: LanePlan,
  domains: number,
  resets: readonly Callable[],
): Callable {
  const callable = module.declare([], [I32]);
  const { code } = callable;
  const { plan, layout } = lanes;
  if (plan.checks.some(({ kind, domain }) => kind !== "cover" && (domains >>> domain) & 1)) {
    code.i32(0);
    code.v128(new Uint8Array(16));
    code.simdAccess(SimdAccess.store128, Control.failures);
  }
  for (const part of writeLaneKernel(module, runtime, lanes, laneEdgeKernel(plan, layout.lanes, domains))) {
    code.call(part);
    code.branch(null, () => {
      code.i32(1);
      code.op(Op.return);
    });
  }
  plan.flat.module.domains.forEach(({ reset }, domain) => {
    const write = resets[domain];
    if (reset !== "none" && write && (domains >>> domain) & 1) code.call(write);
  });
  code.i32(0);
  return callable;
}

/** Apart from the kernels, which V8 can replace by optimised code only when they are called anew. */
function writeRunLoop(module: WasmModule, code: Code, { plan, layout }: LanePlan, kernels: readonly Callable[]): void {
  const { moments } = plan.schedule;
  const [only] = kernels;
  const cycles = 0;
  const [done, moment, periods] = [code.local(I32), code.local(I32), code.local(I32)];
  const [entry, failed] = [code.local(I32), code.local(I32)];
  const add = (local: number, value: () => void): void => {
    code.get(local);
    value();
    code.op(Op.i32Add);
    code.set(local);
  };
  code.loadFrom(Access.load32, Control.moment);
  code.set(moment);
  code.block(null, () => {
    code.loop(() => {
      code.get(done);
      code.get(cycles);
      code.op(Op.i32GeU);
      code.brIf(1);
      code.get(moment);
      code.i32(2);
      code.op(Op.i32Shl);
      code.access(Access.load32, layout.moments);
      code.set(entry);
      if (kernels.length === 1 && only) code.call(only);
      else {
        code.get(entry);
        code.i32(1);
        code.op(Op.i32ShrU);
        code.callIndirect(module.type([], [I32]));
      }
      code.tee(failed);
      code.brIf(1);
      add(done, () => {
        code.get(entry);
        code.i32(1);
        code.op(Op.i32And);
      });
      add(moment, () => code.i32(1));
      code.get(moment);
      code.i32(moments.length);
      code.op(Op.i32Eq);
      code.branch(null, () => {
        code.i32(0);
        code.set(moment);
        add(periods, () => code.i32(1));
      });
      code.br(0);
    });
  });
  code.storeAt(Access.store32, Control.moment, () => code.get(moment));
  code.storeAt(Access.store32, Control.periods, () => code.get(periods));
  code.storeAt(Access.store32, Control.failed, () => code.get(failed));
  code.get(done);
}
