import { describe, expect, test } from "vitest";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { nocConfig } from "./noc-config.ts";
import { PacketFraming } from "./packet-framing.ts";

describe.each(["interpreter", "wasm"] as const)("PacketFraming on the %s engine", (engine) => {
  const start = (vcs = 4) => {
    const dut = simulate(PacketFraming(nocConfig({ vcs })), { engine });
    return (vc: number, source: number, last: number) => {
      Object.assign(dut.in, { valid: 1, vc, last, name: { source, destination: 5, mask: 0 } });
      dut.step();
    };
  };

  test("packets on different virtual channels may interleave, and follow each other on one", () => {
    const flit = start();
    flit(0, 1, 0);
    flit(1, 2, 0);
    flit(0, 1, 1);
    flit(0, 3, 0);
    flit(1, 2, 1);
    flit(0, 3, 1);
  });

  test("a flit of another packet before the tail fails", () => {
    const flit = start();
    flit(2, 1, 0);
    expect(() => flit(2, 2, 1)).toThrow("the flits of a packet come without others between them");
  });

  test("a virtual channel that there is not fails", () => {
    expect(() => start(3)(3, 1, 1)).toThrow("a flit's virtual channel is one of those that there are");
  });
});
