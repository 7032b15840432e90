/** The controller: runs a program and gives its instructions to the units, as their tokens allow. */
export { FaultReason, FaultSource, faultReasons, faultSources, UnitFault } from "./fault.ts";
export { InstructionQueues, queueDepths } from "./instruction-queues.ts";
export { LoopCommand, LoopStack, mostLoops, ProgramAddress } from "./loop-stack.ts";
export {
  Configure,
  ProgramFault,
  ProgramSequencer,
  ProgramState,
  programFaults,
  programStates,
} from "./program-sequencer.ts";
export { DoneTag, Neighbour, QueueGate } from "./queue-gate.ts";
export { Semaphore } from "./semaphore.ts";
