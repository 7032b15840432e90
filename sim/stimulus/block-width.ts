import type { Plan } from "../plan/plan.ts";
import { costOf, isComputed } from "./kernel.ts";
import type { Lanes } from "./shape.ts";

/**
 * What a value of several vectors costs more than several values of one: so many registers the machine does not have.
 * Measured on designs whose signals are all 32 bits wide.
 */
const pressure: Readonly<Record<Lanes, number>> = { 4: 1, 8: 1, 16: 1.2 };

/**
 * How many lanes share a vector, for a number of lanes in all: as many as there are bytes where most signals are narrow,
 * fewer where most are wide, and no more than leave the last block about full.
 */
export function blockWidth(plan: Plan, count: number): Lanes {
  const costs = ([4, 8, 16] as const).map((lanes) => {
    let instructions = 0;
    for (const id of plan.nodes.keys()) if (isComputed(plan, id)) instructions += costOf(plan, lanes, id);
    return { lanes, cost: instructions * pressure[lanes] * Math.ceil(count / lanes) };
  });
  return costs.reduce((best, other) => (other.cost < best.cost ? other : best)).lanes;
}
