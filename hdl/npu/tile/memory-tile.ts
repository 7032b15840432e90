import { Bool, inst, module, pack, Stream, Vec } from "../../lang/index.ts";
import { element } from "../../lib/element.ts";
import { anyOf } from "../../lib/index.ts";
import { AxiRead, AxiWrite } from "../axi.ts";
import { AxiReadMux } from "../axi-read-mux.ts";
import { LoadUnit } from "../load/index.ts";
import { LinkActivity, type NocConfig, NodeId, nocClasses, ReceivedFlit, SentFlit } from "../noc/index.ts";
import { channelConfig, type NpuConfig, Sums, transactionIds } from "../npu-config.ts";
import { Scratchpad } from "../scratchpad.ts";
import { StoreUnit } from "../store/index.ts";
import { controllerSteps, linkSteps, moverSteps, moves } from "./activity-steps.ts";
import { CsrRequest, CsrResponse } from "./csr-bus.ts";
import { queuesOf, TileController } from "./tile-controller.ts";
import { counterSteps, TileCounters } from "./tile-counters.ts";

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
  const channel = channelConfig(config, transactionIds.data);
  const classes = nocClasses.length;
  const Flags = Vec(queuesOf("memory").length, Bool);
  const Controller = TileController(config, "memory");
  const Load = LoadUnit(config, noc);
  const Store = StoreUnit(config, noc);
  const Rows = Scratchpad(config, 1, 3);
  const Mux = AxiReadMux(channel, [transactionIds.data, transactionIds.fetch]);

  return module(
    "MemoryTile",
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
      const store = inst(Store);
      const scratchpad = inst(Rows);
      const bus = inst(Mux);
      const counters = inst(TileCounters);

      const [toLoad, toStore] = [element(controller.out.issue, 0), element(controller.out.issue, 1)];
      const [requests, responses] = [element(receive, 0), element(receive, 1)];
      const [toRequests, toResponses] = [element(send, 0), element(send, 1)];
      const [channel0, channel1] = [element(read, 0), element(read, 1)];
      const { cancel } = controller.out;

      const rows = scratchpad.out;
      scratchpad.in = { read: [store.out.scratchpadRead], write: load.out.scratchpadWrite };
      load.in = {
        ...{ command: toLoad, cancel, receive: responses, grant: toRequests },
        read: [channel0, element(bus.out.from, 0)],
        scratchpadWrite: rows.write,
        add: { ready: Bool.lit(0) },
      };
      store.in = {
        ...{ command: toStore, cancel, write, grants: requests, send: toResponses },
        scratchpadRead: element(rows.read, 0),
        scratchpadData: element(rows.data, 0),
        accumulatorRead: { ready: Bool.lit(0) },
        accumulatorData: { valid: Bool.lit(0), bits: Sums(config).lit(new Array<number>(side).fill(0)) },
      };
      bus.in = { from: [element(load.out.read, 1), controller.out.bus], to: channel1 };

      const units = [load.out, store.out];
      const beats = [
        { ...channel0.r, ready: element(load.out.read, 0).r.ready },
        { ...element(bus.out.from, 0).r, ready: element(load.out.read, 1).r.ready },
      ];
      const written = { ...store.out.write.w, ready: write.w.ready };
      const received = { ...responses, ready: load.out.receive.ready };
      const sent = { ...store.out.send, ready: toResponses.ready };
      controller.in = {
        ...{ id, csr, response, bus: element(bus.out.from, 1) },
        issue: [load.out.command, store.out.command],
        done: pack(
          Flags,
          units.map(({ done }) => done),
        ),
        tag: units.map(({ tag }) => tag),
        fault: units.map(({ fault }) => fault),
        busy: pack(
          Flags,
          units.map(({ busy }) => busy),
        ),
        moves: anyOf([...beats, written, received, sent].map(moves)),
        counter: counters.out.counter,
      };
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
          scratchpadReadConflicts: rows.readConflicts,
          scratchpadWriteConflicts: rows.writeConflicts,
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
