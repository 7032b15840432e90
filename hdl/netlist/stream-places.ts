import { type Design, definition, type Instance, type Module, type NodeId } from "./design.ts";
import { effectiveNodes } from "./effective.ts";
import { elementCount } from "./element.ts";
import { type StreamPorts, streamsOf } from "./streams.ts";

/** A stream between blocks at one of its ends: a port of some elements of an instance array of a module. */
export interface StreamPlace {
  /** An index into `Module.instances`. */
  readonly instance: number;
  readonly stream: StreamPorts;
  readonly elements: readonly number[];
}

/**
 * The streams between the instances of a module, each at one end:
 *
 * - what an instance sends, at its source, unless the instance only passes it on from inside or through itself;
 * - what an instance takes, at its sink, where logic makes it: not another instance, nor whoever sends to the module.
 *
 * Without the streams of which one side does not listen to the other: where nothing but checks depends on the ready or
 * on the valid, or one of them never comes. And without those of an instance with several clocks.
 */
export function streamPlaces(design: Design, module: Module): StreamPlace[] {
  const effective = effectiveNodes(design, module);
  const outputs = new InstanceOutputs(module);
  const streamOfValid = new Set(
    streamsOf(module).flatMap(({ direction, valid }) => (direction === "in" ? [module.ports[valid]?.node] : [])),
  );
  const isUsed = (ids: readonly NodeId[]) => ids.some((id) => effective[id] === 1);
  const constant = (id: NodeId) => module.nodes[id]?.kind === "const";
  const madeByLogic = (id: NodeId) => !constant(id) && !streamOfValid.has(id) && !sentByInstance(design, module, id);

  const places: StreamPlace[] = [];
  for (const [instance, one] of module.instances.entries()) {
    if (new Set(one.domains).size > 1) continue;
    const child = definition(design, one.definition);
    const count = elementCount(one.dims);
    for (const stream of streamsOf(child)) {
      if (stream.direction === "out" && passesOn(design, child, stream)) continue;
      const gather = gatherOf(child, one, stream.direction === "in" ? stream.valid : stream.ready);
      const fits = (element: number): boolean => {
        const driver = gather[element] ?? -1;
        if (stream.direction === "in")
          return madeByLogic(driver) && isUsed(outputs.of(instance, stream.ready, element));
        return !isZero(module, driver) && isUsed(outputs.of(instance, stream.valid, element));
      };
      const elements = Array.from({ length: count }, (_, element) => element).filter(fits);
      if (elements.length > 0) places.push({ instance, stream, elements });
    }
  }
  return places;
}

/** What drives an input port (an index into the definition's ports) of all elements of an instance. */
export function gatherOf(child: Module, instance: Instance, port: number): readonly NodeId[] {
  return instance.inputs[inputIndex(child, port)] ?? [];
}

/** The place of an input port among the inputs. */
export function inputIndex(child: Module, port: number): number {
  return child.ports.slice(0, port).filter(({ direction }) => direction === "in").length;
}

/** The nodes that are outputs of a module's instances. */
export class InstanceOutputs {
  private readonly nodes = new Map<string, NodeId[]>();

  constructor(module: Module) {
    module.nodes.forEach((node, id) => {
      if (node.kind !== "instOut") return;
      const key = `${node.instance} ${node.port} ${node.element}`;
      const known = this.nodes.get(key);
      if (known) known.push(id);
      else this.nodes.set(key, [id]);
    });
  }

  of(instance: number, port: number, element: number): readonly NodeId[] {
    return this.nodes.get(`${instance} ${port} ${element}`) ?? [];
  }
}

/** Whether a node is the valid of a stream that an instance sends. */
function sentByInstance(design: Design, module: Module, id: NodeId): boolean {
  const node = module.nodes[id];
  if (node?.kind !== "instOut") return false;
  const child = definition(design, module.instances[node.instance]?.definition ?? -1);
  return streamsOf(child).some(({ direction, valid }) => direction === "out" && valid === node.port);
}

/** Whether a stream that a module sends is one that an instance in it sends, or that it takes itself. */
function passesOn(design: Design, module: Module, { valid }: StreamPorts): boolean {
  const driver = module.ports[valid]?.node ?? -1;
  const taken = streamsOf(module).some(
    ({ direction, valid: other }) => direction === "in" && module.ports[other]?.node === driver,
  );
  return taken || sentByInstance(design, module, driver);
}

function isZero(module: Module, id: NodeId): boolean {
  const node = module.nodes[id];
  return node?.kind === "const" && node.value === 0n;
}
