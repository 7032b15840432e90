import type { AnyModule } from "../lang/index.ts";
import {
  AxiReadChecker,
  AxiWriteChecker,
  axiConfig,
  BeatBuffer,
  BurstFiller,
  DestinationWalk,
  Dma,
  type DmaConfig,
  DmaMeter,
  DmaReader,
  DmaWriter,
  dmaConfig,
  Legaliser,
  LoopNest,
  RowAssembler,
  SourceWalk,
  StrideWalk,
  WriteCollector,
} from "../npu/index.ts";
import type { Block } from "./block.ts";
import { numberOf, parameter } from "./parameters.ts";

const busSize = [
  parameter("dataBytes", "bytes of a beat", 16, [1, 128]),
  parameter("addressBits", "bits of an address", 32, [13, 64]),
  parameter("idBits", "bits of an id", 4, [1, 16]),
];

const dmaSize = [
  ...busSize,
  parameter("id", "id of all transactions", 0, [0, 65_535]),
  parameter("reads", "read bursts under way", 16, [1, 256]),
  parameter("writes", "write bursts under way", 16, [1, 256]),
  parameter("burstBeats", "beats of the longest burst", 256, [1, 256]),
  parameter("bufferBeats", "beats of read data held", 512, [1, 65_536]),
];

/** A block that is made from a DMA engine's configuration alone. */
function part(name: string, summary: string, generator: (config: DmaConfig) => AnyModule): Block {
  return { name, summary, parameters: dmaSize, build: (values) => generator(dmaConfig(values)) };
}

const outstanding = parameter("outstanding", "bursts under way", 16, [1, 4096]);

/** The blocks of `hdl/npu/dma` and of the bus. */
export const dmaBlocks: readonly Block[] = [
  {
    name: "AxiReadChecker",
    summary: "listens to AXI read channels for breaches of the protocol",
    parameters: [...busSize, outstanding],
    build: (values) => AxiReadChecker(axiConfig(values), numberOf(values, "outstanding")),
  },
  {
    name: "AxiWriteChecker",
    summary: "listens to AXI write channels for breaches of the protocol",
    parameters: [...busSize, outstanding],
    build: (values) => AxiWriteChecker(axiConfig(values), numberOf(values, "outstanding")),
  },
  { name: "LoopNest", summary: "three nested loops", parameters: [], build: () => LoopNest },
  {
    name: "StrideWalk",
    summary: "an address that follows nested loops",
    parameters: [parameter("bits", "bits of an address", 32, [1, 64])],
    build: (values) => StrideWalk(numberOf(values, "bits")),
  },
  part("SourceWalk", "rows of a transfer's source, with their padding", SourceWalk),
  part("DestinationWalk", "rows of a transfer's destination", DestinationWalk),
  part("Legaliser", "cuts rows into bursts that AXI allows", Legaliser),
  {
    name: "BeatBuffer",
    summary: "queue in a synchronous SRAM",
    parameters: [parameter("bits", "bits of a word", 130, [1, 4096]), parameter("depth", "words", 512, [1, 65_536])],
    build: (values) => BeatBuffer(numberOf(values, "bits"), numberOf(values, "depth")),
  },
  part("RowAssembler", "makes padded rows of a bus's beats", RowAssembler),
  part("BurstFiller", "shifts rows to their place in bursts", BurstFiller),
  part("WriteCollector", "collects the responses to writes", WriteCollector),
  part("DmaReader", "memory to rows", DmaReader),
  part("DmaWriter", "rows to memory", DmaWriter),
  {
    name: "DmaMeter",
    summary: "counts what a DMA engine moves",
    parameters: [parameter("dataBytes", "bytes of a beat", 16, [1, 128])],
    build: (values) => DmaMeter(numberOf(values, "dataBytes")),
  },
  part("Dma", "memory to memory", Dma),
];
