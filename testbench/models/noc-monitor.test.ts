import { describe, expect, test } from "vitest";
import { type Design, Mesh, type NocConfig, nocConfig } from "../../hdl/index.ts";
import { nocPorts } from "../../hdl/npu/noc/index.ts";
import { Random } from "../bench/random.ts";
import { replay, seedOf } from "../bench/seed.ts";
import { simulate } from "../bench/simulate.ts";
import { Destinations } from "../workloads/noc/destinations.ts";
import { patterns } from "../workloads/noc/pattern.ts";
import { DeliveryError, NocTraffic } from "../workloads/noc/traffic.ts";
import { NocMonitor } from "./noc-monitor.ts";

const seed = seedOf(undefined);
const config = nocConfig({ width: 3, height: 2, vcs: 3, vcDepth: 4 });

/** Random traffic on a mesh with a monitor, whose routers' own signals are added up beside it. */
class Watched {
  readonly monitor: NocMonitor;
  readonly traffic: NocTraffic;
  readonly moved = Array.from({ length: 6 }, () => nocPorts.map(() => 0));
  readonly blocked = Array.from({ length: 6 }, () => nocPorts.map(() => 0));

  constructor(noc: NocConfig, flits: number, pass: (design: Design) => Design = (design) => design) {
    const dut = simulate(Mesh(noc), { seed, observe: NocMonitor.signals(noc), pass });
    this.monitor = new NocMonitor(dut.engine, noc);
    dut.attach(this.monitor);
    const bits = (name: string) => this.moved.map((_, node) => dut.engine.signal(`activity[${node}].${name}`));
    const [moved, blocked] = [bits("moved"), bits("blocked")];
    const sum = (counts: number[][], words: readonly Uint32Array[]) =>
      counts.forEach((ports, node) => {
        for (const port of ports.keys()) ports[port] = (ports[port] ?? 0) + (((words[node]?.[0] ?? 0) >> port) & 1);
      });
    dut.attach({
      sample: () => {
        sum(this.moved, moved);
        sum(this.blocked, blocked);
      },
      drive: () => {},
    });
    const [uniform] = patterns.filter(({ name }) => name === "uniform");
    if (!uniform) throw new Error("no uniform traffic");
    const destinations = new Destinations(uniform, noc.width, noc.height);
    const load = { destinations, rate: 0.4, flits, respond: false, stalls: 0.2 };
    this.traffic = new NocTraffic(dut, noc, load, new Random(seed));
  }
}

describe(`a monitor on a mesh (${replay(seed)})`, () => {
  test.each([1, 3])("counts flits and blocked cycles as the routers do, with packets of %d flits", (flits) => {
    const { monitor, traffic, moved, blocked } = new Watched(config, flits);
    traffic.run(1500);
    expect(monitor.leftover).toMatch(/packets have not been delivered/);
    traffic.drain();
    traffic.run(5, false);
    const seen = moved.map((_, node) => monitor.traffic(node));
    expect(seen.map((node) => node.flits)).toEqual(moved);
    expect(seen.map((node) => node.blocked)).toEqual(blocked);
    const all = (of: "sent" | "received") => seen.flatMap((node) => node[of]).reduce((sum, count) => sum + count, 0);
    expect([all("sent"), all("received")]).toEqual([traffic.total.sent, traffic.total.received]);
    expect(Math.max(...blocked.flat())).toBeGreaterThan(100);
    expect([monitor.problem, monitor.leftover]).toEqual([null, null]);
  });

  test.each([
    [
      "a link that damages payloads",
      "flit.payload",
      /is not the next of its flow: lost, doubled, damaged or out of order$/,
    ],
    ["a link that says another source", "flit.source", /which it does not hold$/],
    ["a link that says another virtual channel", "flit.vc", /off its way$/],
  ])("%s is told", (_, field, message) => {
    const { monitor, traffic } = new Watched(config, 1, (design) => inverted(design, field));
    // The traffic's own check, which ends a run, sees other packets first.
    for (let runs = 0; runs < 100 && monitor.problem === null; runs++)
      try {
        traffic.run(10);
      } catch (error) {
        expect(error).toBeInstanceOf(DeliveryError);
      }
    expect(monitor.problem).toMatch(message);
  });

  test("a packet that is lost is told when the network should be empty", () => {
    const { monitor, traffic } = new Watched(config, 1, (design) => inverted(design, "flit.destination"));
    try {
      traffic.run(60);
      traffic.drain();
    } catch (error) {
      expect(error).toBeInstanceOf(DeliveryError);
    }
    expect(monitor.problem ?? monitor.leftover).not.toBeNull();
  });
});

/** The mesh without checks in the hardware, and with links that invert the lowest bit of what they carry in a field. */
function inverted(design: Design, field: string): Design {
  return {
    ...design,
    modules: design.modules.map((module) => {
      const nodes = [...module.nodes];
      const port = module.ports.find(({ name }) => name === `deq.${field}`);
      const held = nodes[port?.node ?? -1];
      if (module.name.startsWith("Link") && port && held?.kind === "reg") {
        const one = nodes.push({ kind: "const", width: held.width, value: 1n }) - 1;
        const next = nodes.push({ kind: "xor", width: held.width, a: held.next, b: one }) - 1;
        nodes[port.node] = { ...held, next };
      }
      const added = nodes.length - module.nodes.length;
      return {
        ...module,
        nodes,
        nodeSources: [...module.nodeSources, ...new Array<number>(added).fill(-1)],
        checks: [],
      };
    }),
  };
}
