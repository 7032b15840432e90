import type { NocConfig } from "../../../hdl/index.ts";
import { Mesh } from "../../../hdl/npu/noc/mesh.ts";
import { nocConfig } from "../../../hdl/npu/noc/noc-config.ts";
import { writeFileAtomically } from "../../atomic-file.ts";
import { simulate } from "../../bench/simulate.ts";
import { InputError } from "../../input-error.ts";
import { arrayOption, integerOption } from "../../option.ts";
import type { RunReport, RunRequest, Testbench } from "../../testbench.ts";
import { simulationOptions } from "../simulation-options.ts";
import { Destinations } from "./destinations.ts";
import { patterns } from "./pattern.ts";
import { latencyPlot } from "./plot.ts";
import { measure, type Point, type Window } from "./point.ts";
import { isSaturated, saturationOf, sweepRates } from "./sweep.ts";
import { DeliveryError, type Load } from "./traffic.ts";

interface Run {
  readonly config: NocConfig;
  readonly destinations: Destinations;
  readonly load: Omit<Load, "rate">;
  /** One rate, or those of a sweep. */
  readonly rates: readonly number[];
  readonly sweep: boolean;
  readonly window: Window;
  readonly svg: string | undefined;
  readonly zeroLoad: number;
  readonly bound: number;
}

/** Random traffic on the network on chip: latency and throughput, and that every flit arrives once and in order. */
export const noc: Testbench = {
  name: "noc",
  summary: "random traffic on the network on chip, every flit followed; latency and throughput, or a sweep of them",
  options: [
    { flags: "--mesh <size>", description: "rows x columns of routers, to 16x16", fallback: "8x8" },
    { flags: "--vcs <count>", description: "virtual channels of a link, 2 to 4", fallback: "4" },
    {
      flags: "--vc-depth <flits>",
      description: "flits that each of them buffers, a power of two to 64",
      fallback: "8",
    },
    {
      flags: "--pattern <name>",
      description: `one of ${patterns.map(({ name }) => name).join(", ")}`,
      fallback: "uniform",
    },
    { flags: "--rate <flits>", description: "flits that a node makes in a cycle, to 1 (default: 0.1)" },
    { flags: "--sweep", description: "measure rates up to the bound of the links instead of one" },
    { flags: "--flits <count>", description: "flits of a packet", fallback: "1" },
    { flags: "--respond", description: "make requests alone, and answer each with a response" },
    {
      flags: "--stalls <share>",
      description: "how likely a tile does not take what is offered, below 1",
      fallback: "0",
    },
    { flags: "--warmup <cycles>", description: "cycles before anything is counted", fallback: "1000" },
    { flags: "--measure <cycles>", description: "cycles that are counted", fallback: "2000" },
    { flags: "--svg <file>", description: "draw latency over throughput", writes: true },
  ],
  examples: [
    "--mesh 8x8 --vcs 4 --pattern uniform --rate 0.1",
    "--mesh 8x8 --sweep --svg noc.svg",
    "--mesh 4x4 --pattern transpose --flits 4 --respond --rate 0.2 --vcd noc.vcd --to 500",
  ],

  async run(request) {
    const run = settings(request);
    const { config, window } = run;
    const { seed, progress, cycles: limit } = request;
    const dut = simulate(Mesh(config), simulationOptions(request));
    try {
      const start = run.sweep ? dut.checkpoint() : null;
      const points: Point[] = [];
      const each = window.warmup + window.measure;
      let [before, sent, received, beyond] = [0, 0, 0, 0];
      let failure: string | null = null;
      for (const rate of run.rates) {
        if (start) dut.restore(start);
        const watch = { progress, before, total: each * run.rates.length, limit };
        try {
          const { traffic, point } = await measure(dut, config, { ...run.load, rate }, seed, window, watch);
          points.push(point);
          if (isSaturated(point, run.zeroLoad)) beyond++;
          if (!run.sweep) traffic.drain();
          sent += traffic.total.sent;
          received += traffic.total.received;
        } catch (error) {
          if (!(error instanceof DeliveryError)) throw error;
          failure = error.message;
          break;
        }
        before += dut.cycle;
        if (beyond === 2) break;
      }
      return report(request, run, points, { cycles: before, sent, received }, failure);
    } finally {
      dut.close();
    }
  },
};

function settings({ options, waves }: RunRequest): Run {
  const integer = (name: string, key: string, least: number, most: number) =>
    integerOption(`--${name}`, options[key] ?? "", least, most);
  const { rows: height, cols: width } = arrayOption("--mesh", options.mesh ?? "", 16);
  const vcDepth = integer("vc-depth", "vcDepth", 2, 64);
  if (!Number.isInteger(Math.log2(vcDepth)))
    throw new InputError(`--vc-depth ${vcDepth}: give a power of two, such as 8`);
  const config = nocConfig({ width, height, vcs: integer("vcs", "vcs", 2, 4), vcDepth });

  const pattern = patterns.find(({ name }) => name === options.pattern);
  if (!pattern)
    throw new InputError(`--pattern ${options.pattern}: give one of ${patterns.map(({ name }) => name).join(", ")}`);
  const needs = pattern.needs(width, height);
  if (needs !== null) throw new InputError(`--pattern ${pattern.name} needs ${needs}, not ${options.mesh}`);

  const sweep = options.sweep !== undefined;
  if (sweep && options.rate !== undefined) throw new InputError("--sweep chooses the rates itself; leave out --rate");
  if (sweep && waves) throw new InputError("waves are of one run; leave out --sweep, or the options of waves");

  const flits = integer("flits", "flits", 1, 255);
  const respond = options.respond !== undefined;
  const destinations = new Destinations(pattern, width, height);
  const bound = destinations.bound(respond);
  return {
    config,
    destinations,
    load: { destinations, flits, respond, stalls: shareOption("--stalls", options.stalls ?? "", 0, 0.99) },
    rates: sweep ? sweepRates(respond ? bound / 2 : bound) : [shareOption("--rate", options.rate ?? "0.1", 0.0001, 1)],
    sweep,
    window: { warmup: integer("warmup", "warmup", 0, 1e9), measure: integer("measure", "measure", 1, 1e9) },
    svg: options.svg,
    zeroLoad: destinations.meanZeroLoad(flits),
    bound,
  };
}

function shareOption(name: string, text: string, least: number, most: number): number {
  const value = /^\d*\.?\d+(e-?\d+)?$/i.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most))
    throw new InputError(`${name} ${text}: give a number from ${least} to ${most}`);
  return value;
}

interface Totals {
  readonly cycles: number;
  readonly sent: number;
  readonly received: number;
}

function report(
  { seed, engine, options }: RunRequest,
  { config, destinations, load, sweep, window, svg, zeroLoad, bound }: Run,
  points: readonly Point[],
  { cycles, sent, received }: Totals,
  failure: string | null,
): RunReport {
  const { width, height, vcs, vcDepth } = config;
  const { pattern } = destinations;
  const { flits, respond, stalls } = load;
  const saturation = sweep ? saturationOf(points, zeroLoad) : null;
  const peak = Math.max(0, ...points.map(({ accepted }) => accepted));
  const title = `${pattern.name} on ${height} x ${width}, ${vcs} VCs of ${vcDepth} flits`;
  if (svg !== undefined) {
    const text = latencyPlot({ title, points, zeroLoad, bound, saturation });
    writeFileAtomically(svg, new TextEncoder().encode(text));
  }
  const count = (value: number) => value.toLocaleString("en-US");
  const rate = (value: number) => value.toFixed(3);
  return {
    passed: failure === null,
    failure,
    rows: [
      ["network", `${height} x ${width} routers, ${vcs} VCs of ${vcDepth} flits, ${engine}, seed ${seed}`],
      ["traffic", `${pattern.name}, ${flits} flit${flits === 1 ? "" : "s"} a packet${respond ? ", answered" : ""}`],
      ["flits", `${count(sent)} sent, ${count(received)} received in ${count(cycles)} cycles`],
      ["latency in an empty network", `${zeroLoad.toFixed(2)} cycles on average`],
      ["bound of the links", `${rate(bound)} flits a node a cycle`],
      ...points.map(({ rate: asked, offered, accepted, meanLatency, mostLatency }): [string, string] => [
        `rate ${rate(asked)}`,
        `offered ${rate(offered)}, accepted ${rate(accepted)}, latency ${meanLatency.toFixed(1)} mean, ${count(mostLatency)} most`,
      ]),
      ...(sweep
        ? [
            [
              "saturation",
              saturation === null
                ? "below the first rate"
                : `${rate(saturation)} flits a node a cycle, at most ${rate(peak)}`,
            ] as const,
          ]
        : []),
      [
        "delivery",
        failure ?? (sweep ? "every flit that arrived was the next of its flow" : "every flit once, in order"),
      ],
    ],
    json: {
      mesh: { rows: height, cols: width },
      vcs,
      vcDepth,
      pattern: pattern.name,
      flits,
      respond,
      stalls,
      seed,
      engine,
      ...window,
      cycles,
      sent,
      received,
      zeroLoad,
      bound,
      points,
      ...(sweep ? { saturation, peak } : {}),
      ...(options.svg === undefined ? {} : { svg: options.svg }),
    },
  };
}
