/** The tiles of a chip: the units, the controller around them, and what the host sees of them. */

export { ComputeTile } from "./compute-tile.ts";
export { ControlRegisters, InterruptEvents, StatusWords } from "./control-registers.ts";
export { type CounterName, counterBase, counterOffset, counters, queueNames } from "./counter-map.ts";
export { CsrRequest, CsrResponse } from "./csr-bus.ts";
export { type Csr, type CsrField, type CsrFieldName, type CsrName, csrMagic, csrs } from "./csr-map.ts";
export { MemoryTile } from "./memory-tile.ts";
export { ControllerActivity, queuesOf, TileController, type TileKind } from "./tile-controller.ts";
export { counterSteps, EventCounter, TileCounters } from "./tile-counters.ts";
