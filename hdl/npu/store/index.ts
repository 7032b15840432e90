/** The store unit: the local memories to DRAM and network. */
export { GrantBoard } from "./grant-board.ts";
export { RowJob, RowStream, StoredPiece } from "./row-stream.ts";
export { StorePlan } from "./store-plan.ts";
export { StoreUnit } from "./store-unit.ts";
