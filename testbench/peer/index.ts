/** Lockstep with peers: the emitted Verilog in Verilator and Icarus Verilog against our simulators. */
export { importedCase } from "./imported-case.ts";
export { whyPeerMissing } from "./installed-peer.ts";
export {
  caseOf,
  differencesOf,
  differenceText,
  type FoundDifference,
  type LockstepOptions,
  type LockstepReport,
  lockstep,
} from "./lockstep.ts";
export { type BatchOptions, type BatchReport, type Comparison, lockstepBatch } from "./lockstep-batch.ts";
export { type MutationReport, mutationCheck } from "./mutation-check.ts";
export { type PeerCase, type PeerName, peerTitles } from "./peer-case.ts";
export { PeerError } from "./peer-error.ts";
export type { PinStimulus } from "./pin-stimulus.ts";
