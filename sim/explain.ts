import type { Design } from "../hdl/netlist/index.ts";
import type { EngineOptions } from "./engine.ts";
import { explainLanes } from "./plan/lanes/explain.ts";
import { plan } from "./plan/plan.ts";
import { explainActivity } from "./wasm/activity/explain.ts";

/**
 * Says in text what the compiled simulator makes of a design: what it updates in lanes, what parts of it sleep while
 * nothing changes for them, and why not more. Throws what compiling throws.
 */
export function explain(design: Design, options: EngineOptions = {}): string {
  const planned = plan(design, options);
  return `${explainLanes(planned)}\n${explainActivity(planned)}`;
}
