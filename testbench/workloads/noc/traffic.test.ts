import { describe, expect, test } from "vitest";
import { Mesh, nocConfig, nodeId } from "../../../hdl/index.ts";
import { Random } from "../../bench/random.ts";
import { replay, seedOf } from "../../bench/seed.ts";
import { simulate } from "../../bench/simulate.ts";
import { Destinations } from "./destinations.ts";
import { patterns } from "./pattern.ts";
import { type Load, NocTraffic } from "./traffic.ts";

const seed = seedOf(undefined);

function start(
  size: { width: number; height: number; vcs?: number; vcDepth?: number },
  load: Partial<Load>,
  name = "uniform",
) {
  const config = nocConfig(size);
  const pattern = patterns.find((one) => one.name === name) ?? patterns[0];
  if (!pattern) throw new Error("no pattern");
  const destinations = new Destinations(pattern, size.width, size.height);
  const dut = simulate(Mesh(config), { seed });
  const complete = { destinations, rate: 1, flits: 1, respond: false, stalls: 0, ...load };
  return new NocTraffic(dut, config, complete, new Random(seed));
}

describe(`everything arrives once and in order, without deadlock (${replay(seed)})`, () => {
  test.each([
    { size: { width: 4, height: 4 }, load: { flits: 1 } },
    { size: { width: 4, height: 4, vcs: 2, vcDepth: 2 }, load: { flits: 3, stalls: 0.3 } },
    { size: { width: 5, height: 2, vcs: 3 }, load: { flits: 20, stalls: 0.1 } },
  ])("$size at full rate, $load", ({ size, load }) => {
    const traffic = start(size, load);
    traffic.run(1500);
    traffic.drain();
    expect(traffic.total.received).toBe(traffic.total.sent);
    expect(traffic.total.sent).toBeGreaterThan(3000);
  });

  test.each(["uniform", "hotspot", "transpose"])(
    "requests and responses with full buffers stay live: %s",
    (pattern) => {
      const traffic = start(
        { width: 4, height: 4, vcs: 2, vcDepth: 2 },
        { respond: true, stalls: 0.5, flits: 4 },
        pattern,
      );
      traffic.run(1500);
      traffic.drain();
      expect(traffic.total.received).toBe(traffic.total.sent);
      expect(traffic.total.sent).toBeGreaterThan(1000);
    },
  );
});

test("what is wrong with a flit is found where it arrives", () => {
  const traffic = start({ width: 2, height: 2 }, { rate: 0.001 });
  const { engine } = traffic.dut;
  engine.input("send[0][0].valid")[0] = 1;
  engine.input("send[0][0].bits.destination")[0] = nodeId(1, 1);
  engine.input("send[0][0].bits.last")[0] = 1;
  engine.touch();
  traffic.dut.step();
  expect(() => traffic.run(20, false)).toThrow(
    /cycle \d+: node 3 receives a Request from node 0 with payload 00000000 .* but flit 0 of packet 0 of this flow comes next/,
  );
});
