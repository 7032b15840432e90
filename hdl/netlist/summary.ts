import { type Components, components } from "./components.ts";
import { type Design, isState, type Module, type NodeId, operands, type Port } from "./design.ts";

/** What passes through a definition within one cycle, word by word. See `bit-summary.ts` for bits. */
export interface Summary {
  /**
   * For each port (by index into `Module.ports`) the input ports, ascending, that it depends on in the same cycle; empty
   * for input ports. Word by word, so it may name an input whose bits cannot in fact reach the output.
   */
  readonly through: readonly (readonly number[])[];
  /** No output depends on an input in the same cycle: the definition's elements may be evaluated in any order. */
  readonly registered: boolean;
}

const none: readonly NodeId[] = [];

/** For each port of a module its place among the inputs (the index into `Instance.inputs`), −1 for outputs. */
export function inputOrder(ports: readonly Port[]): number[] {
  let inputs = 0;
  return ports.map((port) => (port.direction === "in" ? inputs++ : -1));
}

/**
 * Lists the nodes that a node's value depends on in the same cycle, word by word: operands of combinational nodes, none
 * for state, and for an instance's output whatever drives the inputs that reach it, by `summaries` of lower modules.
 */
export function dependencies(
  design: Design,
  module: Module,
  summaries: readonly Summary[],
): (node: NodeId) => readonly NodeId[] {
  const orders = module.instances.map((instance) => inputOrder(design.modules[instance.definition]?.ports ?? []));
  return (id) => {
    const node = module.nodes[id];
    if (!node || isState(node)) return none;
    if (node.kind !== "instOut") return operands(node);
    const instance = module.instances[node.instance];
    const through = instance && summaries[instance.definition]?.through[node.port];
    if (!through || through.length === 0) return none;
    const order = orders[node.instance];
    return through.flatMap((port) => instance.inputs[order?.[port] ?? -1]?.[node.element] ?? []);
  };
}

/** A module's `dependencies`, and its nodes put in order by them. */
export interface WordGraph {
  readonly follow: (node: NodeId) => readonly NodeId[];
  readonly components: Components;
}

export function wordGraph(design: Design, module: Module, summaries: readonly Summary[]): WordGraph {
  const follow = dependencies(design, module, summaries);
  return { follow, components: components(module.nodes.length, follow) };
}

/** The summary of a module, from its graph. Linear for modules with few inputs. */
export function summarise(module: Module, { follow, components }: WordGraph): Summary {
  const { count, members, starts } = components;
  // Sets of input ports as bit masks: one for each node, filled operands first.
  const reach: bigint[] = new Array(module.nodes.length).fill(0n);
  for (let c = 0; c < count; c++) {
    let mask = 0n;
    const from = starts[c] ?? 0;
    const to = starts[c + 1] ?? 0;
    for (let at = from; at < to; at++) {
      const id = members[at] ?? -1;
      const node = module.nodes[id];
      if (node?.kind === "input") mask |= 1n << BigInt(node.port);
      else for (const operand of follow(id)) mask |= reach[operand] ?? 0n;
    }
    if (mask !== 0n) for (let at = from; at < to; at++) reach[members[at] ?? -1] = mask;
  }

  const through = module.ports.map((port) => (port.direction === "in" ? [] : bitsOf(reach[port.node] ?? 0n)));
  return { through, registered: through.every((inputs) => inputs.length === 0) };
}

/** The summaries of all modules of a design, by module index. */
export function summariesOf(design: Design): readonly Summary[] {
  const summaries: Summary[] = [];
  for (const module of design.modules) summaries.push(summarise(module, wordGraph(design, module, summaries)));
  return summaries;
}

/** The positions of the ones of a mask, ascending. */
export function bitsOf(mask: bigint): number[] {
  const digits = mask.toString(2);
  const found: number[] = [];
  for (let at = digits.lastIndexOf("1"); at >= 0; at = digits.lastIndexOf("1", at - 1)) {
    found.push(digits.length - 1 - at);
    if (at === 0) break;
  }
  return found;
}
