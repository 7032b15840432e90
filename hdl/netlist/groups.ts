import { type Design, DesignError, type DomainId, definition } from "./design.ts";
import { elementCount, elementName, joinPath } from "./element.ts";
import { checkExtent } from "./extent.ts";

/**
 * All elements of one instance array at one place of the hierarchy, through all elements of the arrays around it. The
 * lanes of an array inside an array are numbered outer element first: parent lane × elements + element.
 */
export interface Group {
  readonly definition: number;
  /** The group of the module that holds the array, and the array's index there; −1 for the top. */
  readonly parent: number;
  readonly instance: number;
  /** The dims of all arrays around it and its own, outermost first; `lanes` is their product. */
  readonly dims: readonly number[];
  readonly lanes: number;
  /** The path without coordinates: `array.pe`; "" for the top. */
  readonly path: string;
  /** For each domain of the definition, the top's domain. */
  readonly domains: readonly DomainId[];
  /** The number of nodes in all groups before this one. */
  readonly firstSlot: number;
}

/** More nodes or groups than these are not flattened: the memory would not suffice. */
const mostSlots = 2 ** 23;
const mostGroups = 2 ** 17;

/** All groups of a design, parents before children, the top first. Throws a DesignError for a design too large. */
export function groupsOf(design: Design): Group[] {
  checkExtent(design);
  const groups: Group[] = [];
  let slots = 0;
  const add = (group: Omit<Group, "firstSlot">): void => {
    groups.push({ ...group, firstSlot: slots });
    slots += group.lanes * definition(design, group.definition).nodes.length;
    if (slots > mostSlots || groups.length > mostGroups)
      throw new DesignError(
        `${definition(design, design.top).name}: more than ${slots > mostSlots ? `${mostSlots} nodes` : `${mostGroups} instances`} once ${group.path || "the top"} is flattened; use smaller or fewer arrays`,
      );
  };

  const top = definition(design, design.top);
  const domains = top.domains.map((_, domain) => domain);
  add({ definition: design.top, parent: -1, instance: -1, dims: [], lanes: 1, path: "", domains });
  for (let at = 0; at < groups.length; at++) {
    const group = groups[at];
    if (!group) break;
    definition(design, group.definition).instances.forEach((child, instance) => {
      add({
        definition: child.definition,
        parent: at,
        instance,
        dims: [...group.dims, ...child.dims],
        lanes: group.lanes * elementCount(child.dims),
        path: joinPath(group.path, child.name),
        domains: child.domains.map((domain) => group.domains[domain] ?? 0),
      });
    });
  }
  return groups;
}

/** For each group the path of every lane, with coordinates: `array.pe[2][3]`. */
export function lanePaths(design: Design, groups: readonly Group[]): readonly (readonly string[])[] {
  const paths: string[][] = [];
  for (const group of groups) {
    const outer = paths[group.parent];
    const instance =
      groups[group.parent] && definition(design, groups[group.parent]?.definition ?? -1).instances[group.instance];
    if (!outer || !instance) {
      paths.push([""]);
      continue;
    }
    const count = elementCount(instance.dims);
    const names = Array.from({ length: count }, (_, element) => elementName(instance.name, instance.dims, element));
    paths.push(outer.flatMap((path) => names.map((name) => joinPath(path, name))));
  }
  return paths;
}
