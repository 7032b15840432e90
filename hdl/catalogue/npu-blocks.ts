import type { AnyModule } from "../lang/index.ts";
import {
  Accumulator,
  Accumulators,
  ActivationBuffer,
  ActivationWalk,
  ArrayFeeder,
  computeQueues,
  Decoder,
  DualArray,
  DualPE,
  Ejector,
  type EngineConfig,
  ExecuteUnit,
  engineConfig,
  Injector,
  InputUnit,
  InstructionQueues,
  LaneArithmetic,
  Link,
  LoopStack,
  MatmulEngine,
  Mesh,
  memoryQueues,
  NestWalk,
  NetworkInterface,
  type NocConfig,
  type NpuConfig,
  nocConfig,
  npuConfig,
  PacketFraming,
  PE,
  PeArray,
  PerformanceCounters,
  ProgramSequencer,
  QueueGate,
  Reciprocal,
  Requantiser,
  ResultWalk,
  Route,
  Router,
  RowReader,
  Scratchpad,
  Semaphore,
  Sequencer,
  Skew,
  SwitchAllocator,
  TableIndex,
  TileWalk,
  VcAllocator,
  VectorCompute,
  VectorUnit,
  VectorWalk,
  VirtualChannel,
  WeightBuffer,
  WeightLoader,
  WeightWalk,
  WriteBack,
} from "../npu/index.ts";
import type { Block } from "./block.ts";
import { numberOf, parameter } from "./parameters.ts";

const side = [1, 256] as const;

/** The sizes of an engine; those of the buffers follow from the array's, for a matmul of 256 × 256 × 256 in one run. */
const arraySize = [
  parameter("rows", "rows of the PE array", 16, side),
  parameter("cols", "columns of the PE array", 16, side),
];

/** What an engine's buffers hold; 0 stands for the size that follows from the array's. */
const bufferSizes = [
  parameter("activationWords", "words of the activation buffer, 0: by the array", 0, [0, 2 ** 20]),
  parameter("weightWords", "words of the weight buffer, 0: by the array", 0, [0, 2 ** 20]),
  parameter("accumulatorRows", "rows of the accumulator bank, 0: by the array", 0, [0, 2 ** 20]),
];

function config(values: Readonly<Record<string, number>>): EngineConfig {
  const sizes = [...arraySize, ...bufferSizes].map(({ name }) => [name, numberOf(values, name)] as const);
  return engineConfig(Object.fromEntries(sizes.filter(([, size]) => size !== 0)));
}

/** A block that is made from an engine's configuration alone. */
function part(name: string, summary: string, generator: (config: EngineConfig) => AnyModule): Block {
  return {
    name,
    summary,
    parameters: [...arraySize, ...bufferSizes],
    build: (values) => generator(config(values)),
  };
}

const lanes = parameter("side", "lanes", 16, [2, 64]);
const longestLoop = parameter("longestLoop", "instructions of the longest loop", 992, [1, 65_535]);
const underWay = parameter("underWay", "instructions with a unit at once", 4, [1, 64]);

/** The sizes of a tile. */
const tileSize = [
  parameter("side", "rows and columns of the array, bytes of a row", 16, [2, 64]),
  parameter("scratchpadRows", "rows of the scratchpad, in all banks", 16_384, [2, 2 ** 16]),
  parameter("scratchpadBanks", "banks of the scratchpad", 4, [1, 16]),
  parameter("accumulatorRows", "rows of the accumulators, in both banks", 1024, [4, 2 ** 16]),
];

/** A block that is made from a tile's configuration alone. */
function tilePart(name: string, summary: string, generator: (config: NpuConfig) => AnyModule): Block {
  return { name, summary, parameters: tileSize, build: (values) => generator(npuConfig(values)) };
}

/** The sizes of a network on chip; those of the mesh are small so that every block is quick to make. */
const nocSize = [
  parameter("width", "routers in a row", 2, [1, 16]),
  parameter("height", "rows of routers", 2, [1, 16]),
  parameter("vcs", "virtual channels of a link", 4, [2, 4]),
  parameter("vcDepth", "flits that a virtual channel buffers", 8, [2, 64]),
  parameter("payloadBits", "bits of a flit's payload", 128, [1, 1024]),
];

/** A block that is made from a network's configuration alone. */
function nocPart(name: string, summary: string, generator: (config: NocConfig) => AnyModule): Block {
  const build = (values: Readonly<Record<string, number>>) =>
    generator(nocConfig(Object.fromEntries(nocSize.map((size) => [size.name, numberOf(values, size.name)]))));
  return { name, summary, parameters: nocSize, build };
}

/** The blocks of `hdl/npu`. */
export const npuBlocks: readonly Block[] = [
  { name: "PE", summary: "processing element with shadow and live weight", parameters: [], build: () => PE },
  part("PeArray", "weight-stationary systolic array with its skews", PeArray),
  {
    name: "DualPE",
    summary: "processing element of both dataflows, weight- and output-stationary",
    parameters: [],
    build: () => DualPE,
  },
  part("DualArray", "systolic array of both dataflows", DualArray),
  {
    name: "Skew",
    summary: "triangle of registers that slants a row of numbers",
    parameters: [
      parameter("lanes", "numbers in a row", 16, side),
      parameter("width", "bits of a number", 8, [1, 4096]),
      parameter("falling", "1: lane 0 is the latest, 0: the last lane", 0, [0, 1]),
    ],
    build: (values) =>
      Skew(
        numberOf(values, "lanes"),
        numberOf(values, "width"),
        numberOf(values, "falling") === 1 ? "falling" : "rising",
      ),
  },
  part("Accumulator", "bank of int32 sums with forwarding", Accumulator),
  part("ActivationBuffer", "memory that feeds the array's rows", ActivationBuffer),
  part("WeightBuffer", "memory that feeds the array's columns", WeightBuffer),
  part("TileWalk", "counts rows, k-tiles and n-tiles of a matmul", TileWalk),
  part("WeightLoader", "keeps the shadow weights filled", WeightLoader),
  part("WriteBack", "addresses of the sums that leave the array", WriteBack),
  part("Sequencer", "runs a matmul tile by tile", Sequencer),
  {
    name: "Scratchpad",
    summary: "banked memory with several readers and writers",
    parameters: [
      parameter("side", "bytes of a row", 16, [2, 64]),
      parameter("scratchpadRows", "rows in all banks", 16_384, [2, 2 ** 16]),
      parameter("scratchpadBanks", "banks", 4, [1, 16]),
      parameter("readers", "read ports", 4, [1, 16]),
      parameter("writers", "write ports", 3, [1, 16]),
    ],
    build: (values) => Scratchpad(npuConfig(values), numberOf(values, "readers"), numberOf(values, "writers")),
  },
  {
    name: "Accumulators",
    summary: "two banks of int32 sums with several adders and readers",
    parameters: [
      parameter("side", "sums of a row", 16, [2, 64]),
      parameter("accumulatorRows", "rows in both banks", 1024, [4, 2 ** 16]),
      parameter("adders", "ports that add or write", 3, [1, 16]),
      parameter("readers", "read ports", 2, [1, 16]),
    ],
    build: (values) => Accumulators(npuConfig(values), numberOf(values, "adders"), numberOf(values, "readers")),
  },
  { name: "NestWalk", summary: "three nested counters", parameters: [], build: () => NestWalk },
  tilePart("WeightWalk", "addresses of a GEMM's weights", WeightWalk),
  tilePart("ActivationWalk", "addresses of a GEMM's activations", ActivationWalk),
  tilePart("ResultWalk", "addresses of a GEMM's results", ResultWalk),
  tilePart("ArrayFeeder", "lets rows into the array as its rules allow", ArrayFeeder),
  {
    name: "RowReader",
    summary: "reads rows of a memory ahead of their use",
    parameters: [
      parameter("addressBits", "bits of an address", 14, [1, 32]),
      parameter("rowBits", "bits of a row", 128, [1, 4096]),
      parameter("tagBits", "bits that go with a row", 3, [1, 64]),
    ],
    build: (values) =>
      RowReader(numberOf(values, "addressBits"), numberOf(values, "rowBits"), numberOf(values, "tagBits")),
  },
  tilePart("ExecuteUnit", "GEMMs from the scratchpad into the accumulators", ExecuteUnit),
  {
    name: "LoopStack",
    summary: "the loops that a program is in",
    parameters: [longestLoop],
    build: (values) => LoopStack(numberOf(values, "longestLoop")),
  },
  {
    name: "ProgramSequencer",
    summary: "runs a program: loops, fences, dispatch to the queues",
    parameters: [longestLoop, parameter("compute", "1: there are an execute and a vector unit", 1, [0, 1])],
    build: (values) =>
      ProgramSequencer({ longestLoop: numberOf(values, "longestLoop"), compute: numberOf(values, "compute") === 1 }),
  },
  {
    name: "Semaphore",
    summary: "tokens between two queues",
    parameters: [parameter("most", "tokens that it holds", 255, [1, 65_535])],
    build: (values) => Semaphore(numberOf(values, "most")),
  },
  {
    name: "QueueGate",
    summary: "lets instructions go when their tokens are there",
    parameters: [underWay],
    build: (values) => QueueGate(numberOf(values, "underWay")),
  },
  {
    name: "InstructionQueues",
    summary: "instruction queues with the semaphores between them",
    parameters: [parameter("compute", "1: load, execute, vector, store; 0: load, store", 1, [0, 1])],
    build: (values) => InstructionQueues(numberOf(values, "compute") === 1 ? computeQueues : memoryQueues),
  },
  { name: "LaneArithmetic", summary: "one lane's operations", parameters: [], build: () => LaneArithmetic },
  { name: "TableIndex", summary: "entry of the vector unit's table", parameters: [], build: () => TableIndex },
  {
    name: "Reciprocal",
    summary: "reciprocal and reciprocal root, bit by bit",
    parameters: [],
    build: () => Reciprocal,
  },
  {
    name: "VectorWalk",
    summary: "addresses of a vector instruction",
    parameters: [lanes],
    build: (values) => VectorWalk(numberOf(values, "side")),
  },
  {
    name: "VectorCompute",
    summary: "the vector unit's lanes",
    parameters: [lanes],
    build: (values) => VectorCompute(numberOf(values, "side")),
  },
  tilePart("VectorUnit", "arithmetic on rows of accumulators and scratchpad", VectorUnit),
  { name: "Requantiser", summary: "int32 sums to int8, in single precision", parameters: [], build: () => Requantiser },
  { name: "Decoder", summary: "queue and legality of an instruction", parameters: [], build: () => Decoder },
  {
    name: "PerformanceCounters",
    summary: "cycles by cause, rows and results",
    parameters: [],
    build: () => PerformanceCounters,
  },
  part("MatmulEngine", "array, buffers, accumulators and sequencer in one", MatmulEngine),
  nocPart("Mesh", "network on chip: routers, links and network interfaces", Mesh),
  nocPart("Router", "five ports, XY routes, virtual channels, credits, multicast", Router),
  nocPart("InputUnit", "routes and buffers what arrives at a router's port", InputUnit),
  nocPart("VirtualChannel", "order and way of the flits of one virtual channel", VirtualChannel),
  nocPart("Route", "ports towards the destinations of a flit", Route),
  nocPart("VcAllocator", "gives virtual channels of the outputs to packets", VcAllocator),
  nocPart("SwitchAllocator", "decides which flits cross the switch", SwitchAllocator),
  nocPart("PacketFraming", "checks that packets on a virtual channel stay whole", PacketFraming),
  nocPart("Link", "registers between two routers, with the check that credits are conserved", Link),
  nocPart("NetworkInterface", "packets of a tile to and from its router", NetworkInterface),
  nocPart("Injector", "packets of a tile as flits with credits", Injector),
  nocPart("Ejector", "flits with credits as packets for a tile", Ejector),
];
