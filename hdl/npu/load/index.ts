/** The load unit: DRAM and network to the local memories. */
export { BeatPlacer, ParameterRow, TableEntry } from "./beat-placer.ts";
export { EntryBeat, EntrySplit } from "./entry-split.ts";
export { LoadChannel, LoadJob } from "./load-channel.ts";
export { LoadPlan, LoadTarget, LoadWork, PaddedSize, Placement } from "./load-plan.ts";
export { LoadUnit } from "./load-unit.ts";
export { Receiver } from "./receiver.ts";
export { RowGather, RowPiece } from "./row-gather.ts";
export { TileRow, Transposer } from "./transposer.ts";
