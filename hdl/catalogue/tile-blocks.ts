import type { AnyModule } from "../lang/index.ts";
import {
  AxiReadMux,
  axiConfig,
  Chip,
  ComputeTile,
  ConfigurationQueue,
  ControlRegisters,
  chipConfig,
  DataMovers,
  EventCounter,
  ExecuteIssue,
  FaultRecord,
  HostPort,
  InstructionFetch,
  MemoryTile,
  MemoryWindows,
  type NpuConfig,
  networkConfig,
  npuConfig,
  ParameterMemory,
  TileController,
  TileCounters,
  VectorIssue,
  Watchdog,
} from "../npu/index.ts";
import type { Block } from "./block.ts";
import { numberOf, parameter } from "./parameters.ts";

/** The sizes of a whole tile, small so that every block is quick to make. */
const tileSize = [
  parameter("side", "rows and columns of the array, bytes of a row and of a beat", 4, [2, 64]),
  parameter("scratchpadRows", "rows of the scratchpad, in all banks", 256, [2, 2 ** 16]),
  parameter("scratchpadBanks", "banks of the scratchpad", 2, [1, 16]),
  parameter("accumulatorRows", "rows of the accumulators, in both banks", 64, [4, 2 ** 16]),
  parameter("reads", "bursts under way on a read channel", 4, [1, 256]),
  parameter("writes", "bursts under way on the write channel", 4, [1, 256]),
  parameter("burstBeats", "beats of the longest burst", 16, [1, 256]),
  parameter("bufferBeats", "beats that a read channel holds", 32, [1, 65_536]),
  parameter("instructions", "instructions held", 64, [64, 65_536]),
];

/** A block that is made from a tile's configuration alone. */
function part(name: string, summary: string, generator: (config: NpuConfig) => AnyModule): Block {
  return { name, summary, parameters: tileSize, build: (values) => generator(npuConfig(values)) };
}

/** The control side of a tile, and what is made of all its parts. */
export const tileBlocks: readonly Block[] = [
  {
    name: "AxiReadMux",
    summary: "lets two managers share a read port",
    parameters: [parameter("dataBytes", "bytes of a beat", 16, [1, 128])],
    build: (values) => AxiReadMux(axiConfig(values), [0, 1]),
  },
  part("InstructionFetch", "reads a program ahead of its use", InstructionFetch),
  {
    name: "ConfigurationQueue",
    summary: "configuration registers as the instructions of a queue see them",
    parameters: [parameter("depth", "instructions in the queue", 8, [1, 1024])],
    build: (values) => ConfigurationQueue(numberOf(values, "depth")),
  },
  { name: "Watchdog", summary: "bites when nothing moves", parameters: [], build: () => Watchdog },
  { name: "FaultRecord", summary: "keeps a tile's first fault", parameters: [], build: () => FaultRecord },
  { name: "ExecuteIssue", summary: "GEMM instructions as commands", parameters: [], build: () => ExecuteIssue },
  { name: "VectorIssue", summary: "VEC instructions as commands", parameters: [], build: () => VectorIssue },
  {
    name: "ControlRegisters",
    summary: "answers the host from registers and counters",
    parameters: [],
    build: () => ControlRegisters,
  },
  { name: "EventCounter", summary: "one counter of 64 bits", parameters: [], build: () => EventCounter },
  { name: "TileCounters", summary: "all counters of a tile", parameters: [], build: () => TileCounters },
  {
    name: "TileController",
    summary: "runs a program, gives its instructions to the units, answers the host",
    parameters: [...tileSize, parameter("compute", "1: of a compute tile, 0: of a memory tile", 1, [0, 1])],
    build: (values) => TileController(npuConfig(values), numberOf(values, "compute") === 1 ? "compute" : "memory"),
  },
  {
    name: "MemoryWindows",
    summary: "the host's way to a tile's local memories",
    parameters: [...tileSize, parameter("compute", "1: of a compute tile, 0: of a memory tile", 1, [0, 1])],
    build: (values) => MemoryWindows(npuConfig(values), numberOf(values, "compute") === 1 ? "compute" : "memory"),
  },
  part("ParameterMemory", "the bias memory of the vector unit", (config) => ParameterMemory(config, "bias")),
  part("DataMovers", "load and store unit between bus, network and local memories", (config) =>
    DataMovers(config, networkConfig(chipConfig({ tile: config }))),
  ),
  part("ComputeTile", "array, vector unit, data movers, memories and their controller", (config) =>
    ComputeTile(config, networkConfig(chipConfig({ tile: config }))),
  ),
  part("MemoryTile", "scratchpad with data movers and their controller", (config) =>
    MemoryTile(config, networkConfig(chipConfig({ tile: config }))),
  ),
  {
    name: "HostPort",
    summary: "accesses of the host to the tiles",
    parameters: [parameter("tiles", "tiles, with ids from 0 on", 4, [1, 256])],
    build: (values) => HostPort(Array.from({ length: numberOf(values, "tiles") }, (_, id) => id)),
  },
  {
    name: "Chip",
    summary: "compute tiles and memory tiles on a mesh",
    parameters: [
      parameter("width", "compute tiles in a row", 1, [1, 15]),
      parameter("height", "rows of tiles", 1, [1, 16]),
      parameter("vcs", "virtual channels of a link", 4, [2, 4]),
      parameter("vcDepth", "flits that a virtual channel buffers", 8, [2, 64]),
      ...tileSize,
    ],
    build: (values) => {
      const mesh = { width: numberOf(values, "width"), height: numberOf(values, "height") };
      const links = { vcs: numberOf(values, "vcs"), vcDepth: numberOf(values, "vcDepth") };
      return Chip(chipConfig({ ...mesh, ...links, tile: npuConfig(values) }));
    },
  },
];
