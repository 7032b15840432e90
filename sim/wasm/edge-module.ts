import type { NodeId } from "../../hdl/netlist/index.ts";
import { edgeActions, needs } from "../plan/action.ts";
import { kernelOf } from "../plan/kernel.ts";
import { leafNodes } from "../plan/lanes/wire-groups.ts";
import { type Bank, Control } from "../plan/layout.ts";
import type { Plan } from "../plan/plan.ts";
import { slotBytes } from "../plan/slots.ts";
import { stateReadBy, updatesOf } from "../plan/updates.ts";
import type { Schedule } from "../schedule.ts";
import type { Callable, Code } from "./code.ts";
import { copyBytes } from "./copy-bytes.ts";
import { failureGlobal, writeKernel } from "./kernel-functions.ts";
import { neededByLanes, readByLanes } from "./lanes/chunk-addresses.ts";
import { writeLanes } from "./lanes/lane-functions.ts";
import { writeWires } from "./lanes/wire-functions.ts";
import { Access, I32, I64, Op } from "./opcodes.ts";
import { Runtime } from "./runtime.ts";
import { WasmModule } from "./wasm-module.ts";
import { writeCommits } from "./write-commit.ts";

/** The bit of an entry in the table of moments that says that the implicit domain has an edge. The rest is its kernel. */
const implicitEdge = 1;

/** The domains that have an edge together in some moment, each set once. */
function distinctMasks({ moments }: Schedule): number[] {
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

/**
 * The module that takes edges. Its export `run(cycles)` goes from moment to moment of the schedule until so many edges
 * of the implicit domain are over or a property fails, and returns the number of those edges; the rank of the property,
 * or −1, is at `Control.failure`.
 *
 * A moment's kernel first evaluates properties, and stops there if one fails. Then it changes state, in place where
 * nothing reads the old value after that; what is late goes to the next bank and is copied when registers in lanes have
 * been updated too. Between edges both banks of every domain are the same where it matters.
 */
export function edgeModule(plan: Plan): Uint8Array<ArrayBuffer> {
  const module = new WasmModule();
  const constants = plan.layout.homes.begin("edges");
  module.global(-1);
  const runtime = new Runtime(module);
  const masks = distinctMasks(plan.schedule);
  const commits = writeCommits(module, runtime, plan);
  const samples = samplesOf(module, runtime, plan, masks);
  const kernels = masks.map((mask) => writeMoment({ module, runtime, plan, samples, commits }, mask));
  module.table(kernels);
  const run = module.declare([I32], [I32]);
  writeRunLoop(module, run.code, plan, kernels);
  module.export("run", run);
  for (const { address, bytes } of constants) module.data(address, bytes);
  return module.encode();
}

/** What an edge of one domain does but for registers in lanes. */
interface Sample {
  /** Called in order; after so many it is known whether a property failed. */
  readonly steps: readonly Callable[];
  readonly properties: number;
  /** State whose new value is in the next bank. */
  readonly late: readonly NodeId[];
}

/** By domain. */
function samplesOf(module: WasmModule, runtime: Runtime, plan: Plan, masks: readonly number[]): (Sample | undefined)[] {
  const apart = masks.some((mask) => (mask & (mask - 1)) !== 0);
  const kernels = plan.flat.module.domains.map((_, domain) => {
    if (!masks.some((mask) => (mask >>> domain) & 1)) return undefined;
    const groups = plan.lanes.groups.map(({ group }) => group).filter((group) => group.domain === domain);
    const kept = neededByLanes(plan, groups).map((node) => ({ kind: "observe", node }) as const);
    return kernelOf(plan, [...edgeActions(plan, domain), ...kept], apart);
  });
  const byLanes = readByLanes(plan);
  const reads = kernels.map((kernel) => (kernel ? stateReadBy(plan, kernel) : []));
  return kernels.map((kernel, domain) => {
    if (!kernel) return undefined;
    const read = new Set(byLanes);
    // Domains that have an edge together read each other's old state.
    reads.forEach((own, other) => {
      if (other !== domain && masks.some((mask) => (mask >>> domain) & (mask >>> other) & 1))
        for (const id of own) read.add(id);
    });
    const updates = updatesOf(plan, kernel, read);
    const steps = writeKernel(module, runtime, plan, kernel, updates);
    return { steps, properties: kernel.properties, late: [...updates.late] };
  });
}

/** The nodes whose values domains that have an edge together take. */
function neededAt(plan: Plan, mask: number): NodeId[] {
  const scalar = plan.flat.module.domains.flatMap((_, domain) =>
    (mask >>> domain) & 1 ? edgeActions(plan, domain).flatMap((action) => needs(plan, action)) : [],
  );
  const lanes = plan.lanes.groups.flatMap(({ group }) =>
    group.domain !== null && (mask >>> group.domain) & 1 ? leafNodes(group) : [],
  );
  return [...scalar, ...lanes];
}

interface Parts {
  readonly module: WasmModule;
  readonly runtime: Runtime;
  readonly plan: Plan;
  readonly samples: readonly (Sample | undefined)[];
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
    const sample = samples[index];
    return bank && sample && (mask >>> index) & 1 ? [{ index, bank, sample, hasReset: domain.reset !== "none" }] : [];
  });
  for (const wires of writeWires(module, runtime, plan, neededAt(plan, mask))) code.call(wires);
  const underReset = (index: number, then: () => void, otherwise?: () => void): void => {
    code.get(0);
    code.i32(2 ** index);
    code.op(Op.i32And);
    code.branch(null, then, otherwise);
  };
  const covering = domains.filter(({ bank, hasReset }) => hasReset && bank.bytes > bank.covers);
  for (const { index, bank } of covering)
    underReset(index, () =>
      copyBytes(code, bank.next + bank.covers, bank.current + bank.covers, bank.bytes - bank.covers),
    );
  const checked = domains.filter(({ sample }) => sample.properties > 0);
  if (checked.length > 0) {
    code.i32(-1);
    code.set(failed);
    for (const { index, sample, hasReset } of checked) {
      code.i32(-1);
      code.setGlobal(failureGlobal);
      for (const step of sample.steps.slice(0, sample.properties)) code.call(step);
      const note = (): void => {
        code.getGlobal(failureGlobal);
        code.get(failed);
        code.getGlobal(failureGlobal);
        code.get(failed);
        code.op(Op.i32LtU, Op.select);
        code.set(failed);
      };
      // Under reset properties are not sampled.
      if (hasReset) underReset(index, () => {}, note);
      else note();
    }
    code.get(failed);
    code.i32(-1);
    code.op(Op.i32Ne);
    code.branch(null, () => {
      code.get(failed);
      code.op(Op.return);
    });
  }
  for (const { sample } of domains) for (const step of sample.steps.slice(sample.properties)) code.call(step);
  for (const { index, bank } of covering)
    underReset(index, () =>
      copyBytes(code, bank.current + bank.covers, bank.next + bank.covers, bank.bytes - bank.covers),
    );
  for (const lanes of writeLanes(module, plan, mask)) code.call(lanes);
  for (const commit of commits) code.call(commit);
  for (const { bank, sample } of domains) copyLate(code, plan, bank, sample.late);
  for (const { index, bank, hasReset } of domains) {
    if (!hasReset || bank.total === 0) continue;
    // Under reset registers take their initial value.
    underReset(index, () => {
      for (const value of [bank.current, bank.resetMask, bank.resetValue, bank.total / 4]) code.i32(value);
      code.call(runtime.get("applyInit"));
      copyBytes(code, bank.next, bank.current, bank.total);
    });
  }
  code.i32(-1);
  return callable;
}

/** Copies state that is late from the next bank, neighbours together. */
function copyLate(code: Code, { nodes, layout }: Plan, bank: Bank, late: readonly NodeId[]): void {
  const slots = late
    .map((id) => ({ address: layout.addresses[id] ?? 0, bytes: slotBytes(nodes[id]?.width ?? 0) }))
    .sort((a, b) => a.address - b.address);
  let run = { address: -1, bytes: 0 };
  const copy = (): void => {
    const next = run.address - bank.current + bank.next;
    copyBytes(code, run.address, next, run.bytes);
  };
  for (const { address, bytes } of slots) {
    if (address === run.address + run.bytes) run.bytes += bytes;
    else {
      copy();
      run = { address, bytes };
    }
  }
  copy();
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
