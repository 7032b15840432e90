import { describe, expect, test } from "vitest";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { NetworkInterface } from "./network-interface.ts";
import { nocConfig, nodeId } from "./noc-config.ts";

const config = nocConfig({ width: 3, height: 2, vcDepth: 2, payloadBits: 16 });
const id = nodeId(1, 1);

describe.each(["interpreter", "wasm"] as const)("NetworkInterface on the %s engine", (engine) => {
  const start = () => {
    const dut = simulate(NetworkInterface(config), { engine });
    dut.in.id = id;
    return dut;
  };
  const offer = (dut: ReturnType<typeof start>, kind: number, destination: number, payload = 0, last = 1, mask = 0) => {
    const stream = dut.in.send[kind];
    if (!stream) throw new Error(`no class ${kind}`);
    Object.assign(stream, { valid: 1, bits: { payload, destination, mask, last } });
  };
  const stop = (dut: ReturnType<typeof start>) => {
    for (const stream of dut.in.send) stream.valid = 0;
  };

  test("a flit goes out a cycle after it was accepted, with its source, class and virtual channel", () => {
    const dut = start();
    offer(dut, 1, nodeId(2, 1), 77);
    dut.step();
    stop(dut);
    expect(dut.out.to.valid).toBe(1);
    expect(dut.out.to.flit).toMatchObject({
      payload: 77,
      source: id,
      destination: nodeId(2, 1),
      class: "Response",
      vc: 3,
      last: 1,
    });
    dut.step();
    expect(dut.out.to.valid).toBe(0);
  });

  test("it stops where the credits of a virtual channel are used up; the other class goes on", () => {
    const dut = start();
    let [requests, responses] = [0, 0];
    for (let cycle = 0; cycle < 12; cycle++) {
      offer(dut, 0, nodeId(0, 0));
      offer(dut, 1, nodeId(0, 0));
      if (dut.out.to.valid && dut.out.to.flit.class === "Request") requests++;
      if (dut.out.to.valid && dut.out.to.flit.class === "Response") responses++;
      dut.out.to.credit = cycle > 6 && dut.out.to.valid ? 1 << Number(dut.out.to.flit.vc) : 0;
      dut.step();
      if (cycle === 6) expect([requests, responses]).toEqual([2, 2]);
      if (cycle === 6) dut.out.to.credit = 0b0100;
      if (cycle === 6) dut.step();
    }
    expect(requests).toBe(2);
    expect(responses).toBeGreaterThan(2);
  });

  test("a packet to nobody is dropped, and said so once", () => {
    const dut = start();
    const said: number[] = [];
    for (const [destination, payload, last] of [
      [nodeId(3, 0), 1, 0],
      [nodeId(3, 0), 2, 1],
      [nodeId(2, 0), 3, 1],
    ] as const) {
      offer(dut, 0, destination, payload, last);
      said.push(Number(dut.out.unreachable));
      expect(dut.out.to.valid).toBe(0);
      dut.step();
    }
    stop(dut);
    expect(said).toEqual([0, 0, 1]);
    expect(dut.out.to).toMatchObject({ valid: 1, flit: { payload: 3 } });
  });

  test("checks the tile's packets", () => {
    const wander = start();
    offer(wander, 0, nodeId(0, 0), 1, 0);
    wander.step();
    offer(wander, 0, nodeId(2, 0), 2, 1);
    wander.step();
    expect(() => wander.step()).toThrow("all flits of a packet name the same destination and mask");

    const long = start();
    offer(long, 0, nodeId(0, 0), 1, 0, 0x01);
    long.out.to.credit = 0;
    long.step(2);
    long.out.to.credit = 1;
    long.step();
    expect(() => long.step(3)).toThrow("a packet to many nodes has at most 2 flits");
  });

  test("packets that arrive interleaved are handed over whole, those of other classes beside them", () => {
    const dut = start();
    const arrivals = [
      { payload: 10, vc: 0, last: 0 },
      { payload: 20, vc: 1, last: 0 },
      { payload: 30, vc: 2, last: 1 },
      { payload: 11, vc: 0, last: 1 },
      { payload: 21, vc: 1, last: 1 },
    ];
    const received: number[][] = [[], []];
    for (let cycle = 0; cycle < 14; cycle++) {
      const next = arrivals[cycle];
      const { payload = 0, vc = 0, last = 0 } = next ?? {};
      const flit = { payload, destination: id, mask: 0, source: vc, last, class: "Request", vc } as const;
      Object.assign(dut.in.from, { valid: Number(next !== undefined), flit });
      let expectedCredit = 0;
      dut.out.receive.forEach((stream, kind) => {
        stream.ready = Number(cycle > 3);
        if (cycle <= 3 || !stream.valid) return;
        received[kind]?.push(Number(stream.bits.payload));
        expectedCredit |= 1 << Number(stream.bits.source);
      });
      expect(dut.in.from.credit).toBe(expectedCredit);
      dut.step();
    }
    expect(received).toEqual([[10, 11, 20, 21], [30]]);
  });

  test("checks what arrives", () => {
    const flit = { payload: 0, destination: id, mask: 0, source: 0, last: 1, class: "Request", vc: 0 } as const;
    const lost = start();
    Object.assign(lost.in.from, { valid: 1, flit: { ...flit, destination: nodeId(0, 1) } });
    expect(() => lost.step()).toThrow("what arrives at a node is meant for it");
    const full = start();
    Object.assign(full.in.from, { valid: 1, flit });
    full.step(2);
    expect(() => full.step()).toThrow("no flit comes to a full buffer");
  });
});
