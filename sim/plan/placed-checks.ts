import { type Check, type Design, definition, groupsOf, lanePaths } from "../../hdl/netlist/index.ts";

/** A property at one place of the hierarchy. */
export interface PlacedCheck {
  readonly check: Check;
  /** Of the instance that it is in. */
  readonly path: string;
}

/** All properties of a design, in the order in which `flatten` has them. */
export function placedChecks(design: Design): readonly PlacedCheck[] {
  const groups = groupsOf(design);
  const paths = lanePaths(design, groups);
  return groups.flatMap(({ definition: index }, group) => {
    const { checks } = definition(design, index);
    if (checks.length === 0) return [];
    return (paths[group] ?? []).flatMap((path) => checks.map((check) => ({ check, path })));
  });
}
