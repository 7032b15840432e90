import { describe, expect, test } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { meshPorts } from "../../../testbench/workloads/noc/node-ports.ts";
import { elaborate } from "../../lang/index.ts";
import { Mesh } from "./mesh.ts";
import { type NocConfig, nocConfig, nodeId, nodeIds, zeroLoadLatency } from "./noc-config.ts";

const seed = seedOf(undefined);
const engines = ["interpreter", "wasm"] as const;

/** Sends one flit from every node whose destination (dx, dy) away is in the mesh, all at once, and times each. */
function timeShift(dut: ReturnType<typeof startMesh>, dx: number, dy: number): Map<string, number> {
  const { mesh, engine, ports } = dut;
  const { width, height } = mesh;
  const start = engine.cycle;
  const times = new Map<string, number>();
  let waiting = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const words = ports[y * width + x]?.send[0];
      if (!words || x + dx < 0 || x + dx >= width || y + dy < 0 || y + dy >= height) continue;
      words.valid[0] = 1;
      words.payload[0] = nodeId(x, y);
      words.destination[0] = nodeId(x + dx, y + dy);
      words.last[0] = 1;
      waiting++;
    }
  for (const { receive } of ports) for (const { ready } of receive) ready[0] = 1;
  engine.touch();
  while (waiting > 0 && engine.cycle < start + 200) {
    engine.settle();
    ports.forEach(({ receive }, node) => {
      const words = receive[0];
      if (words?.valid[0] !== 1) return;
      times.set(`${words.source[0]} -> ${nodeIds(mesh)[node]}`, engine.cycle - start);
      waiting--;
    });
    engine.step(1);
    for (const { send } of ports) for (const { valid } of send) valid[0] = 0;
    engine.touch();
  }
  return times;
}

function startMesh(mesh: NocConfig, engineName: (typeof engines)[number]) {
  const { engine } = simulate(Mesh(mesh), { engine: engineName, seed });
  return { mesh, engine, ports: meshPorts(engine, mesh) };
}

describe("zero-load latency equals the formula of the pipeline for every pair of nodes", () => {
  test.each([
    ["wasm", 8, 8],
    ["wasm", 1, 3],
    ["interpreter", 3, 2],
  ] as const)("on the %s engine, %i x %i", (engineName, width, height) => {
    const mesh = nocConfig({ width, height });
    const dut = startMesh(mesh, engineName);
    let pairs = 0;
    for (let dy = 1 - height; dy < height; dy++)
      for (let dx = 1 - width; dx < width; dx++) {
        if (dx === 0 && dy === 0) continue;
        const times = timeShift(dut, dx, dy);
        expect(times.size).toBe((width - Math.abs(dx)) * (height - Math.abs(dy)));
        expect([...times.values()].every((time) => time === zeroLoadLatency(Math.abs(dx) + Math.abs(dy)))).toBe(true);
        pairs += times.size;
      }
    expect(pairs).toBe(width * height * (width * height - 1));
  });
});

interface Packet {
  readonly number: number;
  readonly destination: number;
  readonly mask: number;
  readonly flits: number;
  readonly missing: Set<number>;
}

/** Random packets to one node and to many, of all lengths, as fast as they go, against tiles that stall. */
function exchange(engineName: (typeof engines)[number], mesh: NocConfig, cycles: number, multicast: number) {
  const { engine, ports } = startMesh(mesh, engineName);
  const random = new Random(seed);
  const ids = nodeIds(mesh);
  const packets: Packet[] = [];
  const sending = ports.map(() => [0, 1].map((): { packet: Packet; flit: number } | null => null));
  const receiving = ports.map(() => [0, 1].map((): { packet: Packet; flit: number } | null => null));
  const newest = new Map<string, number>();
  let [delivered, missing] = [0, 0];

  const newPacket = (): Packet => {
    const mask = random.bool(multicast) ? random.below(256) & random.below(256) : 0;
    const destination = ids[random.below(ids.length)] ?? 0;
    const nodes = new Set(ids.filter((id) => ((id ^ destination) & ~mask) === 0));
    const flits = 1 + random.below(mask === 0 ? 12 : mesh.vcDepth);
    const packet = { number: packets.length, destination, mask, flits, missing: nodes };
    packets.push(packet);
    missing += nodes.size;
    return packet;
  };
  const take = (node: number, kind: number, source: number, number: number, flit: number, last: boolean) => {
    const under = receiving[node]?.[kind] ?? null;
    const packet = packets[number];
    expect(packet && flit === (under?.flit ?? 0) && (!under || under.packet === packet)).toBe(true);
    if (!packet) return;
    expect(last).toBe(flit === packet.flits - 1);
    receiving[node]?.splice(kind, 1, last ? null : { packet, flit: flit + 1 });
    if (!last) return;
    expect(packet.missing.delete(ids[node] ?? -1)).toBe(true);
    const flow = `${source} ${packet.destination} ${packet.mask} ${kind} ${node}`;
    expect(number).toBeGreaterThan(newest.get(flow) ?? -1);
    newest.set(flow, number);
    delivered++;
    missing--;
  };

  for (let idle = 0; idle < 400 && (engine.cycle < cycles || missing > 0); idle++) {
    const make = engine.cycle < cycles;
    engine.settle();
    ports.forEach(({ send, receive }, node) => {
      receive.forEach(({ ready, valid, payload, source, last }, kind) => {
        ready[0] = Number(random.bool(0.7));
        if (ready[0] !== 1 || valid[0] !== 1) return;
        idle = 0;
        take(node, kind, source[0] ?? -1, payload[0] ?? -1, payload[1] ?? -1, last[0] === 1);
      });
      send.forEach(({ ready, valid, payload, destination, mask, last }, kind) => {
        const under = sending[node]?.[kind] ?? (make && random.bool(0.3) ? { packet: newPacket(), flit: 0 } : null);
        valid[0] = Number(under !== null);
        if (under) {
          const { packet, flit } = under;
          payload[0] = packet.number;
          payload[1] = flit;
          destination[0] = packet.destination;
          mask[0] = packet.mask;
          last[0] = Number(flit === packet.flits - 1);
        }
        const goes = under !== null && ready[0] === 1;
        const rest = goes && under.flit < under.packet.flits - 1 ? { ...under, flit: under.flit + 1 } : null;
        sending[node]?.splice(kind, 1, goes ? rest : under);
      });
    });
    engine.touch();
    engine.step(1);
  }
  return { delivered, missing, packets: packets.length };
}

describe(`packets of many flits and to many nodes arrive once, whole, in order (${replay(seed)})`, () => {
  test.each([
    { engine: "wasm", size: { width: 4, height: 4 }, cycles: 4000, multicast: 0.2 },
    { engine: "wasm", size: { width: 4, height: 4, vcs: 2, vcDepth: 2 }, cycles: 4000, multicast: 0.5 },
    { engine: "wasm", size: { width: 5, height: 3, vcs: 3, vcDepth: 4 }, cycles: 4000, multicast: 1 },
    { engine: "interpreter", size: { width: 3, height: 2, vcDepth: 4 }, cycles: 60, multicast: 0.3 },
  ] as const)("$engine, $size, $multicast of them multicast", ({ engine, size, cycles, multicast }) => {
    const { delivered, missing, packets } = exchange(
      engine,
      nocConfig({ ...size, payloadBits: 64 }),
      cycles,
      multicast,
    );
    expect(missing).toBe(0);
    expect(packets).toBeGreaterThan(cycles / 12);
    expect(delivered).toBeGreaterThanOrEqual(packets);
  });
});

test("routers, interfaces and links are arrays of one definition each", () => {
  const { modules, top } = elaborate(Mesh(nocConfig({ width: 8, height: 8 })));
  const instances = modules[top]?.instances.map(({ name, dims }) => [name, dims.reduce((a, b) => a * b, 1)]);
  expect(instances?.sort()).toEqual([
    ["injections", 64],
    ["interfaces", 64],
    ["leaving", 64 + 2 * 2 * 7 * 8],
    ["routers", 64],
  ]);
});
