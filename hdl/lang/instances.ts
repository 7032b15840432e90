import { DesignError, formatSource, inferDims } from "../netlist/index.ts";
import type { Builder, BuiltInstance } from "./builder.ts";
import type { Expression } from "./expression.ts";
import type { Site } from "./site.ts";

/** Instances of one definition made at one place of a body: an array, in the order of the calls. */
export interface GroupedInstance {
  readonly definition: number;
  readonly moduleName: string;
  readonly dims: readonly number[];
  readonly elements: readonly BuiltInstance[];
  readonly domains: readonly number[];
  readonly site: Site | null;
  /** The definition's input ports in order. */
  readonly inputNames: readonly string[];
  readonly portIndex: ReadonlyMap<string, number>;
}

/** Collapses a body's instances into arrays. Throws a DesignError for one whose inputs were never bound. */
export function groupInstances(builder: Builder): GroupedInstance[] {
  const groups = new Map<string, BuiltInstance[]>();
  const sites = new Map<Site | null, number>();
  builder.instances.forEach((instance, i) => {
    if (!instance.inputs)
      throw new DesignError(
        `[${builder.path}] the inputs of the instance of ${instance.module.name} at ${formatSource(instance.site?.source)} are never bound; assign its .in`,
      );
    const { site } = instance;
    if (!sites.has(site)) sites.set(site, sites.size);
    const place = site && instance.givenName === null ? `at ${sites.get(site)}` : `alone ${i}`;
    const key = `${place} ${instance.definition} ${instance.domains.join(",")}`;
    const group = groups.get(key) ?? [];
    group.push(instance);
    groups.set(key, group);
  });
  return [...groups.values()].map((elements) => {
    const [first] = elements;
    if (!first) throw new RangeError("an instance array without elements");
    const { module } = first;
    const inputNames = module.ports.filter((port) => port.direction === "in").map((port) => port.name);
    return {
      definition: first.definition,
      moduleName: module.name,
      dims: elements.length === 1 ? [] : inferDims(elements.length, siblings(elements, inputNames)),
      elements,
      domains: first.domains,
      site: first.site,
      inputNames,
      portIndex: new Map(module.ports.map((port, i) => [port.name, i])),
    };
  });
}

/** For each input and element, which element of the same array drives it directly. */
function siblings(elements: readonly BuiltInstance[], inputNames: readonly string[]): (number | null)[][] {
  const index = new Map<unknown, number>(elements.map((element, i) => [element, i]));
  const driver = (input: Expression | undefined): number | null =>
    input?.operation.kind === "instOut" ? (index.get(input.operation.instance) ?? null) : null;
  return inputNames.map((name) => elements.map((element) => driver(element.inputs?.get(name))));
}
