import { cat, inst, module, mux, pack, UInt } from "../../lang/index.ts";
import { element } from "../../lib/element.ts";
import { anyOf } from "../../lib/index.ts";
import { transfers } from "../../lib/monitored.ts";
import { Accumulators } from "../accumulators.ts";
import { ExecuteIssue, ExecuteUnit } from "../execute/index.ts";
import type { NocConfig } from "../noc/index.ts";
import { type NpuConfig, Sums } from "../npu-config.ts";
import { hostRow } from "../row-access.ts";
import { Scratchpad } from "../scratchpad.ts";
import { VectorIssue, VectorUnit } from "../vector/index.ts";
import { controllerSteps, linkSteps, moverSteps, movesBytes } from "./activity-steps.ts";
import { DataMovers } from "./data-movers.ts";
import { TileController } from "./tile-controller.ts";
import { counterSteps, TileCounters } from "./tile-counters.ts";
import { tilePorts } from "./tile-ports.ts";

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
 * For the ports see `tilePorts`.
 *
 * Of those who want the same bank of a memory in a cycle the array goes first, then the vector unit, then the movers.
 */
export const ComputeTile = (config: NpuConfig, noc: NocConfig) => {
  const { side } = config;
  const Controller = TileController(config, "compute");
  const Movers = DataMovers(config, noc);
  const Execute = ExecuteUnit(config);
  const Vector = VectorUnit(config);
  const Rows = Scratchpad(config, 5, 4);
  const Accumulated = Accumulators(config, 3, 3);

  return module(
    "ComputeTile",
    {
      params: { side },
      ...tilePorts(config, noc),
    },
    ({ id, csr, receive, links, response, read, write, send }) => {
      const controller = inst(Controller);
      const movers = inst(Movers);
      const executeIssue = inst(ExecuteIssue);
      const execute = inst(Execute);
      const vectorIssue = inst(VectorIssue);
      const vector = inst(Vector);
      const scratchpad = inst(Rows);
      const accumulators = inst(Accumulated);
      const counters = inst(TileCounters);

      const [toLoad, toExecute, toVector, toStore] = [0, 1, 2, 3].map((i) => element(controller.out.issue, i));
      if (!toLoad || !toExecute || !toVector || !toStore) throw new RangeError("a compute tile has four queues");
      const { cancel, access } = controller.out;

      // Who reads and writes the memories, the first first.
      const { activationRead, weightRead } = execute.out;
      const rowReaders = [activationRead, weightRead, ...vector.out.scratchpadRead, movers.out.scratchpadRead];
      const rowWriters = [vector.out.write, ...movers.out.scratchpadWrite];
      const adders = [execute.out.add, vector.out.add, movers.out.add];
      const sumReaders = [...vector.out.accumulatorRead, movers.out.accumulatorRead];
      scratchpad.in = { read: rowReaders, write: rowWriters };
      accumulators.in = { add: adders, read: sumReaders };
      const rows = scratchpad.out;
      const sums = accumulators.out;

      movers.in = {
        ...{ loads: toLoad, stores: toStore, cancel, access, fetch: controller.out.bus },
        ...{ read, write, send, receive },
        scratchpadRead: element(rows.read, 4),
        scratchpadData: element(rows.data, 4),
        scratchpadWrite: rows.write.slice(1),
        accumulatorRead: element(sums.read, 2),
        accumulatorData: element(sums.data, 2),
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
        ...{ command: vectorIssue.out.command, cancel, access },
        scratchpadRead: rows.read.slice(2, 4),
        scratchpadData: rows.data.slice(2, 4),
        accumulatorRead: sums.read.slice(0, 2),
        accumulatorData: sums.data.slice(0, 2),
        write: element(rows.write, 0),
        add: element(sums.add, 1),
        ...{ bias: movers.out.bias, scale: movers.out.scale, table: movers.out.table },
      };

      const noAddress = UInt(32).lit(0);
      const faultOf = (unit: typeof execute.out | typeof vector.out) => ({
        ...{ valid: unit.fault, reason: unit.reason, address: noAddress },
      });
      const ofVector = [
        { ...vector.out.write, ready: element(rows.write, 0).ready },
        { ...vector.out.add, ready: element(sums.add, 1).ready },
      ];
      const { done, busy, tag, fault, activity } = movers.out;
      controller.in = {
        ...{ id, csr, response, bus: movers.out.fetch },
        issue: [movers.out.loads, executeIssue.out.instruction, vectorIssue.out.instruction, movers.out.stores],
        done: cat(done.bit(1), vector.out.done, execute.out.done, done.bit(0)),
        tag: [element(tag, 0), execute.out.tag, vector.out.tag, element(tag, 1)],
        fault: [element(fault, 0), faultOf(execute.out), faultOf(vector.out), element(fault, 1)],
        busy: cat(busy.bit(1), vector.out.busy, execute.out.busy, busy.bit(0)),
        moves: anyOf([execute.out.computing, movesBytes(activity), ...ofVector.map(transfers)]),
        counter: counters.out.counter,
        taken: movers.out.taken,
        rows: {
          scratchpad: hostRow(config, element(rows.data, 4).bits),
          accumulator: hostRow(config, pack(Sums(config), element(sums.data, 2).bits)),
          ...vector.out.rows,
        },
      };

      const gemms = { ...toExecute, ready: executeIssue.out.instruction.ready };
      const nothing = UInt(36).lit(0);
      counters.in = {
        index: controller.out.counterIndex,
        clear: controller.out.clearCounters,
        steps: counterSteps({
          ...controllerSteps(controller.out.activity, side),
          ...linkSteps(links),
          ...moverSteps(activity),
          macsIssued: execute.out.computing.extend(36).shl(2 * Math.log2(side)),
          macsUseful: mux(transfers(gemms), executeIssue.out.macs, nothing),
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
        read: movers.out.read,
        write: movers.out.write,
        send: movers.out.send,
        receive: movers.out.receive,
      };
    },
  );
};
