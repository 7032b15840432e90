import { type Action, edgeActions, kernelOf } from "../plan/kernel.ts";
import { Control } from "../plan/layout.ts";
import type { Plan } from "../plan/plan.ts";
import type { Callable, Code } from "./code.ts";
import { copyBytes } from "./copy-bytes.ts";
import { failureGlobal, writeKernel } from "./kernel-functions.ts";
import { neededByLanes } from "./lanes/chunk-addresses.ts";
import { writeLanes } from "./lanes/lane-functions.ts";
import { Access, I32, I64, Op } from "./opcodes.ts";
import { Runtime } from "./runtime.ts";
import { WasmModule } from "./wasm-module.ts";
import { writeCommits } from "./write-commit.ts";

/** The bit of an entry in the table of moments that says that the implicit domain has an edge. The rest is its kernel. */
const implicitEdge = 1;

/** The domains that have an edge together in some moment, each set once. */
function distinctMasks({ schedule }: Plan): number[] {
  return [...new Set(schedule.moments.map(({ domains }) => domains))];
}

/** The table of moments that the run loop walks, one u32 each. */
export function momentTable(plan: Plan): Uint32Array {
  const masks = distinctMasks(plan);
  return Uint32Array.from(
    plan.schedule.moments,
    ({ domains }) => ((masks.indexOf(domains) << 1) | (domains & 1 ? implicitEdge : 0)) >>> 0,
  );
}

/**
 * The module that takes edges. Its export `run(cycles)` goes from moment to moment of the schedule until so many edges
 * of the implicit domain are over or a property fails, and returns the number of those edges; the rank of the property,
 * or −1, is at `Control.failure`.
 *
 * A moment's kernel evaluates what the edge samples into the next banks, stops there if a property fails, and otherwise
 * updates the registers in lanes, writes memories and copies the banks over. Between edges both banks of every domain are
 * the same but for registers in lanes, which are in place.
 */
export function edgeModule(plan: Plan): Uint8Array<ArrayBuffer> {
  const module = new WasmModule();
  module.global(-1);
  const runtime = new Runtime(module);
  const masks = distinctMasks(plan);
  const commits = writeCommits(module, runtime, plan);
  const samples = plan.flat.module.domains.map((_, domain) =>
    masks.some((mask) => (mask >>> domain) & 1)
      ? writeKernel(module, runtime, plan, kernelOf(plan, samplesOf(plan, domain)))
      : [],
  );
  const kernels = masks.map((mask) => writeMoment({ module, runtime, plan, samples, commits }, mask));
  module.table(kernels);
  const run = module.declare([I32], [I32]);
  writeRunLoop(module, run.code, plan, kernels);
  module.export("run", run);
  return module.encode();
}

/** What an edge of a domain samples one by one, with what its registers in lanes need of that. */
function samplesOf(plan: Plan, domain: number): Action[] {
  const kept = neededByLanes(plan, domain).map((node) => ({ kind: "observe", node }) as const);
  return [...edgeActions(plan, domain), ...kept];
}

interface Parts {
  readonly module: WasmModule;
  readonly runtime: Runtime;
  readonly plan: Plan;
  /** By domain. */
  readonly samples: readonly (readonly Callable[])[];
  readonly commits: readonly Callable[];
}

/** (asserted resets) → rank of the property that failed, or −1. */
function writeMoment({ module, runtime, plan, samples, commits }: Parts, mask: number): Callable {
  const callable = module.declare([I32], [I32]);
  const { code } = callable;
  const failed = code.local(I32);
  const { layout, flat } = plan;
  const domains = flat.module.domains.flatMap((domain, index) => {
    const bank = layout.banks[index];
    return bank && (mask >>> index) & 1 ? [{ index, bank, hasReset: domain.reset !== "none" }] : [];
  });
  code.i32(-1);
  code.set(failed);
  for (const { index, bank, hasReset } of domains) {
    code.i32(-1);
    code.setGlobal(failureGlobal);
    for (const part of samples[index] ?? []) code.call(part);
    const note = (): void => {
      const own = code.local(I32);
      code.getGlobal(failureGlobal);
      code.tee(own);
      code.get(failed);
      code.get(own);
      code.get(failed);
      code.op(Op.i32LtU, Op.select);
      code.set(failed);
    };
    if (!hasReset) {
      note();
      continue;
    }
    code.get(0);
    code.i32(2 ** index);
    code.op(Op.i32And);
    // Under reset registers take their initial value and properties are not sampled.
    code.branch(
      null,
      () => {
        if (bank.bytes === 0) return;
        for (const value of [bank.next, bank.resetMask, bank.resetValue, bank.bytes / 4]) code.i32(value);
        code.call(runtime.get("applyInit"));
        copyBytes(code, bank.next + bank.covers, bank.current + bank.covers, bank.bytes - bank.covers);
      },
      note,
    );
  }
  code.get(failed);
  code.i32(-1);
  code.op(Op.i32Ne);
  code.branch(null, () => {
    for (const { bank } of domains) copyBytes(code, bank.next, bank.current, bank.bytes);
    code.i32(layout.pending.address);
    code.i32(0);
    code.i32(layout.pending.bytes);
    code.memoryFill();
    code.get(failed);
    code.op(Op.return);
  });
  for (const lanes of writeLanes(module, plan, mask)) code.call(lanes);
  for (const commit of commits) code.call(commit);
  for (const { bank } of domains) copyBytes(code, bank.current, bank.next, bank.bytes);
  for (const { index, bank, hasReset } of domains) {
    if (!hasReset || bank.total === bank.bytes) continue;
    code.get(0);
    code.i32(2 ** index);
    code.op(Op.i32And);
    code.branch(null, () => {
      const { current, bytes } = bank;
      for (const start of [current, bank.resetMask, bank.resetValue]) code.i32(start + bytes);
      code.i32((bank.total - bytes) / 4);
      code.call(runtime.get("applyInit"));
    });
  }
  code.i32(-1);
  return callable;
}

/** Apart from the kernels, which V8 can replace by optimised code only when they are called anew. */
function writeRunLoop(module: WasmModule, code: Code, plan: Plan, kernels: readonly Callable[]): void {
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
