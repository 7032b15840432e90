import { elementCount, type NodeId } from "../../hdl/netlist/index.ts";
import type { Choose, Finished, RandomModule } from "./random-module.fuzz.ts";

const shapes: readonly (readonly number[])[] = [[], [2], [3], [5], [2, 2], [2, 3], [1, 4], [3, 1]];
const gathers = ["broadcast", "shift", "permutation", "general"] as const;

/**
 * Places an array of instances. An input that some output follows in the same cycle is driven by nodes that come
 * before that output, so that no loop arises even where outputs of an element return to its other inputs; the rest may
 * be driven by anything, as from their own element through its registers.
 */
export function placeInstances(
  parent: RandomModule,
  name: string,
  child: Finished,
  domains: readonly number[],
  mostElements: number,
  choose: Choose,
): void {
  const shape = shapes[choose(shapes.length)] ?? [];
  const dims = elementCount(shape) <= mostElements ? shape : [];
  const count = elementCount(dims);
  const { ports } = child.module;
  const portsOf = (direction: string) => ports.flatMap((port, index) => (port.direction === direction ? [index] : []));
  const [inputPorts, outputPorts] = [portsOf("in"), portsOf("out")];
  const inputs: NodeId[][] = inputPorts.map(() => new Array<NodeId>(count).fill(-1));
  const instance = parent.instance(name, child.index, inputs, dims, domains);
  parent.definitions.push(child);
  parent.features.add(`instance of ${dims.length} dimensions`);

  /** The node of each output by element, where there is one yet. */
  const outs = new Map<number, NodeId[]>(outputPorts.map((port) => [port, []]));
  const drivers = inputPorts.map((port, input) => {
    const kind = gathers[choose(gathers.length)] ?? "broadcast";
    const [seed, boundarySeed, along] = [choose(65_536), choose(65_536), choose(2)];
    const stride = along === 1 && dims.length === 2 ? (dims[1] ?? 1) : 1;
    const source = outs.get(outputPorts[seed % Math.max(1, outputPorts.length)] ?? -1) ?? [];
    const width = ports[port]?.width ?? 1;
    const fixed = new Map<number, NodeId>();

    const driver = (id: NodeId): NodeId => {
      const fitted = parent.fit(id, width, 0);
      const [only] = domains;
      return domains.length === 1 && only !== undefined ? parent.crossing(fitted, only) : fitted;
    };
    const once = (choice: number): NodeId => {
      const node = fixed.get(choice) ?? driver(parent.pick(choice));
      fixed.set(choice, node);
      return node;
    };
    const choice = (element: number): NodeId => {
      if (kind === "broadcast") return once(seed);
      if (kind === "general") return driver(parent.pick(Math.imul(seed, 2 * element + 1) >>> 0));
      const from = kind === "shift" ? element - stride : count - 1 - element;
      const outside = from < 0 || (kind === "shift" && stride === 1 && element % (dims.at(-1) ?? 1) === 0);
      const neighbour = outside ? undefined : source[from];
      if (neighbour === undefined) return once(boundarySeed);
      parent.features.add(`gather: ${kind}`);
      return driver(neighbour);
    };
    return (element: number): void => {
      const row = inputs[input];
      if (!row || row[element] !== -1) return;
      if (kind === "broadcast" || kind === "general") parent.features.add(`gather: ${kind}`);
      row[element] = choice(element);
    };
  });

  for (let element = 0; element < count; element++)
    for (const port of outputPorts) {
      const { width } = ports[port] ?? { width: 1 };
      for (const input of child.outputs.get(port)?.["through crossings"].inputs ?? []) {
        parent.features.add("combinational path through an instance");
        drivers[inputPorts.indexOf(input)]?.(element);
      }
      outs.get(port)?.push(parent.node({ kind: "instOut", width, instance, port, element }));
    }
  parent.later(() => {
    for (let element = 0; element < count; element++) for (const drive of drivers) drive(element);
  });
}
