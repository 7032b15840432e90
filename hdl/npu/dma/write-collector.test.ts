import { describe, expect, test } from "vitest";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { dmaConfig } from "./dma-config.ts";
import { WriteCollector } from "./write-collector.ts";

const burst = (address: number) => ({ end: 0, address, bytes: 0, error: "None", interrupt: 0, tag: 0 }) as const;
const end = (tag: number, error: "None" | "Length" = "None") =>
  ({ end: 1, address: 99, bytes: 100 * tag, error, interrupt: 1, tag }) as const;

describe.each(["interpreter", "wasm"] as const)("WriteCollector on the %s engine", (engine) => {
  test("a status follows the last response of its transfer and has its first error", () => {
    const dut = simulate(WriteCollector(dmaConfig({ writes: 8 })), { engine });
    for (const record of [burst(1), burst(2), burst(3), end(1), end(2, "Length"), burst(4), end(3)]) {
      expect(dut.in.record.ready).toBe(1);
      dut.in.record.valid = 1;
      dut.in.record.bits = record;
      dut.step();
    }
    dut.in.record.valid = 0;
    const respond = (resp: number) => {
      expect([dut.out.ready, dut.out.status.valid]).toEqual([1, 0]);
      dut.in.b = { valid: 1, bits: { id: 0, resp } };
      expect(dut.out.failed).toBe(0); // all transfers have ended
      dut.step();
      dut.in.b = { valid: 0, bits: { id: 0, resp: 0 } };
    };
    const report = () => {
      expect([dut.out.ready, dut.out.status.valid]).toEqual([0, 1]);
      const { error, response, address, bytes, tag } = dut.out.status.bits;
      dut.out.status.ready = 1;
      dut.step();
      dut.out.status.ready = 0;
      return { error, response, address: Number(address), bytes, tag };
    };
    for (const resp of [0, 3, 2]) respond(resp);
    expect(report()).toEqual({ error: "Write", response: 3, address: 2, bytes: 100, tag: 1 });
    expect(report()).toEqual({ error: "Length", response: 0, address: 0, bytes: 200, tag: 2 });
    respond(0);
    expect(report()).toEqual({ error: "None", response: 0, address: 0, bytes: 300, tag: 3 });
    expect(dut.out.busy).toBe(0);
  });

  test("says at once when a transfer under way fails, and takes no more than it holds", () => {
    const dut = simulate(WriteCollector(dmaConfig({ writes: 2 })), { engine });
    dut.in.record.valid = 1;
    dut.in.record.bits = burst(5);
    dut.step(2);
    expect(dut.in.record.ready).toBe(0);
    dut.in.record.valid = 0;
    dut.in.b = { valid: 1, bits: { id: 0, resp: 2 } };
    expect(dut.out.failed).toBe(1);
    dut.step();
    expect(dut.in.record.ready).toBe(1);
  });
});
