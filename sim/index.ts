export type { CompileCache } from "./compile-cache.ts";
export * from "./engine.ts";
export { explain } from "./explain.ts";
export { interpret } from "./interpreter/interpreter.ts";
export * from "./power-on.ts";
export * from "./schedule.ts";
export {
  compileLanes,
  type FailedLane,
  type LaneEngine,
  type LaneFace,
  LaneFailure,
  type LaneOptions,
} from "./stimulus/index.ts";
export { type TravellingEngine, type TravelOptions, travelling } from "./travel/traveller.ts";
export { compile } from "./wasm/index.ts";
