import { type Design, DesignError, definition, type Instance, type Module } from "./design.ts";
import { elementCount } from "./element.ts";
import { atSource } from "./label.ts";

/** Instances inside instances, and instances in all, the top counted too: beyond these a design is not elaborated. */
const mostLevels = 1000;
const mostInstances = 2 ** 21;

/**
 * Checks that the instance tree below the top can be built: a few lines of netlist can stand for 2^40 instances, or nest
 * deeper than the stack. Linear in the size of the design, without recursion. Throws a DesignError that names the
 * instances on the way there.
 */
export function checkExtent(design: Design): void {
  const levels: number[] = [];
  const counts: number[] = [];
  for (const module of design.modules) {
    const below = module.instances.map((instance) => levels[instance.definition] ?? 0);
    levels.push(1 + below.reduce((most, count) => Math.max(most, count), 0));
    counts.push(module.instances.reduce((sum, instance) => sum + share(instance, counts), 1));
  }

  const top = definition(design, design.top);
  const deep = levels[design.top] ?? 0;
  if (deep > mostLevels)
    throw new DesignError(
      `${top.name}: instances are nested ${deep} deep, more than ${mostLevels}, ${way(design, top, ({ definition: index }) => levels[index] ?? 0)}; make fewer levels of them`,
    );
  if ((counts[design.top] ?? 0) > mostInstances)
    throw new DesignError(
      `${top.name}: more than ${mostInstances} instances in all, most of them ${way(design, top, (instance) => share(instance, counts))}; use smaller or fewer arrays`,
    );
}

/** All instances that an instance array stands for, its own elements and everything in them. */
function share({ dims, definition: index }: Instance, counts: readonly number[]): number {
  return elementCount(dims) * (counts[index] ?? 0);
}

/** From the top down the first instances with the highest measure, and where the first is written. */
function way(design: Design, top: Module, measure: (instance: Instance) => number): string {
  const names: string[] = [];
  const heaviest = ({ instances }: Module) =>
    instances.reduce<Instance | null>((most, one) => (most && measure(most) >= measure(one) ? most : one), null);
  const first = heaviest(top);
  for (let at = first; at; at = heaviest(definition(design, at.definition))) {
    if (names.length === 3) {
      names.push("…");
      break;
    }
    names.push(at.name);
  }
  return `in ${names.join(".")}${atSource(first?.source ?? top.source)}`;
}
