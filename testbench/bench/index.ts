/** Simulating a module from TypeScript: typed ports, processes and what drives and checks them. */
export type { Clocked } from "./clocked.ts";
export type { EngineName } from "./engine-choice.ts";
export { type TestBody, type TestOnOptions, testOn } from "./failure-record.ts";
export { waves } from "./history.ts";
export type { LaneOptions, LaneSim, LanesSim } from "./lane-sim.ts";
export type { InPort, InPorts, OutPort, OutPorts, StreamSink, StreamSource } from "./port-types.ts";
export { daemon, type Process, type ProcessFunction, type Wait } from "./process.ts";
export { Random } from "./random.ts";
export { Recorder, type RecordOptions } from "./recorder.ts";
export { type RunLimits, TimeoutError } from "./scheduler.ts";
export { MismatchError, Scoreboard } from "./scoreboard.ts";
export { replay, seedOf, seedVariable } from "./seed.ts";
export type { DesignSim, Running, SignalValue, Sim, SimulationCheckpoint } from "./sim.ts";
export { type SimulateOptions, simulate, simulateDesign } from "./simulate.ts";
export type { DesignListener } from "./simulate-options.ts";
export { collect, drive, type Stalls } from "./stream-driver.ts";
export { ProtocolError, StreamMonitor, type Transfer, type WatchedStream } from "./stream-monitor.ts";
export { all, cycles, until } from "./wait.ts";
