import { describe, expect, test } from "vitest";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { nocConfig, nodeId } from "./noc-config.ts";
import { type Port, ports } from "./ports.ts";
import { Router } from "./router.ts";

const config = nocConfig({ width: 4, height: 4, vcDepth: 4, payloadBits: 16 });

interface Sent {
  readonly port: Port;
  readonly payload: number;
  readonly destination: number;
  readonly mask?: number;
  readonly vc?: number;
  readonly last?: number;
}

describe.each(["interpreter", "wasm"] as const)("Router on the %s engine", (engine) => {
  /** A router in column 1 of row 1, fed by a list of flits for each cycle; says what left when and by which port. */
  const play = (script: readonly (readonly Sent[])[], cycles: number, creditsBack: (cycle: number) => boolean) => {
    const dut = simulate(Router(config), { engine });
    Object.assign(dut.in, { x: 1, y: 1 });
    const left: string[] = [];
    const owed = ports.map(() => 0);
    for (let cycle = 0; cycle < cycles; cycle++) {
      ports.forEach((port, i) => {
        const sent = script[cycle]?.find((one) => one.port === port);
        const { payload = 0, destination = 0, mask = 0, vc = 0, last = 1 } = sent ?? {};
        const flit = { payload, destination, mask, source: 0, last, class: "Request", vc } as const;
        Object.assign(dut.in.from[i] ?? {}, { valid: Number(sent !== undefined), flit });
        const link = dut.out.to[i];
        if (!link) return;
        link.credit = creditsBack(cycle) ? (owed[i] ?? 0) : 0;
        if (creditsBack(cycle)) owed[i] = 0;
        if (link.valid) left.push(`${cycle} ${port} ${link.flit.payload}`);
        if (link.valid) owed[i] = (owed[i] ?? 0) | (1 << Number(link.flit.vc));
      });
      dut.step();
    }
    return { left, dut };
  };
  const east = nodeId(3, 1);
  const north = nodeId(1, 0);

  test("a flit takes three cycles from link to link, and the next packet of its VC two more", () => {
    const script = [
      [{ port: "West", payload: 1, destination: east } as const],
      [{ port: "West", payload: 2, destination: north } as const],
    ];
    expect(play(script, 12, () => true).left).toEqual(["3 East 1", "5 North 2"]);
  });

  test("the flits of a packet follow each other, and another packet of the VC waits for the tail", () => {
    const packet = (port: Port, payload: number, last: number) => ({ port, payload, destination: east, last });
    const script = [
      [packet("West", 1, 0), packet("Local", 11, 0)],
      [packet("West", 2, 0), packet("Local", 12, 1)],
      [packet("West", 3, 1)],
    ];
    expect(play(script, 16, () => true).left).toEqual(["3 East 1", "4 East 2", "5 East 3", "7 East 11", "8 East 12"]);
  });

  test("packets on other VCs share the link", () => {
    const script = [
      [
        { port: "West", payload: 1, destination: east, vc: 0, last: 0 } as const,
        { port: "Local", payload: 11, destination: east, vc: 1 } as const,
      ],
    ];
    expect(play(script, 12, () => true).left.sort()).toEqual(["3 East 1", "4 East 11"]);
  });

  test("without credits nothing goes, and links say that they are blocked", () => {
    const script: Sent[][] = Array.from({ length: 8 }, (_, i) =>
      i < 4 ? [{ port: "West", payload: i, destination: east, last: 0 }] : [],
    );
    script[8] = [{ port: "West", payload: 4, destination: east, last: 1 }];
    const { left, dut } = play(script, 20, () => false);
    expect(left).toEqual(["3 East 0", "4 East 1", "5 East 2", "6 East 3"]);
    expect(dut.out.blocked).toBe(0b00001);
    expect(dut.out.credits[0]?.[0]).toBe(0);
    expect(dut.out.held[1]?.[0]).toBe(1);
  });

  test("a packet that forks leaves once by each of its ports", () => {
    const script = [[{ port: "West", payload: 9, destination: 0, mask: 0xff, last: 1 } as const]];
    const ways = play(script, 16, () => true).left.map((line) => line.replace(/^\d+ /, ""));
    expect(ways.sort()).toEqual(["East 9", "Local 9", "North 9", "South 9"]);
  });
});
