import { Random } from "../../bench/random.ts";
import { InputError } from "../../input-error.ts";
import { integerOption, numberOption } from "../../option.ts";
import type { RunReport, RunRequest, Testbench } from "../../testbench.ts";
import { simulationOptions } from "../simulation-options.ts";
import { DmaBench, type Job, type JobResult } from "./dma-bench.ts";
import { counterNames, DmaDevice } from "./dma-device.ts";
import { readJobs } from "./job-file.ts";
import { randomError, randomRegions, randomTransfer } from "./random-transfer.ts";
import { rowsOf } from "./transfer.ts";

/** Transfers of the DMA engine, compared byte by byte with what their descriptors mean. */
export const dma: Testbench = {
  name: "dma",
  summary: "transfers of the DMA engine against a byte-exact model, with stalls and bus errors",
  options: [
    { flags: "--jobs <file.json>", description: "take the transfers from a file" },
    { flags: "--random <count>", description: "random transfers (default: 100)" },
    { flags: "--errors <p>", description: "how likely a random transfer meets a bus error", fallback: "0" },
    { flags: "--dram-latency <cycles>", description: "from an address to the first beat", fallback: "100" },
    {
      flags: "--dram-bandwidth <bytes>",
      description: "a cycle, reads and writes together (default: as much as the bus takes, 32)",
    },
    { flags: "--row-miss <cycles>", description: "more for a burst in a row that is not open", fallback: "0" },
    { flags: "--stalls <p>", description: "how likely each valid and ready is held back in a cycle", fallback: "0" },
    { flags: "--reads <count>", description: "read bursts under way at once", fallback: "16" },
  ],
  examples: ["--random 1000 --stalls 0.3 --errors 0.1 --seed 7", "--jobs jobs.json --dram-latency 100 --json"],

  async run(request) {
    const { options, seed, cycles } = request;
    const jobs = jobsOf(request);
    const latency = integerOption("--dram-latency", options.dramLatency ?? "100", 1, 100_000);
    const rowMiss = integerOption("--row-miss", options.rowMiss ?? "0", 0, 100_000);
    const bandwidth = numberOption("--dram-bandwidth", options.dramBandwidth ?? "32", 0.01, 1e6);
    const stalls = numberOption("--stalls", options.stalls ?? "0", 0, 0.95);
    const reads = integerOption("--reads", options.reads ?? "16", 1, 256);
    const timing = { latency, rowMiss, bandwidth, stalls, seed };
    const device = new DmaDevice({ reads }, timing, { ...simulationOptions(request), cycles });
    try {
      const bench = new DmaBench(device);
      fillMemory(bench, jobs, seed, device.config.addressBits);
      const { results, failure } = await bench.run(jobs, request.progress);
      return report(request, device, jobs, results, failure ?? disagreement(device));
    } finally {
      device.close();
    }
  },
};

function jobsOf({ options, seed }: RunRequest): Job[] {
  const likely = numberOption("--errors", options.errors ?? "0", 0, 1);
  if (options.jobs !== undefined) {
    if (options.random !== undefined) throw new InputError("--jobs and --random: give one of them");
    if (likely > 0) throw new InputError("--errors is for random transfers; list the errors in the file of --jobs");
    return readJobs(options.jobs);
  }
  const count = integerOption("--random", options.random ?? "100", 1, 1_000_000);
  const random = new Random(seed);
  return Array.from({ length: count }, () => {
    const transfer = randomTransfer(random);
    const error = random.bool(likely) ? randomError(random, transfer, 32) : null;
    return { transfer, errors: error ? [error] : [] };
  });
}

/** Random bytes wherever a transfer reads or writes, in whole blocks. */
function fillMemory(bench: DmaBench, jobs: readonly Job[], seed: number, addressBits: number): void {
  const block = 4096;
  const blocks = new Set<number>();
  const touch = (address: number, bytes: number) => {
    for (let at = Math.floor(address / block); at * block < address + bytes; at++) blocks.add(at);
  };
  for (const [address, bytes] of randomRegions) touch(address, jobs.length > 0 ? bytes : 0);
  for (const { transfer } of jobs)
    for (const { source, data, destination, length } of rowsOf(transfer, addressBits)) {
      if (data > 0) touch(source, data);
      touch(destination, length);
    }
  const random = new Random(seed);
  for (const number of [...blocks].sort((a, b) => a - b)) bench.fill(random, number * block, block);
}

/** Where the engine's counters and the monitor on its ports do not say the same. */
function disagreement({ counters, traffic }: DmaDevice): string | null {
  for (const name of ["readBursts", "readBeats", "writeBursts", "writeBeats", "bytes"] as const)
    if (counters[name] !== traffic[name] % 2 ** 32)
      return `the counter ${name} says ${counters[name]}, the monitor on the ports ${traffic[name]}`;
  if (traffic.responses !== traffic.writeBursts)
    return `${traffic.writeBursts} bursts were written but ${traffic.responses} answered`;
  return null;
}

function report(
  { seed, engine }: RunRequest,
  device: DmaDevice,
  jobs: readonly Job[],
  results: readonly JobResult[],
  failure: string | null,
): RunReport {
  const { dut, config, dram, traffic } = device;
  const counters = Object.fromEntries(counterNames.map((name) => [name, device.counters[name]]));
  const { busy, bytes, addressStalls, writeStalls, dataStalls } = device.counters;
  const { latency, bandwidth, stalls } = dram.timing;
  const beats = traffic.readBeats + traffic.writeBeats;
  const bound = Math.ceil(Math.max(traffic.readBeats, traffic.writeBeats, (beats * config.dataBytes) / bandwidth));
  const efficiency = busy === 0 ? 0 : bound / busy;
  const errors = results.filter(({ status }) => status.error !== "None").length;
  const count = (value: number) => value.toLocaleString("en-US");
  const perCycle = busy === 0 ? 0 : bytes / busy;
  return {
    passed: failure === null,
    failure,
    rows: [
      ["transfers", `${count(results.length)} of ${count(jobs.length)}, seed ${seed}, ${engine}`],
      ["DRAM", `latency ${latency}, ${bandwidth} bytes a cycle, stalls ${stalls}`],
      ["bytes written", count(bytes)],
      ["cycles busy", `${count(busy)} (bound ${count(bound)})`],
      ["bytes a cycle", `${perCycle.toFixed(2)}, ${(100 * efficiency).toFixed(1)} % of the bound`],
      [
        "read",
        `${count(traffic.readBursts)} bursts, ${count(traffic.readBeats)} beats, at most ${traffic.mostReads} under way`,
      ],
      ["written", `${count(traffic.writeBursts)} bursts, ${count(traffic.writeBeats)} beats`],
      ["stall cycles", `${count(addressStalls)} address, ${count(dataStalls)} no data, ${count(writeStalls)} write`],
      ["transfers with an error", count(errors)],
      ["memory", failure ?? "equal to the model after every transfer"],
    ],
    json: {
      transfers: results.length,
      seed,
      engine,
      bytes,
      cycles: busy,
      simulated: dut.cycle,
      bytesPerCycle: perCycle,
      bound,
      efficiency,
      errors,
      counters,
      monitor: traffic,
      dram: { latency, bandwidth, stalls },
      jobs: results.map(({ status, cycles }) => ({ ...status, cycles })),
    },
  };
}
