/** Reusable blocks: queues, buffers, arbiters, memories, clock crossings and a hash. */
export { RoundRobinArbiter, StreamArbiter } from "./arbiter.ts";
export { ArbiterBank } from "./arbiter-bank.ts";
export { AsyncFifo, type AsyncFifoClocks } from "./async-fifo.ts";
export { CreditCounter } from "./credit-counter.ts";
export { Fifo } from "./fifo.ts";
export { oneHotMux } from "./one-hot.ts";
export { anyOf, firstOf } from "./priority.ts";
export { Sha256, sha256Start } from "./sha256.ts";
export { SkidBuffer } from "./skid-buffer.ts";
export { Access, MaskedSram, Sram, type SramOptions } from "./sram.ts";
export { StallGate } from "./stall-gate.ts";
export { GraySynchroniser, PulseSynchroniser, Synchroniser } from "./synchroniser.ts";
