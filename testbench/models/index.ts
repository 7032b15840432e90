/** Models of what stands around a design: memories behind its ports, and monitors on them. */
export { AxiMonitor, type AxiTraffic, type SeenBurst } from "./axi-monitor.ts";
export { Dram, type DramFault, type DramTiming, dramTiming } from "./dram.ts";
export type { DramPort, DramPortNames } from "./dram-port.ts";
export { NocMonitor, type NodeTraffic, ofClass } from "./noc-monitor.ts";
export { RandomStalls, type SeenGate, stallable } from "./random-stalls.ts";
export { SparseMemory } from "./sparse-memory.ts";
