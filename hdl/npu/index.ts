/** The inference NPU, a file a block: tiles and the chip with all their parts, and the matmul engine on its own. */
export { Accumulator, AccumulatorAddress, AccumulatorTarget, SumRow } from "./accumulator.ts";
export { AccumulatorAdd, AccumulatorData, AccumulatorRow, Accumulators } from "./accumulators.ts";
export { ActivationAddress, ActivationBuffer, ActivationRead, ActivationWrite } from "./activation-buffer.ts";
export {
  AxiAddress,
  type AxiConfig,
  AxiRead,
  AxiReadData,
  AxiWrite,
  AxiWriteData,
  AxiWriteResponse,
  axiConfig,
  axiPage,
  axiResponses,
  Handshake,
} from "./axi.ts";
export { AxiReadChecker, AxiWriteChecker } from "./axi-checker.ts";
export { AxiLite } from "./axi-lite.ts";
export { AxiReadMux } from "./axi-read-mux.ts";
export * from "./chip/index.ts";
export { type ChipConfig, type ChipNode, type ChipSizes, chipConfig, chipNodes, networkConfig } from "./chip-config.ts";
export { Command, Count } from "./command.ts";
export { ActivationWord, type EngineConfig, engineConfig, Int8, Int32, SumWord, WeightWord } from "./config.ts";
export * from "./controller/index.ts";
export { Counters, PerformanceCounters } from "./counters.ts";
export * from "./dma/index.ts";
export { DualArray } from "./dual-array.ts";
export { DualPE } from "./dual-pe.ts";
export {
  ActivationWalk,
  ArrayFeeder,
  ExecuteIssue,
  ExecuteUnit,
  GemmCommand,
  NestWalk,
  ResultWalk,
  WeightWalk,
} from "./execute/index.ts";
export {
  type ConfigurationField,
  type ConfigurationRegister,
  ConfigurationWord,
  configurationRegisters,
  configurationValue,
  Decoder,
  DoneTag,
  Fault,
} from "./isa/index.ts";
export * from "./load/index.ts";
export { MatmulEngine } from "./matmul-engine.ts";
export {
  Begun,
  CompletionQueue,
  MovedBytes,
  MoverWaits,
  PacketJob,
  PacketPlan,
  PathResult,
} from "./movers/index.ts";
export * from "./noc/index.ts";
export {
  arrayConfig,
  Bytes,
  channelConfig,
  type NpuConfig,
  npuConfig,
  ScratchpadRow,
  Sums,
  transactionIds,
} from "./npu-config.ts";
export { PE } from "./pe.ts";
export { ActivationRow, PeArray } from "./pe-array.ts";
export { HostRow, RowAccess, rowWords, type TileMemory, tileMemories } from "./row-access.ts";
export { RowReader } from "./row-reader.ts";
export { Scratchpad, ScratchpadAddress, ScratchpadData, ScratchpadWrite } from "./scratchpad.ts";
export { Sequencer, SequencerState } from "./sequencer.ts";
export { Skew } from "./skew.ts";
export * from "./store/index.ts";
export * from "./tile/index.ts";
export { TileWalk } from "./tile-walk.ts";
export * from "./vector/index.ts";
export { WeightAddress, WeightBuffer, WeightWrite } from "./weight-buffer.ts";
export { WeightLoader } from "./weight-loader.ts";
export { WriteBack } from "./write-back.ts";
