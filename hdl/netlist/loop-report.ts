import type { BitGraph } from "./bit-graph.ts";
import type { BitSummary } from "./bit-summary.ts";
import type { Design, InstOutNode, Module, NodeId, Port } from "./design.ts";
import { elementName } from "./element.ts";
import { formatLine, nameOf, sourceOf } from "./label.ts";
import { bitsOf, inputOrder } from "./summary.ts";

interface Step {
  readonly node: NodeId;
  readonly text: string;
  /** The text without its place, for closing the circle. */
  readonly short: string;
  readonly rank: "signal" | "instance" | "anonymous";
}

/**
 * `a[0] (blk.ts:12) -> sum[0] (blk.ts:14) -> through instance u1 (Adder) from x to y (blk.ts:20) -> a[0]`, in the
 * direction of the data. `cycle` lists vertices, each depending on the next. Nodes without a name are left out where
 * anything else is on the way; runs of bits of one word, such as a carry chain, show their ends.
 */
export function describeLoop(
  design: Design,
  module: Module,
  graph: BitGraph,
  cycle: readonly number[],
  summaryOf: (definition: number) => BitSummary,
): string {
  const bits = cycle
    .map((vertex) => ({ node: graph.nodeOf(vertex), bit: graph.bitOf(vertex) }))
    .filter(({ node, bit }) => bit < (module.nodes[node]?.width ?? 0))
    .reverse();

  const all = bits.flatMap(({ node, bit }, at): Step[] => {
    const before = bits[(at + bits.length - 1) % bits.length];
    const target = module.nodes[node];
    const steps: Step[] = [];
    if (target?.kind === "instOut" && before)
      steps.push(throughInstance(design, module, target, node, bit, before, summaryOf));
    const name = nameOf(module, node);
    if (name) {
      const short = indexed(name.name, target?.width ?? 1, bit);
      steps.push({
        node,
        short,
        text: `${short} (${formatLine(name.source ?? sourceOf(module, node))})`,
        rank: "signal",
      });
    }
    if (steps.length === 0) {
      const source = sourceOf(module, node);
      const short = source ? `${target?.kind} at ${formatLine(source)}` : `node ${node} (${target?.kind})`;
      steps.push({ node, short, text: short, rank: "anonymous" });
    }
    return steps;
  });

  const known = all.filter((step) => step.rank !== "anonymous");
  const steps = endsOfRuns(startAtSignal(known.length > 0 ? known : all));
  return [...steps.map((step) => step.text), steps[0]?.short].join(" -> ");
}

function throughInstance(
  design: Design,
  module: Module,
  out: InstOutNode,
  node: NodeId,
  bit: number,
  before: { readonly node: NodeId; readonly bit: number },
  summaryOf: (definition: number) => BitSummary,
): Step {
  const instance = module.instances[out.instance];
  const child = instance && design.modules[instance.definition];
  const summary = instance && summaryOf(instance.definition);
  const order = inputOrder(child?.ports ?? []);
  const from = bitsOf(summary?.through[out.port]?.[bit] ?? 0n)
    .map((place) => summary?.inputBits[place])
    .find((input) => {
      const driver = instance?.inputs[order[input?.port ?? -1] ?? -1]?.[out.element];
      return driver === before.node && input?.bit === before.bit;
    });
  const name = elementName(instance?.name ?? "", instance?.dims ?? [], out.element);
  const input = portBit(child?.ports[from?.port ?? -1], from?.bit ?? 0);
  const output = portBit(child?.ports[out.port], bit);
  const short = `through instance ${name} (${child?.name}) from ${input} to ${output}`;
  const source = sourceOf(module, node) ?? instance?.source ?? null;
  return { node, short, text: `${short} (${formatLine(source)})`, rank: "instance" };
}

function portBit(port: Port | undefined, bit: number): string {
  return port ? indexed(port.name, port.width, bit) : "?";
}

function indexed(name: string, width: number, bit: number): string {
  return width === 1 ? name : `${name}[${bit}]`;
}

const order = { signal: 0, instance: 1, anonymous: 2 } as const;

/** Turns the circle so that it starts at the named signal, failing that at whatever else, with the lowest id. */
function startAtSignal(steps: readonly Step[]): Step[] {
  let start = 0;
  for (const [at, step] of steps.entries()) {
    const best = steps[start] ?? step;
    if (order[step.rank] < order[best.rank] || (step.rank === best.rank && step.node < best.node)) start = at;
  }
  return [...steps.slice(start), ...steps.slice(0, start)];
}

function endsOfRuns(steps: readonly Step[]): Step[] {
  return steps.filter((step, at) => step.node !== steps[at - 1]?.node || step.node !== steps[at + 1]?.node);
}
