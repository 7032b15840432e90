import type { CheckKind } from "../netlist/index.ts";
import { requireBuilder } from "./builder.ts";
import { type Bool, conditionOf } from "./number.ts";
import { captureSite } from "./site.ts";

/**
 * What must hold at every active edge outside reset at which the `when` around it takes effect. A simulation stops in
 * the cycle in which it does not, before the edge, and says where.
 */
export function check(condition: Bool, message: string): void {
  property("check", condition, message);
}

/** What the surroundings must keep to: checked in simulation, taken for granted in proofs. */
export function assume(condition: Bool, message: string): void {
  property("assume", condition, message);
}

/** What a test ought to reach: a simulation counts the cycles in which it holds. */
export function cover(condition: Bool, message: string): void {
  property("cover", condition, message);
}

function property(kind: CheckKind, given: Bool, message: string): void {
  const builder = requireBuilder(kind);
  builder.checks.push({
    kind,
    condition: conditionOf(kind, given),
    guard: builder.block.guard,
    domain: builder.domain,
    message,
    site: captureSite(kind),
  });
}
