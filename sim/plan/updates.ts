import type { NodeId } from "../../hdl/netlist/index.ts";
import { storedBy } from "./action.ts";
import { type Item, itemsOf, type Kernel, valuesOf } from "./kernel.ts";
import type { Plan } from "./plan.ts";

/** How a kernel changes the state of its domain. */
export interface Updates {
  /** State whose new value goes to the next bank first, because something still to come reads the old one. */
  readonly late: ReadonlySet<NodeId>;
  /** By function: state that it stores in place before it is through with the old value. */
  readonly held: readonly ReadonlySet<NodeId>[];
}

/**
 * Decides for all state that a kernel stores whether it can be in place. What is in `read` is looked at from outside
 * after the kernel has run.
 */
export function updatesOf(plan: Plan, kernel: Kernel, read: ReadonlySet<NodeId>): Updates {
  const { nodes } = plan;
  /** In the order of execution: each item's function, and where the last of the values that it takes may be taken. */
  const items: { readonly item: Item; readonly home: number }[] = [];
  const run = (index: number): void => {
    itemsOf(kernel.functions[index] ?? [], (item) => {
      items.push({ item, home: index });
      if (typeof item !== "number" && item.kind === "call") run(item.function);
    });
  };
  kernel.steps.forEach(run);

  const uses = new Int32Array(nodes.length);
  const lastUser = new Int32Array(nodes.length).fill(-1);
  items.forEach(({ item }, at) => {
    for (const id of valuesOf(plan, item)) {
      uses[id] = (uses[id] ?? 0) + 1;
      lastUser[id] = at;
    }
  });
  // A value that is used once is computed where it is used.
  const taken = Int32Array.from(items, (_, at) => at);
  for (let at = items.length - 1; at >= 0; at--) {
    const item = items[at]?.item;
    if (typeof item !== "number" || uses[item] !== 1 || kernel.kept[item] === 1) continue;
    const user = lastUser[item] ?? -1;
    if (user > at) taken[at] = taken[user] ?? at;
  }

  /** By state that is stored: where first, and in which functions. */
  const stored = new Map<NodeId, { first: number; homes: Set<number> }>();
  items.forEach(({ item, home }, at) => {
    const id = typeof item === "number" ? -1 : storedAt(plan, item);
    if (id < 0) return;
    const known = stored.get(id);
    if (known) known.homes.add(home);
    else stored.set(id, { first: at, homes: new Set([home]) });
  });
  const late = new Set<NodeId>();
  const held = kernel.functions.map(() => new Set<NodeId>());
  for (const id of stored.keys()) if (read.has(id)) late.add(id);
  items.forEach(({ item, home }, at) => {
    for (const id of valuesOf(plan, item)) {
      const store = stored.get(id);
      if (!store || (taken[at] ?? at) <= store.first) continue;
      const isOne = store.homes.size === 1 && store.homes.has(home);
      if (isOne && (nodes[id]?.width ?? 65) <= 64) held[home]?.add(id);
      else late.add(id);
    }
  });
  return { late, held };
}

function storedAt(plan: Plan, item: Exclude<Item, NodeId>): NodeId {
  return item.kind === "branch" || item.kind === "call" || item.kind === "stop" ? -1 : storedBy(plan, item);
}

/** All state that a kernel reads. */
export function stateReadBy(plan: Plan, kernel: Kernel): ReadonlySet<NodeId> {
  const read = new Set<NodeId>();
  for (const items of kernel.functions)
    itemsOf(items, (item) => {
      for (const id of valuesOf(plan, item)) if ((plan.layout.addresses[id] ?? -1) >= 0) read.add(id);
    });
  return read;
}
