export { compileLanes, type LaneEngine, type LaneOptions } from "./engine.ts";
export { type FailedLane, LaneFailure } from "./failure.ts";
export type { LaneFace } from "./lane.ts";
export type { Lanes } from "./shape.ts";
