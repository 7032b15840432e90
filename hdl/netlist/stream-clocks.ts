import { type Crossings, sampledBy } from "./crossing-summary.ts";
import { type Design, type DomainId, definition, type NodeId } from "./design.ts";
import { gatherOf, InstanceOutputs, type StreamPlace } from "./stream-places.ts";
import { summariesOf } from "./summary.ts";

/**
 * The clocks in which the streams between instances run. An instance without state has a clock only in name: its streams
 * run in that of the state from which their valid and ready come.
 */
export class StreamClocks {
  private readonly known: Crossings[] = [];

  constructor(private readonly design: Design) {
    if (design.modules.every((module) => module.domains.length <= 1)) return;
    const summaries = summariesOf(design);
    for (const index of design.modules.keys())
      this.known.push(sampledBy(design, index, summaries, this.known, () => {}));
  }

  /**
   * A place in module `index`, apart for each clock of its elements. A stream whose valid and ready depend, within the
   * cycle, on the state of one domain runs in that; any other in the first of its instance.
   */
  apart(index: number, place: StreamPlace): ReadonlyMap<DomainId, StreamPlace> {
    const { instance: at, stream, elements } = place;
    const module = definition(this.design, index);
    const instance = module.instances[at];
    if (!instance) throw new RangeError(`${module.name} has no instance ${at}`);
    const own = instance.domains[0] ?? 0;
    const taints = this.known[index]?.taints;
    if (!taints || module.domains.length === 1) return new Map([[own, place]]);

    const outputs = new InstanceOutputs(module);
    const [sent, taken] = stream.direction === "out" ? [stream.valid, stream.ready] : [stream.ready, stream.valid];
    const drivers = gatherOf(definition(this.design, instance.definition), instance, taken);
    const clockOf = (element: number): DomainId => {
      const wires: readonly NodeId[] = [drivers[element] ?? -1, ...outputs.of(at, sent, element)];
      const clocks = [...module.domains.keys()].filter((domain) =>
        wires.some((id) => (((taints[id] ?? 0n) >> BigInt(domain)) & 1n) === 1n),
      );
      return clocks.length === 1 ? (clocks[0] ?? own) : own;
    };
    const byClock = new Map<DomainId, number[]>();
    for (const element of elements) {
      const clock = clockOf(element);
      byClock.set(clock, [...(byClock.get(clock) ?? []), element]);
    }
    return new Map([...byClock].map(([clock, some]) => [clock, { ...place, elements: some }]));
  }
}
