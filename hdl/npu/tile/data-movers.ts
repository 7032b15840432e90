import { Bool, Bundle, clog2, fill, inst, module, mux, pack, Stream, UInt, unpack, Vec } from "../../lang/index.ts";
import { element } from "../../lib/element.ts";
import { AccumulatorAdd, AccumulatorData, AccumulatorRow } from "../accumulators.ts";
import { AxiRead, AxiWrite } from "../axi.ts";
import { AxiReadMux } from "../axi-read-mux.ts";
import { UnitFault } from "../controller/index.ts";
import { instructionBits } from "../isa/index.ts";
import { LoadUnit } from "../load/index.ts";
import { MovedBytes, MoverWaits } from "../movers/index.ts";
import { type NocConfig, nocClasses, ReceivedFlit, SentFlit } from "../noc/index.ts";
import { channelConfig, type NpuConfig, Sums, transactionIds } from "../npu-config.ts";
import { hostReads, hostWrites, RowAccess } from "../row-access.ts";
import { ScratchpadAddress, ScratchpadData, ScratchpadWrite } from "../scratchpad.ts";
import { StoreUnit } from "../store/index.ts";
import { ParameterWrite, TableWrite } from "../vector/index.ts";

/** What the movers do in a cycle, for the counters: bytes on each read channel, the program's not among them. */
export const MoverActivity = Bundle({
  ...{ loadWaits: MoverWaits, storeWaits: MoverWaits },
  ...{ read: Vec(2, MovedBytes), written: MovedBytes, received: MovedBytes, sent: MovedBytes },
});

/**
 * The lower half of every tile: load and store unit with their ways to the bus, the network and the local memories, and
 * the host's way to those two memories.
 *
 *     DRAM ═► 2 channels ═► load unit      store unit ═► channel ═► DRAM
 *     NoC  ═► responses ══►    │              ▲   ═══════► responses ═► NoC
 *     host ───────────────► row access ───────┤
 *                              ▼              │
 *                          scratchpad, accumulators
 *
 * - `loads`, `stores`: instructions. `cancel`, `done` … `busy`: as of the units, load in bit and element 0, store in 1.
 * - `read`, `write`: the bus. `fetch`: reads of the program, which share channel 1 under an id of their own.
 * - `send`, `receive`: the network, in the order of `nocClasses`: grants are requests, data are responses.
 * - `access`: of the host, who takes the ports of the store unit to read and those of the load unit to write: the units do
 *   nothing then. `taken`: no memory keeps it waiting in this cycle.
 * - `bias`, `scale`, `table`: what LOAD writes to the vector unit's memories.
 */
export const DataMovers = (config: NpuConfig, noc: NocConfig) => {
  const { side } = config;
  const channel = channelConfig(config, transactionIds.data);
  const Instruction = UInt(instructionBits);
  const Load = LoadUnit(config, noc);
  const Store = StoreUnit(config, noc);
  const Mux = AxiReadMux(channel, [transactionIds.data, transactionIds.fetch]);
  const units: number = 2;
  const Flags = Vec(units, Bool);

  return module(
    "DataMovers",
    {
      params: { side },
      in: {
        ...{ loads: Stream(Instruction), stores: Stream(Instruction), cancel: Bool },
        fetch: AxiRead(channel),
        receive: Vec(nocClasses.length, Stream(ReceivedFlit(noc))),
        access: RowAccess(config),
        scratchpadData: ScratchpadData(config),
        accumulatorData: AccumulatorData(config),
      },
      out: {
        read: Vec(2, AxiRead(channel)),
        write: AxiWrite(channel),
        send: Vec(nocClasses.length, Stream(SentFlit(noc))),
        scratchpadRead: Stream(ScratchpadAddress(config)),
        scratchpadWrite: Vec(3, Stream(ScratchpadWrite(config))),
        accumulatorRead: Stream(AccumulatorRow(config)),
        add: Stream(AccumulatorAdd(config)),
        bias: ParameterWrite(config),
        scale: ParameterWrite(config),
        table: TableWrite,
        done: UInt(units),
        tag: Vec(2, UInt(4)),
        fault: Vec(2, UnitFault),
        busy: UInt(units),
        taken: Bool,
        activity: MoverActivity,
      },
    },
    (io) => {
      const { access, cancel } = io;
      const load = inst(Load);
      const store = inst(Store);
      const bus = inst(Mux);
      const [requests, responses] = [element(io.receive, 0), element(io.receive, 1)];
      const [toRequests, toResponses] = [element(io.send, 0), element(io.send, 1)];
      const [first, second, third] = [0, 1, 2].map((i) => element(io.scratchpadWrite, i));
      if (!first || !second || !third) throw new RangeError("the load unit writes the scratchpad by three ports");

      const [readsRow, readsSums] = [hostReads(access, "scratchpad"), hostReads(access, "accumulator")];
      const [writesRow, writesSums] = [hostWrites(access, "scratchpad"), hostWrites(access, "accumulator")];
      const unless = (host: Bool, port: { readonly ready: Bool }) => ({ ready: port.ready.and(host.not()) });
      const place = <W extends number>(width: W): UInt<W> => access.row.extend(32).trunc(width);
      const ofLoad = element(load.out.scratchpadWrite, 2);

      load.in = {
        ...{ command: io.loads, cancel, receive: responses, grant: toRequests },
        read: [element(io.read, 0), element(bus.out.from, 0)],
        scratchpadWrite: [first, second, unless(writesRow, third)],
        add: unless(writesSums, io.add),
      };
      store.in = {
        ...{ command: io.stores, cancel, write: io.write, grants: requests, send: toResponses },
        ...{ scratchpadData: io.scratchpadData, accumulatorData: io.accumulatorData },
        scratchpadRead: unless(readsRow, io.scratchpadRead),
        accumulatorRead: unless(readsSums, io.accumulatorRead),
      };
      bus.in = { from: [element(load.out.read, 1), io.fetch], to: element(io.read, 1) };

      const { scratchpadRead, accumulatorRead } = store.out;
      const { add } = load.out;
      const taken = [
        [readsRow, io.scratchpadRead],
        [readsSums, io.accumulatorRead],
        [writesRow, third],
        [writesSums, io.add],
      ] as const;
      const movers = [load.out, store.out];
      return {
        loads: load.out.command,
        stores: store.out.command,
        fetch: element(bus.out.from, 1),
        read: [element(load.out.read, 0), bus.out.to],
        write: store.out.write,
        send: [load.out.grant, store.out.send],
        receive: [store.out.grants, load.out.receive],
        scratchpadRead: {
          valid: scratchpadRead.valid.or(readsRow),
          bits: mux(readsRow, place(clog2(config.scratchpadRows)), scratchpadRead.bits),
        },
        scratchpadWrite: [
          ...load.out.scratchpadWrite.slice(0, 2),
          {
            valid: ofLoad.valid.or(writesRow),
            bits: mux(
              writesRow,
              {
                address: place(clog2(config.scratchpadRows)),
                data: access.data.trunc(8 * side),
                mask: fill(side, Bool.lit(1)),
              },
              ofLoad.bits,
            ),
          },
        ],
        accumulatorRead: {
          valid: accumulatorRead.valid.or(readsSums),
          bits: mux(readsSums, place(clog2(config.accumulatorRows)), accumulatorRead.bits),
        },
        add: {
          valid: add.valid.or(writesSums),
          bits: mux(
            writesSums,
            {
              address: place(clog2(config.accumulatorRows)),
              sums: unpack(Sums(config), access.data.trunc(32 * side)),
              accumulate: Bool.lit(0),
            },
            add.bits,
          ),
        },
        ...{ bias: load.out.bias, scale: load.out.scale, table: load.out.table },
        done: pack(
          Flags,
          movers.map(({ done }) => done),
        ),
        tag: movers.map(({ tag }) => tag),
        fault: movers.map(({ fault }) => fault),
        busy: pack(
          Flags,
          movers.map(({ busy }) => busy),
        ),
        taken: taken.reduce<Bool>((all, [host, { ready }]) => all.and(host.not().or(ready)), Bool.lit(1)),
        activity: {
          ...{ loadWaits: load.out.waits, storeWaits: store.out.waits, read: load.out.bytesRead },
          ...{ written: store.out.bytesWritten, received: load.out.bytesReceived, sent: store.out.bytesSent },
        },
      };
    },
  );
};
