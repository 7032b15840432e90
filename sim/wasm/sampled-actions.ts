import { type Action, edgeActions } from "../plan/action.ts";
import type { Plan } from "../plan/plan.ts";
import { neededByLanes } from "./lanes/chunk-addresses.ts";

/** What an edge of each domain samples and keeps for lanes, undefined for one without an edge. */
export function sampledActions(plan: Plan, masks: readonly number[]): (Action[] | undefined)[] {
  return plan.flat.module.domains.map((_, domain) => {
    if (!masks.some((mask) => (mask >>> domain) & 1)) return undefined;
    const groups = plan.lanes.groups.map(({ group }) => group).filter((group) => group.domain === domain);
    const kept = neededByLanes(plan, groups).map((node): Action => ({ kind: "observe", node }));
    return [...edgeActions(plan, domain), ...kept];
  });
}
