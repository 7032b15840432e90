import type { Domain, Instance } from "./design.ts";
import { elementCount, elementName } from "./element.ts";
import { isIndex, type Place, requireName, requireWidth } from "./validity.ts";

/** Checks an instance array against its definition: dims, gathers, domains. Throws a DesignError that names it. */
export function validateInstance(place: Place, instance: Instance): void {
  const { design, module, index } = place;
  requireName(place, instance.name, "instance", instance.source);
  const fail = (what: string): never => place.fail(`instance ${instance.name}: ${what}`, instance.source);

  const child = isIndex(instance.definition, design.modules.length) ? design.modules[instance.definition] : undefined;
  if (!child || instance.definition >= index) {
    fail(
      `its definition is module ${instance.definition}, and this is module ${index}; list definitions before their users`,
    );
    return;
  }

  for (const size of instance.dims)
    if (!Number.isSafeInteger(size) || size < 1) fail(`a dimension is ${size}; an array has at least one element`);
  const count = elementCount(instance.dims);
  if (!Number.isSafeInteger(count)) fail(`it has ${count} elements, more than can be counted`);

  const inputs = child.ports.filter((port) => port.direction === "in");
  if (instance.inputs.length !== inputs.length)
    fail(`${instance.inputs.length} inputs are connected, ${child.name} has ${inputs.length}; connect each one`);
  inputs.forEach((port, p) => {
    const gather = instance.inputs[p] ?? [];
    if (gather.length !== count)
      fail(`input ${port.name} is driven for ${gather.length} of ${count} elements; drive it once for each`);
    gather.forEach((node, e) => {
      // The text is only built where it is needed: an array has many elements.
      if (module.nodes[node]?.width !== port.width)
        requireWidth(
          place,
          node,
          port.width,
          `input ${port.name} of ${elementName(instance.name, instance.dims, e)}`,
          instance.source,
        );
    });
  });

  if (instance.domains.length !== child.domains.length)
    fail(`${instance.domains.length} clock domains are connected, ${child.name} has ${child.domains.length}`);
  child.domains.forEach((domain, d) => {
    const outer = instance.domains[d] ?? -1;
    const parent = isIndex(outer, module.domains.length) ? module.domains[outer] : undefined;
    if (!parent) fail(`its clock domain ${domain.name} is connected to domain ${outer}, which does not exist`);
    else if (!alike(domain, parent))
      fail(
        `its clock domain ${domain.name} (${describe(domain)}) is connected to ${parent.name} (${describe(parent)}); connect a domain of the same edge and reset`,
      );
  });
}

function alike(a: Domain, b: Domain): boolean {
  return a.edge === b.edge && a.reset === b.reset && a.polarity === b.polarity;
}

function describe({ edge, reset, polarity }: Domain): string {
  return reset === "none" ? `${edge} edge, no reset` : `${edge} edge, ${reset} reset active ${polarity}`;
}
