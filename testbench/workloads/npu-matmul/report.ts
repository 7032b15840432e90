import { type CounterName, queueNames } from "../../../hdl/npu/tile/index.ts";
import type { RandomStalls } from "../../models/random-stalls.ts";
import type { MatmulData } from "../../runtime/matmul/matmul-data.ts";
import type { Npu } from "../../runtime/npu.ts";
import type { TileRun } from "../../runtime/npu-run.ts";
import type { RunReport, RunRequest } from "../../testbench.ts";
import { type MatmulRun, memoryOf } from "./matmul-run.ts";
import { arrayBound, roofline } from "./roofline.ts";

const count = (value: number) => value.toLocaleString("en-US");
const percent = (value: number) => `${(100 * value).toFixed(1)} %`;

/** What a tile's queues wait for, in cycles; an instruction that waits behind others in its unit is none of them. */
const stallCounters = {
  load: ["loadWaitNext", "loadWaitUnit", "loadWaitBus", "loadWaitMemory", "loadWaitNetwork"],
  execute: ["executeWaitPrev", "executeWaitNext", "executeWaitUnit", "waitArray"],
  vector: ["vectorWaitPrev", "vectorWaitNext", "vectorWaitUnit"],
  store: ["storeWaitPrev", "storeWaitUnit", "storeWaitBus", "storeWaitMemory", "storeWaitNetwork"],
  program: ["waitFetch", "waitQueue", "waitFence"],
} as const satisfies Record<string, readonly CounterName[]>;

const stallTexts: Readonly<Record<string, string>> = {
  WaitPrev: "the queue before",
  WaitNext: "the queue behind",
  WaitUnit: "the unit",
  WaitBus: "the bus",
  WaitMemory: "a local memory",
  WaitNetwork: "other tiles",
  waitArray: "the array",
  waitFetch: "instructions",
  waitQueue: "a full queue",
  waitFence: "the end",
};

/** The report of a matmul on the NPU: everything counted is from the hardware's counters. */
export function reportOf(
  { seed, engine }: RunRequest,
  npu: Npu,
  data: MatmulData,
  { rated, run, failure }: MatmulRun,
  clock: number,
): RunReport {
  const { config, dram } = npu;
  const { side } = config.tile;
  const { plan, estimate } = rated;
  const { split } = plan;
  const [m, k, n] = [data.a.rows, data.a.cols, data.w.cols];
  const tiles = config.width * config.height;
  const used = split.m * split.n * split.k;
  const total = (name: CounterName) => run.tiles.reduce((sum, { counters }) => sum + counters.of(name), 0);

  const macs = m * k * n;
  const { cycles } = run;
  const utilisation = macs / (side * side * tiles * cycles);
  const tops = (2 * macs * clock * 1e6) / cycles / 1e12;
  const element = data.output ? 1 : 4;
  const parameters = data.bias ? 4 * n * (data.output ? 2 : 1) : 0;
  const machine = { side, tiles, channelBytes: memoryOf(npu).channelBytes };
  const roof = roofline({ m, k, n }, element, parameters, machine);
  const share = { m: Math.ceil(m / split.m), k: Math.ceil(k / split.k), n: Math.ceil(n / split.n) };
  const array = arrayBound(plan.tile.dataflow, share, side);
  const read = total("bytesLoad0") + total("bytesLoad1");
  const written = total("bytesStore");
  const sent = total("bytesSend");
  const latency = Math.max(...run.tiles.map(({ counters }) => counters.of("cycles")));
  const { tile } = plan;
  const planText = `m=${tile.m},k=${tile.k},n=${tile.n},outer=${tile.outer},split=${split.m}x${split.n}x${split.k},weights=${plan.weights}`;
  const perCycle = (bytes: number) => `${count(bytes)} bytes, ${(bytes / cycles).toFixed(2)} a cycle`;
  const stalls = stallsOf(run.tiles);
  const allCycles = cycles * run.tiles.length;
  const gates = npu.stalls && gateCounts(npu.stalls);

  return {
    passed: failure === null,
    failure,
    rows: [
      ["product", `${m} x ${k} times ${k} x ${n} to ${data.output ? "int8" : "int32"}, seed ${seed}, ${engine}`],
      ["chip", `${config.width} x ${config.height} tiles of ${side} x ${side}, ${used} used`],
      [
        "DRAM",
        `latency ${dram.timing.latency}, ${machine.channelBytes} bytes a cycle a channel, stalls ${dram.timing.stalls}`,
      ],
      ...(gates ? ([["streams held back", gatesText(gates)]] as const) : []),
      ["plan", `${tile.dataflow}, ${planText}`],
      ["cycles, first start to last interrupt", `${count(cycles)} (estimated ${count(estimate.cycles)})`],
      ["bounds", `compute ${count(roof.compute)}, reads ${count(roof.read)}, writes ${count(roof.write)} cycles`],
      ["of the binding roof", `${percent(roof.cycles / cycles)} (${roof.binding})`],
      [
        `array, ${plan.tile.dataflow}`,
        `at least ${count(array)} cycles for a tile's share: ${percent(array / cycles)} of what it took`,
      ],
      [`at ${count(clock)} MHz`, `${tops.toFixed(4)} TOPS, ${((cycles / clock) * 1e-3).toFixed(4)} ms`],
      [
        "utilisation",
        `${percent(utilisation)} (multiplications in the array: ${count(total("macsIssued"))} for ${count(macs)})`,
      ],
      ["DRAM reads", perCycle(read)],
      ["DRAM writes", perCycle(written)],
      ["program", `${count(total("instructions"))} instructions, ${perCycle(total("bytesFetch"))}`],
      ["network", perCycle(sent)],
      ...queueNames.map((queue): [string, string] => [
        `${queue} queue`,
        `busy ${percent(total(`${queue}Busy`) / allCycles)}; waits for ${stallText(stalls[queue], allCycles)}`,
      ]),
      ["program waits for", stallText(stalls.program, allCycles)],
      [
        "conflicts",
        `scratchpad ${count(total("scratchpadReadConflicts"))} reads, ${count(total("scratchpadWriteConflicts"))} writes; accumulators ${count(total("accumulatorConflicts"))}`,
      ],
      ["longest program", `${count(latency)} cycles`],
      ["results", failure ?? `all ${count(m * n)} equal the reference; counters agree with the monitors`],
    ],
    json: {
      ...{ m, k, n, seed, engine, clock },
      output: data.output ? "int8" : "int32",
      bias: data.bias !== null,
      chip: config,
      dram: dram.timing,
      plan,
      estimate,
      cycles,
      latency,
      bounds: { ...roof, array },
      ofBindingRoof: roof.cycles / cycles,
      tops,
      utilisation,
      macs,
      bytes: { read, written, fetched: total("bytesFetch"), sent, received: total("bytesReceive") },
      bytesPerCycle: { read: read / cycles, written: written / cycles, network: sent / cycles },
      stalls,
      gates,
      tiles: run.tiles.map(({ node, counters, traffic }) => ({ node, counters: counters.all, monitor: traffic })),
    },
  };
}

interface GateCounts {
  readonly streams: number;
  readonly used: number;
  readonly heldBack: number;
}

function gateCounts({ seen }: RandomStalls): GateCounts {
  const used = seen.filter((gate) => gate.used);
  const held = used.filter(({ refused, withheld }) => refused || withheld);
  return { streams: seen.length, used: used.length, heldBack: held.length };
}

function gatesText({ streams, used, heldBack }: GateCounts): string {
  return `${count(heldBack)} of ${count(used)} that were used, of ${count(streams)} between blocks`;
}

type Stalls = Readonly<Record<keyof typeof stallCounters, Readonly<Record<string, number>>>>;

/** Stall cycles of all tiles by queue and cause. */
function stallsOf(tiles: readonly TileRun[]): Stalls {
  const of = (names: readonly CounterName[]) =>
    Object.fromEntries(
      names.map((name) => [name, tiles.reduce((sum, { counters }) => sum + counters.of(name), 0)] as const),
    );
  return {
    load: of(stallCounters.load),
    execute: of(stallCounters.execute),
    vector: of(stallCounters.vector),
    store: of(stallCounters.store),
    program: of(stallCounters.program),
  };
}

function stallText(stalls: Readonly<Record<string, number>>, cycles: number): string {
  const parts = Object.entries(stalls).flatMap(([name, waited]) => {
    const cause = Object.entries(stallTexts).find(([end]) => name.endsWith(end))?.[1];
    return waited === 0 ? [] : [`${cause ?? name} ${percent(waited / cycles)}`];
  });
  return parts.length === 0 ? "nothing" : parts.join(", ");
}
