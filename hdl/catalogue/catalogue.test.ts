import { describe, expect, test } from "vitest";
import { elaborate } from "../lang/index.ts";
import * as library from "../lib/index.ts";
import * as npu from "../npu/index.ts";
import { type Block, blocks, buildBlock } from "./index.ts";

/** Exports in capitals that are types of ports, not modules. */
const types = new Set([
  ...["Access", "AccumulatorAddress", "AccumulatorTarget", "SumRow", "ActivationAddress", "ActivationRead"],
  ...["ActivationWrite", "Command", "Count", "ActivationWord", "Int8", "Int32", "SumWord", "WeightWord", "Counters"],
  ...[
    "ActivationRow",
    "SequencerState",
    "Fault",
    "Bytes",
    "ScratchpadAddress",
    "ScratchpadData",
    "ScratchpadRow",
    "ScratchpadWrite",
    "Sums",
    "VectorCommand",
    "VectorStep",
    "TableWrite",
    "ParameterWrite",
    "Scale",
    "LoopCommand",
    "ProgramAddress",
    "Configure",
    "ProgramFault",
    "ProgramState",
    "DoneTag",
    "Neighbour",
    "GemmCommand",
    "AccumulatorAdd",
    "AccumulatorData",
    "AccumulatorRow",
    "WeightAddress",
    "WeightWrite",
  ],
  ...["AxiAddress", "AxiRead", "AxiReadData", "AxiWrite", "AxiWriteData", "AxiWriteResponse", "Handshake"],
  ...["DmaBeat", "DmaDescriptor", "DmaError", "DmaStatus", "Padding", "ReadDescriptor", "WriteDescriptor"],
  ...["BurstShape", "DmaCounters", "Burst", "Extent", "AssemblyCommand", "RawBeat", "DestinationRow", "SourceRow"],
  "WriteRecord",
  ...["FaultReason", "FaultSource", "UnitFault", "Cause", "ProgramWait", "ConfigurationWord"],
  ...["HostRow", "LocalRows", "MoverActivity", "RowAccess"],
  ...["InterruptEvents", "StatusWords", "CsrRequest", "CsrResponse", "ControllerActivity", "AxiLite"],
  ...[
    "Begun",
    "MovedBytes",
    "MoverWaits",
    "PacketJob",
    "PathResult",
    "ParameterRow",
    "TableEntry",
    "EntryBeat",
    "LoadJob",
  ],
  ...["LoadTarget", "LoadWork", "PaddedSize", "Placement", "RowPiece", "TileRow", "RowJob", "StoredPiece"],
  ...[
    "Channel",
    "Flit",
    "LinkActivity",
    "NocClass",
    "NodeId",
    "PackedFlit",
    "ReceivedFlit",
    "SentFlit",
    "VcLevel",
    "VcNumber",
  ],
]);

function block(name: string): Block {
  const found = blocks.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`no block ${name}`);
  return found;
}

describe("the catalogue of blocks", () => {
  test("names every module that the library and the NPU export, once", () => {
    const exported = [...Object.keys(library), ...Object.keys(npu)].filter((name) => /^[A-Z]/.test(name));
    expect(blocks.map(({ name }) => name).sort()).toEqual(exported.filter((name) => !types.has(name)).sort());
  });

  test.each(blocks)("$name elaborates with its fallbacks at a small size", (entry) => {
    const small = Object.fromEntries(
      entry.parameters.flatMap(({ name }) => (["rows", "cols", "side"].includes(name) ? [[name, 2] as const] : [])),
    );
    const { modules, top } = elaborate(buildBlock(entry, small));
    expect(modules[top]?.name).toMatch(/^[A-Z]/);
  });

  test("parameters reach the module", () => {
    const { modules, top } = elaborate(buildBlock(block("Fifo"), { width: 5, depth: 3 }));
    expect(modules[top]?.memories).toMatchObject([{ width: 5, depth: 3 }]);
    const flow = elaborate(buildBlock(block("Fifo"), { flow: 1 }));
    expect(flow.modules[flow.top]?.name).toContain("FlowFifo");
    const rows = elaborate(buildBlock(block("PeArray"), { rows: 2, cols: 3 }));
    expect(rows.modules[rows.top]?.instances.find(({ dims }) => dims.length === 2)?.dims).toEqual([2, 3]);
  });

  test("says what is wrong with a parameter", () => {
    expect(() => buildBlock(block("Fifo"), { dept: 3 })).toThrow(
      "[Fifo] has no parameter dept; did you mean depth? It takes width, depth, flow",
    );
    expect(() => buildBlock(block("Fifo"), { depth: 0 })).toThrow(
      "[Fifo] depth (items held) is a whole number from 1 to 1048576, not 0",
    );
    expect(() => buildBlock(block("Synchroniser"), { n: 1 })).toThrow("[Synchroniser] takes no parameters");
    expect(() => buildBlock(block("AsyncFifo"), { depth: 3 })).toThrow("a power of two");
  });
});
