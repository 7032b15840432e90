import type { Module, NodeId } from "./design.ts";
import { elementCount } from "./element.ts";

/** The shape of one input of an instance array: what drives element e, as a rule rather than a list. */
export type Gather =
  /** Every element takes the same node. */
  | { readonly kind: "broadcast"; readonly node: NodeId }
  /**
   * Each element takes output `port` (an index into the definition's ports) of that element of `instance`, an array of
   * the same dims, whose coordinate along `axis` is greater by `offset`; −1 is the neighbour with the lower coordinate.
   * Elements without such a neighbour are listed in `boundary`, ascending, with the node that drives them instead.
   */
  | {
      readonly kind: "shift";
      readonly instance: number;
      readonly port: number;
      readonly axis: number;
      readonly offset: number;
      readonly boundary: readonly { readonly element: number; readonly node: NodeId }[];
    }
  /** Element e takes output `port` of element `sources[e]` of `instance`; no source is taken twice. */
  | {
      readonly kind: "permutation";
      readonly instance: number;
      readonly port: number;
      readonly sources: readonly number[];
    }
  | { readonly kind: "general" };

/** The most rules tried for one gather: an array with more kinds of neighbours than this is called general. */
const mostCandidates = 8;

/** Classifies input `input` (an index into `Instance.inputs`) of instance array `index` of a module. */
export function classifyGather(module: Module, index: number, input: number): Gather {
  const instance = module.instances[index];
  const gather = instance?.inputs[input] ?? [];
  const [first] = gather;
  if (!instance || first === undefined) return { kind: "general" };
  if (gather.every((node) => node === first)) return { kind: "broadcast", node: first };
  return asShift(module, instance.dims, gather) ?? asPermutation(module, gather) ?? { kind: "general" };
}

interface Rule {
  readonly instance: number;
  readonly port: number;
  readonly axis: number;
  readonly offset: number;
}

function asShift(module: Module, dims: readonly number[], gather: readonly NodeId[]): Gather | null {
  const strides = stridesOf(dims);
  const sameDims = module.instances.map((other) => other.dims.join() === dims.join());
  const votes = new Map<string, { readonly rule: Rule; count: number }>();
  gather.forEach((id, element) => {
    const node = module.nodes[id];
    if (node?.kind !== "instOut" || !sameDims[node.instance]) return;
    const step = stepBetween(dims, strides, element, node.element);
    if (!step) return;
    const rule = { instance: node.instance, port: node.port, ...step };
    const key = `${rule.instance} ${rule.port} ${rule.axis} ${rule.offset}`;
    const vote = votes.get(key);
    if (vote) vote.count++;
    else votes.set(key, { rule, count: 1 });
  });
  const best = [...votes.values()].sort((a, b) => b.count - a.count).slice(0, mostCandidates);
  for (const { rule } of best) {
    const boundary = boundaryOf(module, dims, strides, gather, rule);
    if (boundary) return { kind: "shift", ...rule, boundary };
  }
  return null;
}

/** The elements that the rule cannot serve; null if it does not hold for one that it can. */
function boundaryOf(
  module: Module,
  dims: readonly number[],
  strides: readonly number[],
  gather: readonly NodeId[],
  { instance, port, axis, offset }: Rule,
): { element: number; node: NodeId }[] | null {
  const stride = strides[axis] ?? 1;
  const size = dims[axis] ?? 1;
  const boundary: { element: number; node: NodeId }[] = [];
  for (const [element, id] of gather.entries()) {
    const coordinate = (Math.floor(element / stride) % size) + offset;
    if (coordinate < 0 || coordinate >= size) {
      boundary.push({ element, node: id });
      continue;
    }
    const node = module.nodes[id];
    if (node?.kind !== "instOut" || node.instance !== instance || node.port !== port) return null;
    if (node.element !== element + offset * stride) return null;
  }
  return boundary;
}

/** The axis and offset that lead from one element to another, if they differ in at most one coordinate. */
function stepBetween(
  dims: readonly number[],
  strides: readonly number[],
  from: number,
  to: number,
): { axis: number; offset: number } | null {
  let step = { axis: Math.max(dims.length - 1, 0), offset: 0 };
  for (const [axis, size] of dims.entries()) {
    const stride = strides[axis] ?? 1;
    const offset = (Math.floor(to / stride) % size) - (Math.floor(from / stride) % size);
    if (offset === 0) continue;
    if (step.offset !== 0) return null;
    step = { axis, offset };
  }
  return step;
}

function stridesOf(dims: readonly number[]): number[] {
  return dims.map((_, axis) => elementCount(dims.slice(axis + 1)));
}

function asPermutation(module: Module, gather: readonly NodeId[]): Gather | null {
  const sources: number[] = [];
  const [first] = gather;
  const model = module.nodes[first ?? -1];
  if (model?.kind !== "instOut") return null;
  for (const id of gather) {
    const node = module.nodes[id];
    if (node?.kind !== "instOut" || node.instance !== model.instance || node.port !== model.port) return null;
    sources.push(node.element);
  }
  if (new Set(sources).size !== sources.length) return null;
  return { kind: "permutation", instance: model.instance, port: model.port, sources };
}
