import { Bool, inst, module, mux, pack, Stream, UInt, Vec } from "../../lang/index.ts";
import { element } from "../../lib/element.ts";
import { anyOf } from "../../lib/index.ts";
import { Accumulators } from "../accumulators.ts";
import { AxiRead, AxiWrite } from "../axi.ts";
import { AxiReadMux } from "../axi-read-mux.ts";
import { ExecuteIssue, ExecuteUnit } from "../execute/index.ts";
import { LoadUnit } from "../load/index.ts";
import { LinkActivity, type NocConfig, NodeId, nocClasses, ReceivedFlit, SentFlit } from "../noc/index.ts";
import { channelConfig, type NpuConfig, transactionIds } from "../npu-config.ts";
import { Scratchpad } from "../scratchpad.ts";
import { StoreUnit } from "../store/index.ts";
import { VectorIssue, VectorUnit } from "../vector/index.ts";
import { controllerSteps, linkSteps, moverSteps, moves } from "./activity-steps.ts";
import { CsrRequest, CsrResponse } from "./csr-bus.ts";
import { queuesOf, TileController } from "./tile-controller.ts";
import { counterSteps, TileCounters } from "./tile-counters.ts";

/**
 * A tile that computes: four units around two memories, each with a queue of instructions of its own, and a controller
 * that runs the program.
 *
 *                        ┌───────────────── controller ─────────────────┐ ◄─► host
 *                        │ load queue   execute      vector       store │
 *                        └─────┬───────────┬────────────┬───────────┬───┘
 *     DRAM ═► 2 channels ═► load unit   execute      vector       store unit ═► channel ═► DRAM
 *     NoC  ═► responses ══►    │        unit with    unit           │  │  ═► responses ═► NoC
 *                              │        the array     │ ▲           ▲  ▲
 *                              ▼         ▲    │       ▼ │           │  │
 *                          ════╧═════ scratchpad ═════╧═╧═══════════╧══╪══
 *                              │              ▼       │ ▲              │
 *                          ════╧══════════ accumulators ══════════════╧══
 *
 * - `id`: of the tile's node, constant. `csr` → `response`: accesses of the host, see `ControlRegisters`; `interrupt` to
 *   it.
 * - `read`, `write`: the bus. Channel 0 reads data, channel 1 data and, with an id of its own, the program.
 * - `send`, `receive`: the network, in the order of `nocClasses`: grants are requests, data are responses. `links`: what
 *   the node's router does, for the counters.
 *
 * Of those who want the same bank of a memory in a cycle the array goes first, then the vector unit, then the movers.
 */
export const ComputeTile = (config: NpuConfig, noc: NocConfig) => {
  const { side } = config;
  const channel = channelConfig(config, transactionIds.data);
  const classes = nocClasses.length;
  const Flags = Vec(queuesOf("compute").length, Bool);
  const Controller = TileController(config, "compute");
  const Load = LoadUnit(config, noc);
  const Execute = ExecuteUnit(config);
  const Vector = VectorUnit(config);
  const Store = StoreUnit(config, noc);
  const Rows = Scratchpad(config, 5, 4);
  const Sums = Accumulators(config, 3, 3);
  const Mux = AxiReadMux(channel, [transactionIds.data, transactionIds.fetch]);

  return module(
    "ComputeTile",
    {
      params: { side },
      in: {
        id: NodeId,
        csr: Stream(CsrRequest),
        receive: Vec(classes, Stream(ReceivedFlit(noc))),
        links: LinkActivity,
      },
      out: {
        response: Stream(CsrResponse),
        read: Vec(2, AxiRead(channel)),
        write: AxiWrite(channel),
        send: Vec(classes, Stream(SentFlit(noc))),
        interrupt: Bool,
      },
    },
    ({ id, csr, receive, links, response, read, write, send }) => {
      const controller = inst(Controller);
      const load = inst(Load);
      const executeIssue = inst(ExecuteIssue);
      const execute = inst(Execute);
      const vectorIssue = inst(VectorIssue);
      const vector = inst(Vector);
      const store = inst(Store);
      const scratchpad = inst(Rows);
      const accumulators = inst(Sums);
      const bus = inst(Mux);
      const counters = inst(TileCounters);

      const [toLoad, toExecute, toVector, toStore] = [0, 1, 2, 3].map((i) => element(controller.out.issue, i));
      if (!toLoad || !toExecute || !toVector || !toStore) throw new RangeError("a compute tile has four queues");
      const [requests, responses] = [element(receive, 0), element(receive, 1)];
      const [toRequests, toResponses] = [element(send, 0), element(send, 1)];
      const [channel0, channel1] = [element(read, 0), element(read, 1)];
      const { cancel } = controller.out;

      // Who reads and writes the memories, the first first.
      const { activationRead, weightRead } = execute.out;
      const rowReaders = [activationRead, weightRead, ...vector.out.scratchpadRead, store.out.scratchpadRead];
      const rowWriters = [vector.out.write, ...load.out.scratchpadWrite];
      const adders = [execute.out.add, vector.out.add, load.out.add];
      const sumReaders = [...vector.out.accumulatorRead, store.out.accumulatorRead];
      scratchpad.in = { read: rowReaders, write: rowWriters };
      accumulators.in = { add: adders, read: sumReaders };
      const rows = scratchpad.out;
      const sums = accumulators.out;

      load.in = {
        ...{ command: toLoad, cancel, receive: responses, grant: toRequests },
        read: [channel0, element(bus.out.from, 0)],
        scratchpadWrite: rows.write.slice(1),
        add: element(sums.add, 2),
      };
      executeIssue.in = { instruction: toExecute, command: execute.out.command };
      execute.in = {
        ...{ command: executeIssue.out.command, cancel },
        activationRead: element(rows.read, 0),
        activationData: element(rows.data, 0),
        weightRead: element(rows.read, 1),
        weightData: element(rows.data, 1),
        add: element(sums.add, 0),
      };
      vectorIssue.in = {
        instruction: toVector,
        configuration: controller.out.configuration,
        command: vector.out.command,
      };
      vector.in = {
        ...{ command: vectorIssue.out.command, cancel },
        scratchpadRead: rows.read.slice(2, 4),
        scratchpadData: rows.data.slice(2, 4),
        accumulatorRead: sums.read.slice(0, 2),
        accumulatorData: sums.data.slice(0, 2),
        write: element(rows.write, 0),
        add: element(sums.add, 1),
        ...{ bias: load.out.bias, scale: load.out.scale, table: load.out.table },
      };
      store.in = {
        ...{ command: toStore, cancel, write, grants: requests, send: toResponses },
        scratchpadRead: element(rows.read, 4),
        scratchpadData: element(rows.data, 4),
        accumulatorRead: element(sums.read, 2),
        accumulatorData: element(sums.data, 2),
      };
      bus.in = { from: [element(load.out.read, 1), controller.out.bus], to: channel1 };

      const units = [load.out, execute.out, vector.out, store.out];
      const noAddress = UInt(32).lit(0);
      const faultOf = (unit: typeof execute.out | typeof vector.out) => ({
        ...{ valid: unit.fault, reason: unit.reason, address: noAddress },
      });
      const beats = [
        { ...channel0.r, ready: element(load.out.read, 0).r.ready },
        { ...element(bus.out.from, 0).r, ready: element(load.out.read, 1).r.ready },
      ];
      const written = { ...store.out.write.w, ready: write.w.ready };
      const received = { ...responses, ready: load.out.receive.ready };
      const sent = { ...store.out.send, ready: toResponses.ready };
      const ofVector = [
        { ...vector.out.write, ready: element(rows.write, 0).ready },
        { ...vector.out.add, ready: element(sums.add, 1).ready },
      ];
      controller.in = {
        ...{ id, csr, response, bus: element(bus.out.from, 1) },
        issue: [load.out.command, executeIssue.out.instruction, vectorIssue.out.instruction, store.out.command],
        done: pack(
          Flags,
          units.map(({ done }) => done),
        ),
        tag: units.map(({ tag }) => tag),
        fault: [load.out.fault, faultOf(execute.out), faultOf(vector.out), store.out.fault],
        busy: pack(
          Flags,
          units.map(({ busy }) => busy),
        ),
        moves: anyOf([execute.out.computing, ...[...beats, written, received, sent, ...ofVector].map(moves)]),
        counter: counters.out.counter,
      };

      const gemms = { ...toExecute, ready: executeIssue.out.instruction.ready };
      const nothing = UInt(36).lit(0);
      counters.in = {
        index: controller.out.counterIndex,
        clear: controller.out.clearCounters,
        steps: counterSteps({
          ...controllerSteps(controller.out.activity, side),
          ...linkSteps(links),
          ...moverSteps(
            {
              ...{ loadWaits: load.out.waits, storeWaits: store.out.waits },
              ...{ beats, write: written, receive: received, send: sent },
            },
            side,
          ),
          macsIssued: execute.out.computing.extend(36).shl(2 * Math.log2(side)),
          macsUseful: mux(moves(gemms), executeIssue.out.macs, nothing),
          waitArray: execute.out.waiting,
          scratchpadReadConflicts: rows.readConflicts,
          scratchpadWriteConflicts: rows.writeConflicts,
          accumulatorConflicts: sums.conflicts,
        }),
      };

      return {
        csr: controller.out.csr,
        response: controller.out.response,
        interrupt: controller.out.interrupt,
        read: [element(load.out.read, 0), bus.out.to],
        write: store.out.write,
        send: [load.out.grant, store.out.send],
        receive: [store.out.grants, load.out.receive],
      };
    },
  );
};
