/** What the load and the store unit have in common. */
export { Begun, CompletionQueue, mostUnderWay, PathResult } from "./completion-queue.ts";
export { MovedBytes, MoverWaits } from "./mover-activity.ts";
export { checkFlits, PacketJob, PacketPlan, tags } from "./packet-plan.ts";
