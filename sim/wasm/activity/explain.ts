import { fewestOperations, scalarOperations } from "../../plan/activity/part-sizes.ts";
import { partsOf } from "../../plan/activity/parts.ts";
import type { Plan } from "../../plan/plan.ts";
import { distinctMasks } from "../run-loop.ts";
import { sampledActions } from "../sampled-actions.ts";

const number = new Intl.NumberFormat("en");

/** Says in text into how many parts what is not in lanes is divided, each of which sleeps while nothing changes for it. */
export function explainActivity(plan: Plan): string {
  if (!plan.activity) {
    const operations = scalarOperations(plan);
    const few = `: below ${number.format(fewestOperations)}, finding out which of them need be takes longer`;
    return `${number.format(operations)} operations one by one are evaluated in every cycle${operations < fewestOperations ? few : ""}`;
  }
  const { activity } = plan;
  const parts = sampledActions(plan, distinctMasks(plan.schedule)).flatMap((actions) =>
    actions ? partsOf(plan, actions, activity) : [],
  );
  const costs = parts.map(({ cost }) => cost);
  const all = costs.reduce((sum, cost) => sum + cost, 0);
  const early = parts.filter((part) => part.early).length;
  return [
    `${number.format(all)} operations and stores one by one are in ${parts.length} parts that sleep while nothing changes for them`,
    `  of ${Math.min(...costs)} to ${Math.max(...costs)} each, ${early} of them for properties; while more than half are awake, all are evaluated in every cycle`,
  ].join("\n");
}
