import { elementCount, type NodeId } from "../../hdl/netlist/index.ts";
import type { Choose, Finished, RandomModule } from "./random-module.fuzz.ts";

/** The dims that an array may have. */
export type Shapes = readonly (readonly number[])[];
export const smallShapes: Shapes = [[], [2], [3], [5], [2, 2], [2, 3], [1, 4], [3, 1]];
/** Whole and ragged vector registers of lanes. */
export const largeShapes: Shapes = [
  [4],
  [9],
  [16],
  [17],
  [32],
  [64],
  [80],
  [2, 3],
  [3, 5],
  [4, 4],
  [2, 16],
  [6, 16],
  [9, 16],
  [5, 17],
];

const gathers = ["broadcast", "shift", "shift", "permutation", "general"] as const;

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
  shapes: Shapes,
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
  const backwards = choose(2) === 1;
  const drivers = inputPorts.map((port, input) => {
    const kind = gathers[choose(gathers.length)] ?? "broadcast";
    const [seed, boundarySeed, along, ragged] = [choose(65_536), choose(65_536), choose(2), choose(2)];
    const stride = along === 1 && dims.length === 2 ? (dims[1] ?? 1) : 1;
    const towards = backwards ? stride : -stride;
    const width = ports[port]?.width ?? 1;
    // Of outputs as wide as the input, where there are any, the neighbour's is taken as it is.
    const alike = outputPorts.filter((output) => ports[output]?.width === width);
    const from = alike.length > 0 ? alike : outputPorts;
    const source = outs.get(from[seed % Math.max(1, from.length)] ?? -1) ?? [];
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
    const each = (choice: number, element: number): NodeId =>
      driver(parent.pick(Math.imul(choice, 2 * element + 1) >>> 0));
    const choice = (element: number): NodeId => {
      if (kind === "broadcast") return once(seed);
      if (kind === "general") return each(seed, element);
      const neighbour = kind === "shift" ? element + towards : count - 1 - element;
      const edge = towards === -1 ? element : element + 1;
      const outside = neighbour < 0 || (kind === "shift" && stride === 1 && edge % (dims.at(-1) ?? 1) === 0);
      const node = outside ? undefined : source[neighbour];
      if (node === undefined) return ragged === 1 ? each(boundarySeed, element) : once(boundarySeed);
      parent.features.add(`gather: ${kind}`);
      return driver(node);
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
