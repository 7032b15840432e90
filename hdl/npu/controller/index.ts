/** The controller: runs a program and gives its instructions to the units, as their tokens allow. */
export { ConfigurationQueue } from "./configuration-queue.ts";
export { FaultReason, FaultSource, faultReasons, faultSources, UnitFault } from "./fault.ts";
export { Cause, FaultRecord } from "./fault-record.ts";
export {
  fetchBlock,
  InstructionFetch,
  instructionBytes,
  instructionRowBytes,
  longestLoop,
  programAlignment,
} from "./instruction-fetch.ts";
export { computeQueues, InstructionQueues, memoryQueues, type QueueSizes } from "./instruction-queues.ts";
export { LoopCommand, LoopStack, mostLoops, ProgramAddress } from "./loop-stack.ts";
export {
  Configure,
  ProgramFault,
  ProgramSequencer,
  ProgramState,
  ProgramWait,
  programFaults,
  programStates,
  programWaits,
  type SequencerOptions,
} from "./program-sequencer.ts";
export { Neighbour, QueueGate } from "./queue-gate.ts";
export { Semaphore } from "./semaphore.ts";
export { Watchdog } from "./watchdog.ts";
