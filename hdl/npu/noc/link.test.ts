import { describe, expect, test } from "vitest";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { Link } from "./link.ts";
import { nocConfig } from "./noc-config.ts";

const config = nocConfig({ vcs: 2, vcDepth: 4, payloadBits: 8 });
const flit = { payload: 7, destination: 0, mask: 0, source: 0, last: 1, class: "Request", vc: 1 } as const;

describe.each(["interpreter", "wasm"] as const)("Link on the %s engine", (engine) => {
  const start = () => {
    const dut = simulate(Link(config), { engine });
    Object.assign(dut.in, { credits: [4, 4], held: [0, 0] });
    return dut;
  };

  test("carries flits and credits, each a cycle later, while all places are accounted for", () => {
    const dut = start();
    Object.assign(dut.in.enq, { valid: 1, flit });
    dut.in.credits = [4, 3];
    dut.step();
    expect(dut.out.deq).toMatchObject({ valid: 1, flit });
    dut.in.enq.valid = 0;
    dut.step();
    expect(dut.out.deq.valid).toBe(0);
    dut.in.held = [0, 1];
    dut.step();
    dut.out.deq.credit = 0b10;
    dut.step();
    dut.in.held = [0, 0];
    dut.out.deq.credit = 0;
    expect(dut.in.enq.credit).toBe(0b10);
    dut.step();
    expect(dut.in.enq.credit).toBe(0);
    dut.in.credits = [4, 4];
    dut.step();
  });

  test("checks that no credit is lost or made", () => {
    const wrongs = [
      (dut: ReturnType<typeof start>) => Object.assign(dut.in, { credits: [4, 3] }),
      (dut: ReturnType<typeof start>) => Object.assign(dut.in, { held: [1, 0] }),
      (dut: ReturnType<typeof start>) => Object.assign(dut.in.enq, { valid: 1, flit }),
      (dut: ReturnType<typeof start>) => Object.assign(dut.out.deq, { credit: 1 }),
    ];
    for (const wrong of wrongs) {
      const dut = start();
      dut.step();
      wrong(dut);
      expect(() => dut.step(2)).toThrow(/the credits of virtual channel [01] are conserved/);
    }
  });
});
