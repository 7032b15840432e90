import type { NodeId } from "../../hdl/netlist/index.ts";
import { edgeActions, needs } from "../plan/action.ts";
import type { PartSizes } from "../plan/activity/part-sizes.ts";
import { type Kernel, kernelOf } from "../plan/kernel.ts";
import { leafNodes } from "../plan/lanes/wire-groups.ts";
import type { Bank } from "../plan/layout.ts";
import type { Plan } from "../plan/plan.ts";
import { slotBytes } from "../plan/slots.ts";
import { stateReadBy, updatesOf } from "../plan/updates.ts";
import { ActiveEdges } from "./activity/active-edges.ts";
import type { Callable, Code } from "./code.ts";
import { copyBytes } from "./copy-bytes.ts";
import { failureGlobal, writeKernel } from "./kernel-functions.ts";
import { readByLanes } from "./lanes/chunk-addresses.ts";
import { writeLanes } from "./lanes/lane-functions.ts";
import { writeWires } from "./lanes/wire-functions.ts";
import { I32, Op } from "./opcodes.ts";
import { distinctMasks, writeRunLoop } from "./run-loop.ts";
import { Runtime } from "./runtime.ts";
import { sampledActions } from "./sampled-actions.ts";
import { WasmModule } from "./wasm-module.ts";
import { writeCommits } from "./write-commit.ts";

/**
 * The module that takes edges. Its export `run(cycles)` goes from moment to moment of the schedule until so many edges
 * of the implicit domain are over or a property fails, and returns the number of those edges; the rank of the property,
 * or −1, is at `Control.failure`.
 *
 * A moment's kernel first evaluates properties, and stops there if one fails. Then it changes state, in place where
 * nothing reads the old value after that; what is late goes to the next bank and is copied when registers in lanes have
 * been updated too. Between edges both banks of every domain are the same where it matters. `sizes` says how the kernel is
 * divided into parts that sleep while nothing changes for them, null that it is not.
 */
export function edgeModule(plan: Plan, sizes: PartSizes | null = plan.activity): Uint8Array<ArrayBuffer> {
  const module = new WasmModule();
  const { homes, activity } = plan.layout;
  const constants = [homes, ...(activity?.homes ?? [])].map((own) => own.begin("edges"));
  module.global(-1);
  const runtime = new Runtime(module);
  const masks = distinctMasks(plan.schedule);
  const active = activeEdges(module, runtime, plan, { masks, sizes });
  const commits = writeCommits(module, runtime, plan, active?.commitWakes);
  const samples = samplesOf(module, runtime, plan, { masks, active });
  const kernels = masks.map((mask) => writeMoment({ module, runtime, plan, samples, commits, active }, mask));
  module.table(kernels);
  const run = module.declare([I32], [I32]);
  active?.writeBegin(run.code);
  writeRunLoop(module, run.code, plan, kernels);
  module.export("run", run);
  for (const { address, bytes } of constants.flat()) module.data(address, bytes);
  return module.encode();
}

/** What an edge of one domain does but for registers in lanes. */
interface Sample {
  /** Called in order; when all are over it is known whether a property failed. */
  readonly properties: readonly Callable[];
  readonly rest: readonly Callable[];
  /** Brings state from the next bank. */
  readonly writeLate: (code: Code) => void;
}

/** Edges in parts that sleep, where kernels are divided. */
function activeEdges(
  module: WasmModule,
  runtime: Runtime,
  plan: Plan,
  { masks, sizes }: { readonly masks: readonly number[]; readonly sizes: PartSizes | null },
): ActiveEdges | null {
  const { activity: cells } = plan.layout;
  if (!sizes || !cells) return null;
  return new ActiveEdges(module, runtime, plan, { cells, sizes, actions: sampledActions(plan, masks) });
}

/** By domain. */
function samplesOf(
  module: WasmModule,
  runtime: Runtime,
  plan: Plan,
  { masks, active }: { readonly masks: readonly number[]; readonly active: ActiveEdges | null },
): (Sample | undefined)[] {
  const apart = masks.some((mask) => (mask & (mask - 1)) !== 0);
  const kernels: readonly (Kernel | undefined)[] =
    active?.kernels ?? sampledActions(plan, masks).map((actions) => actions && kernelOf(plan, actions, apart));
  const byLanes = readByLanes(plan);
  const reads = kernels.map((kernel) => (kernel ? stateReadBy(plan, kernel) : []));
  return kernels.map((kernel, domain) => {
    if (!kernel) return undefined;
    const read = new Set([...byLanes, ...(active?.kernels[domain]?.compared ?? [])]);
    // Domains that have an edge together read each other's old state.
    reads.forEach((own, other) => {
      if (other !== domain && masks.some((mask) => (mask >>> domain) & (mask >>> other) & 1))
        for (const id of own) read.add(id);
    });
    const updates = updatesOf(plan, kernel, read);
    if (active) {
      const { properties, rest, late } = active.writeSample(domain, updates);
      const writeLate = (code: Code): void => {
        for (const step of late) code.call(step);
      };
      return { properties, rest, writeLate };
    }
    const steps = writeKernel(module, runtime, plan, kernel, updates);
    const { properties } = kernel;
    const bank = plan.layout.banks[domain];
    const writeLate = (code: Code): void => {
      if (bank) copyLate(code, plan, bank, [...updates.late]);
    };
    return { properties: steps.slice(0, properties), rest: steps.slice(properties), writeLate };
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
  readonly active: ActiveEdges | null;
}

/** (asserted resets) → rank of the property that failed, or −1. */
function writeMoment({ module, runtime, plan, samples, commits, active }: Parts, mask: number): Callable {
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
  active?.writeBefore(
    code,
    domains.map(({ index }) => index),
  );
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
  const checked = domains.filter(({ sample }) => sample.properties.length > 0);
  if (checked.length > 0) {
    code.i32(-1);
    code.set(failed);
    for (const { index, sample, hasReset } of checked) {
      code.i32(-1);
      code.setGlobal(failureGlobal);
      for (const step of sample.properties) code.call(step);
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
      active?.writeWakeLater(code);
      code.get(failed);
      code.op(Op.return);
    });
  }
  for (const { sample } of domains) for (const step of sample.rest) code.call(step);
  for (const { index, bank } of covering)
    underReset(index, () =>
      copyBytes(code, bank.current + bank.covers, bank.next + bank.covers, bank.bytes - bank.covers),
    );
  for (const lanes of writeLanes(module, plan, mask, active?.lanes)) code.call(lanes);
  for (const commit of commits) code.call(commit);
  for (const { sample } of domains) sample.writeLate(code);
  for (const { index, bank, hasReset } of domains) {
    if (!hasReset || bank.total === 0) continue;
    // Under reset registers take their initial value.
    underReset(index, () => {
      for (const value of [bank.current, bank.resetMask, bank.resetValue, bank.total / 4]) code.i32(value);
      code.call(runtime.get("applyInit"));
      copyBytes(code, bank.next, bank.current, bank.total);
    });
  }
  if (active && flat.module.domains.some(({ reset }) => reset !== "none")) {
    code.get(0);
    code.branch(null, () => active.writeWakeAll(code));
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
