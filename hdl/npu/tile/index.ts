/** The tiles of a chip: the units, the controller around them, and what the host sees of them. */

export { ComputeTile } from "./compute-tile.ts";
export { ControlRegisters, InterruptEvents, StatusWords } from "./control-registers.ts";
export { type CounterName, counterBase, counterOffset, counters, queueNames } from "./counter-map.ts";
export { CsrRequest, CsrResponse } from "./csr-bus.ts";
export { type Csr, type CsrField, type CsrFieldName, type CsrName, csrMagic, csrs } from "./csr-map.ts";
export { DataMovers, MoverActivity } from "./data-movers.ts";
export { type MemoryWindow, memoryOffset, memoryWindows } from "./memory-map.ts";
export { MemoryTile } from "./memory-tile.ts";
export { LocalRows, MemoryWindows } from "./memory-windows.ts";
export { ControllerActivity, TileController } from "./tile-controller.ts";
export { counterSteps, EventCounter, TileCounters } from "./tile-counters.ts";
export { memoriesOf, queuesOf, type TileKind } from "./tile-kind.ts";
