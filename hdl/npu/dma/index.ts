/** The DMA engine: rows of any place in memory, padded, to any other. */
export { BeatBuffer } from "./beat-buffer.ts";
export { BurstFiller, BurstShape } from "./burst-filler.ts";
export {
  DmaBeat,
  DmaDescriptor,
  DmaError,
  DmaStatus,
  Padding,
  ReadDescriptor,
  WriteDescriptor,
} from "./descriptor.ts";
export { Dma } from "./dma.ts";
export { burstBytes, type DmaConfig, dmaConfig } from "./dma-config.ts";
export { DmaCounters, DmaMeter } from "./dma-counters.ts";
export { DmaReader } from "./dma-reader.ts";
export { DmaWriter } from "./dma-writer.ts";
export { Burst, Extent, Legaliser } from "./legaliser.ts";
export { LoopNest, StrideWalk } from "./loop-nest.ts";
export { AssemblyCommand, RawBeat, RowAssembler } from "./row-assembler.ts";
export { DestinationRow, DestinationWalk, SourceRow, SourceWalk } from "./row-walk.ts";
export { WriteCollector, WriteRecord } from "./write-collector.ts";
