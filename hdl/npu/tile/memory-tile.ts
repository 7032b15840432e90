import { Bool, inst, module } from "../../lang/index.ts";
import { element } from "../../lib/element.ts";
import type { NocConfig } from "../noc/index.ts";
import { type NpuConfig, Sums } from "../npu-config.ts";
import { HostRow, hostRow } from "../row-access.ts";
import { Scratchpad } from "../scratchpad.ts";
import { controllerSteps, linkSteps, moverSteps, movesBytes } from "./activity-steps.ts";
import { DataMovers } from "./data-movers.ts";
import { TileController } from "./tile-controller.ts";
import { counterSteps, TileCounters } from "./tile-counters.ts";
import { tilePorts } from "./tile-ports.ts";

/**
 * A tile that holds data for others: a scratchpad between the bus and the network, with the controller and the data
 * movers of a `ComputeTile`, whose ports it has, but without array, accumulators and vector unit.
 *
 *                     ┌──────── controller ────────┐ ◄─► host
 *                     │ load queue     store queue │
 *                     └─────┬────────────────┬─────┘
 *     DRAM ═► 2 channels ═► load unit      store unit ═► channel ═► DRAM
 *     NoC  ═► responses ══►    ▼             ▲   ═══════► responses ═► NoC
 *                          ════╧═ scratchpad ╧══
 *
 * The tokens that LOAD pushes to the next queue and those that STORE pushes to the one before are each other's. What is
 * not of the scratchpad, GEMM and VEC are illegal.
 */
export const MemoryTile = (config: NpuConfig, noc: NocConfig) => {
  const { side } = config;
  const Controller = TileController(config, "memory");
  const Movers = DataMovers(config, noc);
  const Rows = Scratchpad(config, 1, 3);

  return module(
    "MemoryTile",
    {
      params: { side },
      ...tilePorts(config, noc),
    },
    ({ id, csr, receive, links, response, read, write, send }) => {
      const controller = inst(Controller);
      const movers = inst(Movers);
      const scratchpad = inst(Rows);
      const counters = inst(TileCounters);

      const [toLoad, toStore] = [element(controller.out.issue, 0), element(controller.out.issue, 1)];
      const { cancel, access } = controller.out;
      const { activity } = movers.out;
      const rows = scratchpad.out;
      const never = { ready: Bool.lit(0) };
      const none = HostRow(config).lit(0);

      scratchpad.in = { read: [movers.out.scratchpadRead], write: movers.out.scratchpadWrite };
      movers.in = {
        ...{ loads: toLoad, stores: toStore, cancel, access, fetch: controller.out.bus },
        ...{ read, write, send, receive },
        scratchpadRead: element(rows.read, 0),
        scratchpadData: element(rows.data, 0),
        scratchpadWrite: rows.write,
        ...{ add: never, accumulatorRead: never },
        accumulatorData: { valid: Bool.lit(0), bits: Sums(config).lit(new Array<number>(side).fill(0)) },
      };
      controller.in = {
        ...{ id, csr, response, bus: movers.out.fetch },
        issue: [movers.out.loads, movers.out.stores],
        ...{ done: movers.out.done, tag: movers.out.tag, fault: movers.out.fault, busy: movers.out.busy },
        moves: movesBytes(activity),
        counter: counters.out.counter,
        taken: movers.out.taken,
        rows: {
          scratchpad: hostRow(config, element(rows.data, 0).bits),
          ...{ accumulator: none, bias: none, scale: none, lut: none },
        },
      };
      counters.in = {
        index: controller.out.counterIndex,
        clear: controller.out.clearCounters,
        steps: counterSteps({
          ...controllerSteps(controller.out.activity, side),
          ...linkSteps(links),
          ...moverSteps(activity),
          scratchpadReadConflicts: rows.readConflicts,
          scratchpadWriteConflicts: rows.writeConflicts,
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
