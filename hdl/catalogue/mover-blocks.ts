import type { AnyModule } from "../lang/index.ts";
import {
  BeatPlacer,
  CompletionQueue,
  EntrySplit,
  GrantBoard,
  LoadChannel,
  LoadPlan,
  LoadUnit,
  type NocConfig,
  type NpuConfig,
  nocConfig,
  npuConfig,
  PacketPlan,
  Receiver,
  RowGather,
  RowStream,
  StorePlan,
  StoreUnit,
  Transposer,
} from "../npu/index.ts";
import type { Block } from "./block.ts";
import { numberOf, parameter } from "./parameters.ts";

const side = parameter("side", "bytes of a row of the scratchpad", 16, [2, 64]);

/** The sizes of a tile and of the network that its data movers see. */
const moverSize = [
  side,
  parameter("scratchpadRows", "rows of the scratchpad, in all banks", 16_384, [2, 2 ** 16]),
  parameter("scratchpadBanks", "banks of the scratchpad", 4, [1, 16]),
  parameter("accumulatorRows", "rows of the accumulators, in both banks", 1024, [4, 2 ** 16]),
  parameter("reads", "read bursts under way on a channel", 32, [1, 256]),
  parameter("writes", "write bursts under way", 32, [1, 256]),
  parameter("burstBeats", "beats of the longest burst", 64, [1, 256]),
  parameter("bufferBeats", "beats of read data held by a channel", 256, [1, 65_536]),
  parameter("width", "nodes in a row of the mesh", 2, [1, 16]),
  parameter("height", "rows of the mesh", 2, [1, 16]),
  parameter("vcs", "virtual channels of a link", 4, [2, 4]),
  parameter("vcDepth", "flits that a virtual channel buffers", 8, [2, 64]),
];

type Values = Readonly<Record<string, number>>;

function network(values: Values): NocConfig {
  return nocConfig({
    width: numberOf(values, "width"),
    height: numberOf(values, "height"),
    vcs: numberOf(values, "vcs"),
    vcDepth: numberOf(values, "vcDepth"),
    payloadBits: 8 * numberOf(values, "side"),
  });
}

/** A block that is made from the configurations of a tile and of the network around it. */
function part(name: string, summary: string, generator: (config: NpuConfig, noc: NocConfig) => AnyModule): Block {
  return { name, summary, parameters: moverSize, build: (values) => generator(npuConfig(values), network(values)) };
}

/** A block that is made from the length of a row alone. */
function rowPart(name: string, summary: string, generator: (side: number) => AnyModule): Block {
  return { name, summary, parameters: [side], build: (values) => generator(numberOf(values, "side")) };
}

/** The blocks of `hdl/npu/movers`, `hdl/npu/load` and `hdl/npu/store`. */
export const moverBlocks: readonly Block[] = [
  {
    name: "CompletionQueue",
    summary: "ends of instructions in the order in which they began",
    parameters: [parameter("paths", "paths side by side", 3, [1, 3])],
    build: (values) => CompletionQueue(numberOf(values, "paths")),
  },
  {
    name: "PacketPlan",
    summary: "what a SEND or a RECEIVE asks for",
    parameters: [...moverSize, parameter("sends", "1: SEND, 0: RECEIVE", 1, [0, 1])],
    build: (values) =>
      PacketPlan(npuConfig(values), network(values), numberOf(values, "sends") === 1 ? "send" : "receive"),
  },
  rowPart("Transposer", "transposes tiles of bytes", Transposer),
  rowPart("RowGather", "makes int32 rows of beats or flits", RowGather),
  rowPart("EntrySplit", "takes beats of int16 apart", EntrySplit),
  part("LoadPlan", "what a LOAD asks for", LoadPlan),
  part("BeatPlacer", "puts the beats of LOADs into the memories", BeatPlacer),
  part("LoadChannel", "read channel of the bus with its way into the memories", LoadChannel),
  part("Receiver", "rows from the network into the memories", Receiver),
  part("LoadUnit", "LOAD and RECEIVE", LoadUnit),
  part("GrantBoard", "which nodes wait for a send", (_, noc) => GrantBoard(noc)),
  part("RowStream", "rows of the memories in pieces", (config, noc) => RowStream(config, noc.vcDepth)),
  part("StorePlan", "what a STORE asks for", StorePlan),
  part("StoreUnit", "STORE and SEND", StoreUnit),
];
