import { isState, type NodeId } from "../../../hdl/netlist/index.ts";
import { type Action, evaluatedOperands, isEvaluated, needs } from "../action.ts";
import { type Item, itemsOf, type Kernel, valuesOf } from "../kernel.ts";
import { leafNodes } from "../lanes/wire-groups.ts";
import type { Plan } from "../plan.ts";
import { partKernel } from "./part-kernel.ts";
import type { PartSizes } from "./part-sizes.ts";
import { type Part, partsOf } from "./parts.ts";

/** A part of a kernel by what is evaluated. */
export interface ActivePart {
  /** By index in the kernel: all of its functions, and those that are called from outside, in this order. */
  readonly functions: readonly number[];
  readonly steps: readonly number[];
  /** Whether it must be over before it is known whether a property failed. */
  readonly early: boolean;
  /** Operations in it. */
  readonly cost: number;
  /** Combinational values that it computes and something outside takes. */
  readonly exported: readonly NodeId[];
}

/** A kernel of which a part is left out where nothing that it takes has changed. */
export interface ActiveKernel extends Kernel {
  readonly parts: readonly ActivePart[];
  /**
   * State that is stored more than once, more than 64 bits at a time, or from a memory: whether it changed is known when
   * all is over.
   */
  readonly compared: ReadonlySet<NodeId>;
}

/** Like `kernelOf`, divided into parts. */
export function activeKernelOf(plan: Plan, actions: readonly Action[], sizes: PartSizes): ActiveKernel {
  const parts = partsOf(plan, actions, sizes);
  const exported = exportedBy(plan, parts, actions);
  const functions: (readonly Item[])[] = [];
  const active: ActivePart[] = [];
  const kept = new Uint8Array(plan.nodes.length);
  for (const part of parts) {
    const own = partKernel(plan, part, exported);
    const first = functions.length;
    for (const items of own.functions) functions.push(items.map((item) => calledFrom(item, first)));
    for (const id of own.kept) kept[id] = 1;
    active.push({
      functions: own.functions.map((_, index) => first + index),
      steps: own.steps.map((step) => first + step),
      early: part.early,
      cost: part.cost,
      exported: part.nodes.filter((id) => exported.has(id)),
    });
  }
  const properties = active.filter(({ early }) => early).reduce((sum, { steps }) => sum + steps.length, 0);
  const steps = active.flatMap((part) => part.steps);
  return { functions, steps, properties, kept, parts: active, compared: comparedLater(plan, functions, active) };
}

/** The nodes whose values are taken by another part, or kept for something outside the kernel. */
function exportedBy(plan: Plan, parts: readonly Part[], actions: readonly Action[]): ReadonlySet<NodeId> {
  const home = new Int32Array(plan.nodes.length).fill(-1);
  parts.forEach(({ nodes }, index) => {
    for (const id of nodes) home[id] = index;
  });
  const exported = new Set<NodeId>();
  parts.forEach((part, index) => {
    const take = (id: NodeId): void => {
      const from = home[id] ?? -1;
      if (from >= 0 && from !== index) exported.add(id);
    };
    for (const id of part.nodes) evaluatedOperands(plan, id).forEach(take);
    for (const action of part.actions) needs(plan, action).forEach(take);
  });
  for (const action of actions)
    if (action.kind === "observe" && isEvaluated(plan, action.node)) exported.add(action.node);
  return exported;
}

function calledFrom(item: Item, first: number): Item {
  if (typeof item === "number") return item;
  if (item.kind === "call") return { ...item, function: first + item.function };
  if (item.kind !== "branch") return item;
  const [taken, untaken] = [item.taken, item.untaken].map((items) => items.map((inner) => calledFrom(inner, first)));
  return { ...item, taken: taken ?? [], untaken: untaken ?? [] };
}

/** State whose change is told from its old value at the end, not from each store. */
function comparedLater(plan: Plan, functions: readonly (readonly Item[])[], parts: readonly ActivePart[]): Set<NodeId> {
  const compared = new Set<NodeId>();
  const storedIn = (items: readonly Item[]): Set<NodeId> => {
    const stored = new Set<NodeId>();
    const add = (id: NodeId): void => {
      if (stored.has(id)) compared.add(id);
      stored.add(id);
    };
    for (const item of items) {
      if (typeof item === "number") continue;
      if (item.kind === "read") compared.add(item.node);
      else if (item.kind === "next") {
        if ((plan.nodes[item.register]?.width ?? 0) > 64) compared.add(item.register);
        add(item.register);
      } else if (item.kind === "call") storedIn(functions[item.function] ?? []).forEach(add);
      else if (item.kind === "branch") new Set([...storedIn(item.taken), ...storedIn(item.untaken)]).forEach(add);
    }
    return stored;
  };
  for (const { steps } of parts) storedIn(steps.map((step): Item => ({ kind: "call", function: step })));
  return compared;
}

/** The parts that take something, ascending. */
type PartsThatRead<T> = ReadonlyMap<T, readonly number[]>;

/**
 * Who takes what. Parts of all kernels are numbered one kernel after the other; groups of lanes, which sleep like parts,
 * come after them.
 */
export interface Readers {
  /** State, inputs and values in lanes; registers in lanes only where scalar code takes them. */
  readonly stored: PartsThatRead<NodeId>;
  /** By kernel: combinational values of another of its parts. */
  readonly exported: readonly PartsThatRead<NodeId>[];
  /** Memories, by index, whose words are read in the same cycle. */
  readonly memories: PartsThatRead<number>;
  /** By group of lanes: the groups that take registers of it. */
  readonly groups: readonly (readonly number[])[];
}

/** `firstGroup` is the number of the first group of lanes. */
export function readersOf(plan: Plan, kernels: readonly (ActiveKernel | undefined)[], firstGroup: number): Readers {
  const stored = new Map<NodeId, number[]>();
  const memories = new Map<number, number[]>();
  let part = -1;
  const add = <T>(to: Map<T, number[]>, key: T): void => {
    const parts = to.get(key);
    if (!parts) to.set(key, [part]);
    else if (parts.at(-1) !== part) parts.push(part);
  };
  const exported = kernels.map((kernel) => {
    const taken = new Map<NodeId, number[]>();
    const all = new Set(kernel?.parts.flatMap((one) => one.exported));
    for (const { functions, exported: own } of kernel?.parts ?? []) {
      part++;
      const isOwn = new Set(own);
      for (const index of functions)
        itemsOf(kernel?.functions[index] ?? [], (item) => {
          for (const id of valuesOf(plan, item)) {
            if ((plan.layout.addresses[id] ?? -1) >= 0) add(stored, id);
            else if (all.has(id) && !isOwn.has(id)) add(taken, id);
          }
          const node = typeof item === "number" ? plan.nodes[item] : undefined;
          if (node?.kind === "memRead" && !isState(node)) add(memories, node.memory);
        });
    }
    return taken;
  });
  const { groups } = plan.lanes;
  const groupOf = new Map(
    groups.flatMap(({ group }, at) =>
      group.roots.flatMap(({ members }) => [...members].map((id) => [id, at] as const)),
    ),
  );
  const between = groups.map(() => new Set<number>());
  groups.forEach(({ group }, at) => {
    part = firstGroup + at;
    for (const id of leafNodes(group)) {
      const from = groupOf.get(id);
      if (from !== undefined) between[from]?.add(part);
      else if ((plan.layout.addresses[id] ?? -1) >= 0) add(stored, id);
      else if (isEvaluated(plan, id) && group.domain !== null) add(exported[group.domain] ?? new Map(), id);
    }
  });
  return { stored, exported, memories, groups: between.map((parts) => [...parts].sort((a, b) => a - b)) };
}
