import { checkCrossings } from "./crossings.ts";
import {
  type Design,
  DesignError,
  type DomainId,
  definition,
  type Instance,
  type Module,
  type Node,
  type NodeId,
  topOf,
} from "./design.ts";
import { elementCount, elementName } from "./element.ts";
import { mapOperands, mapWrites } from "./map-operands.ts";
import { StreamClocks } from "./stream-clocks.ts";
import { gatherOf, InstanceOutputs, inputIndex, type StreamPlace, streamPlaces } from "./stream-places.ts";
import { validate } from "./validate.ts";

/** A stream that has a gate, in the body of a definition. */
export interface StallGatePlace {
  readonly module: string;
  /** The end of the stream where the gate is: `load.command`, port `command` of instance `load`. */
  readonly stream: string;
  /** The gate's instance in the module. */
  readonly gate: string;
}

export interface GatedDesign {
  readonly design: Design;
  /** In the order of definitions; a definition with several instances is listed once. */
  readonly gates: readonly StallGatePlace[];
}

/** A stream that must not be held back: it is taken whenever it is offered, by design. */
export interface UnstalledStream {
  /** A block by the name of its module, and one of its ports. */
  readonly block: string;
  readonly stream: string;
  readonly reason: string;
}

/** Inputs of the top, and of every definition with gates, that go to all gates: see `StallGate` of the library. */
export const stallInputs = { load: "stall.load", seed: "stall.seed", threshold: "stall.threshold" } as const;

type StallInput = keyof typeof stallInputs;
const stallWidths: readonly (readonly [StallInput, number])[] = [
  ["load", 1],
  ["seed", 32],
  ["threshold", 16],
];

/**
 * Puts a gate on every stream between instances (`streamPlaces`), at all levels of the hierarchy. The streams of the
 * top's own ports are left to the testbench.
 *
 * `gate` is the design of the gate: valid and ready come in and go out by `valid`, `ready`, `to.valid` and `to.ready`.
 * Every gate has a seed of its own, made of the top's, and the clock of its stream (`StreamClocks`). `unstalled` streams
 * have no gate.
 *
 * Throws a DesignError for a design that has gates already, and where a gate's clock is of another kind than the
 * stream's.
 */
export function insertStallGates(
  design: Design,
  gate: Design,
  unstalled: readonly UnstalledStream[] = [],
): GatedDesign {
  const name = topOf(gate).name;
  if (design.modules.some((module) => module.name === name))
    throw new DesignError(
      `${topOf(design).name} has a module ${name} already; insert stall gates once, into the design as it was elaborated`,
    );
  const clocks = new StreamClocks(design);
  const shift = gate.modules.length;
  const modules: Module[] = [...gate.modules];
  const gates: StallGatePlace[] = [];
  const gated: boolean[] = [];
  let salts = 0;
  // Multiples of 2^32 divided by the golden ratio: no two alike, and far apart.
  const salt = () => BigInt(Math.imul(++salts, 0x9e3779b1) >>> 0);
  for (const [index, module] of design.modules.entries()) {
    const places = streamPlaces(design, module).filter((place) => !isListed(design, module, place, unstalled));
    const needs = places.length > 0 || module.instances.some((child) => gated[child.definition]);
    gated.push(needs);
    if (needs) {
      const body = new GatedBody(design, module, gate, salt);
      for (const place of places)
        for (const [clock, some] of clocks.apart(index, place)) gates.push(...body.insert(some, clock));
      modules.push(body.build(gated, shift));
    } else modules.push({ ...module, instances: module.instances.map((child) => moved(child, shift)) });
  }
  const result = { modules, top: design.top + shift };
  validate(result);
  checkCrossings(result);
  return { design: result, gates };
}

function isListed(
  design: Design,
  module: Module,
  { instance, stream }: StreamPlace,
  unstalled: readonly UnstalledStream[],
): boolean {
  const { name } = definition(design, module.instances[instance]?.definition ?? -1);
  // The names of definitions end in their parameters.
  return unstalled.some(
    (one) => one.stream === stream.name && (name === one.block || name.startsWith(`${one.block}_`)),
  );
}

const moved = (instance: Instance, shift: number): Instance => ({
  ...instance,
  definition: instance.definition + shift,
});

/** A module's body while gates are put into it. */
class GatedBody {
  private readonly nodes: Node[];
  private readonly outputs: InstanceOutputs;
  private readonly stall: Readonly<Record<StallInput, NodeId>>;
  private readonly taken: Set<string>;
  /** What stands for an instance's output outside its gate. */
  private readonly standIns = new Map<NodeId, NodeId>();
  /** What drives the `input`-th input of an instance's element, where a gate does. */
  private readonly driven = new Map<string, NodeId>();
  private readonly gates: { readonly instance: Instance; readonly raw: StallGateInput }[] = [];

  constructor(
    private readonly design: Design,
    private readonly module: Module,
    private readonly gate: Design,
    private readonly salt: () => bigint,
  ) {
    this.nodes = [...module.nodes];
    this.outputs = new InstanceOutputs(module);
    this.taken = new Set([...module.names, ...module.instances, ...module.memories].map(({ name }) => name));
    const first = this.nodes.length;
    stallWidths.forEach(([, width], i) => {
      this.nodes.push({ kind: "input", width, port: module.ports.length + i });
    });
    this.stall = { load: first, seed: first + 1, threshold: first + 2 };
  }

  /** Puts gates on a stream of an instance array, which runs in a domain of the module. */
  insert({ instance: index, stream, elements }: StreamPlace, clock: DomainId): StallGatePlace[] {
    const { module, design } = this;
    const instance = module.instances[index];
    if (!instance) throw new RangeError(`${module.name} has no instance ${index}`);
    const child = definition(design, instance.definition);
    const sends = stream.direction === "out";
    const [own, other] = sends ? [stream.valid, stream.ready] : [stream.ready, stream.valid];
    const gather = gatherOf(child, instance, other);
    const input = inputIndex(child, other);
    const raw: StallGateInput = { own: sends ? "valid" : "ready", fromInstance: [], fromOutside: [] };
    const dims = elements.length === elementCount(instance.dims) ? instance.dims : [elements.length];
    const name = this.nameFor(`${instance.name}.${stream.name}`);
    const gateIndex = module.instances.length + this.gates.length;
    const ports = topOf(this.gate).ports;
    const output = (port: string, element: number): NodeId =>
      this.add({ kind: "instOut", width: 1, instance: gateIndex, port: portOf(ports, port), element });
    const places = elements.map((element, k): StallGatePlace => {
      const outside = output(sends ? "to.valid" : "to.ready", k);
      for (const id of this.outputs.of(index, own, element)) {
        this.standIns.set(id, outside);
        raw.fromInstance[k] = id;
      }
      raw.fromOutside[k] = gather[element] ?? -1;
      this.driven.set(`${index} ${input} ${element}`, output(sends ? "to.ready" : "to.valid", k));
      const stalled = `${elementName(instance.name, instance.dims, element)}.${stream.name}`;
      return { module: module.name, stream: stalled, gate: elementName(name, dims, k) };
    });
    const { source } = instance;
    const domains = [clock];
    this.gates.push({ instance: { name, definition: this.gate.top, dims, inputs: [], domains, source }, raw });
    return places;
  }

  /** The module with its gates. `gated[d]`: whether definition d has the inputs of gates. */
  build(gated: readonly boolean[], shift: number): Module {
    const { module } = this;
    const to = (id: NodeId): NodeId => this.standIns.get(id) ?? id;
    const instances = module.instances.map((instance, index): Instance => {
      const inputs = instance.inputs.map((gather, input) =>
        gather.map((id, element) => this.driven.get(`${index} ${input} ${element}`) ?? to(id)),
      );
      if (gated[instance.definition]) inputs.push(...this.stallGathers(elementCount(instance.dims)));
      return { ...moved(instance, shift), inputs };
    });
    for (const { instance, raw } of this.gates) {
      const fromOutside = raw.fromOutside.map(to);
      const [valid, ready] = raw.own === "valid" ? [raw.fromInstance, fromOutside] : [fromOutside, raw.fromInstance];
      const [load, seed, threshold] = this.stallGathers(raw.fromInstance.length);
      const driver: Readonly<Record<string, readonly NodeId[] | undefined>> = { valid, ready, load, seed, threshold };
      const inputs = topOf(this.gate)
        .ports.filter(({ direction }) => direction === "in")
        .map(({ name }) => driver[name] ?? []);
      instances.push({ ...instance, inputs });
    }
    const uint = { kind: "uint" } as const;
    const added = stallWidths.map(([role, width]) => ({ name: stallInputs[role], width, node: this.stall[role] }));
    return {
      ...module,
      instances,
      nodes: this.nodes.map((node, id) => (id < module.nodes.length ? mapOperands(node, to) : node)),
      nodeSources: this.nodes.map((_, id) => module.nodeSources[id] ?? -1),
      ports: [
        ...module.ports.map((port) => ({ ...port, node: to(port.node) })),
        ...added.map((port) => ({ ...port, direction: "in", format: uint }) as const),
      ],
      names: [
        ...module.names.map((name) => ({ ...name, node: to(name.node) })),
        ...added.map(({ name, node }) => ({ name, node, kind: "port", format: uint, source: null }) as const),
      ],
      memories: module.memories.map((memory) => mapWrites(memory, to)),
      checks: module.checks.map((one) => ({ ...one, condition: to(one.condition), enable: to(one.enable) })),
    };
  }

  /** What drives load, seed and threshold of `count` gates or instances: seeds differ, the others do not. */
  private stallGathers(count: number): NodeId[][] {
    const { load, seed, threshold } = this.stall;
    const each = (node: NodeId) => new Array<NodeId>(count).fill(node);
    const seeds = Array.from({ length: count }, () => {
      const b = this.add({ kind: "const", width: 32, value: this.salt() });
      return this.add({ kind: "xor", width: 32, a: seed, b });
    });
    return [each(load), seeds, each(threshold)];
  }

  private add(node: Node): NodeId {
    return this.nodes.push(node) - 1;
  }

  /** A name of its own for the gates of a stream: `load_read_0_ar_gate` for `load.read[0].ar`. */
  private nameFor(stream: string): string {
    const name = `${stream.replace(/\W+/g, "_").replace(/_$/, "")}_gate`;
    let free = name;
    for (let i = 1; this.taken.has(free); i++) free = `${name}${i}`;
    this.taken.add(free);
    return free;
  }
}

/** The two wires of a stream before its gate, for each element: what its instance drives, and what drives the instance. */
interface StallGateInput {
  readonly own: "valid" | "ready";
  readonly fromInstance: NodeId[];
  readonly fromOutside: NodeId[];
}

function portOf(ports: Module["ports"], name: string): number {
  const index = ports.findIndex((port) => port.name === name);
  if (index < 0) throw new RangeError(`a stall gate needs a port ${name}`);
  return index;
}
