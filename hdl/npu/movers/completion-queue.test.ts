import { describe, expect, test } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { CompletionQueue, mostUnderWay } from "./completion-queue.ts";

const seed = seedOf(undefined);
const paths = 3;

describe.each(["interpreter", "wasm"] as const)(`CompletionQueue on the %s engine (${replay(seed)})`, (engine) => {
  test("what ends on three paths in any order is done in the order in which it began", () => {
    const random = new Random(seed);
    const dut = simulate(CompletionQueue(paths), { engine, seed });
    const begun: { path: number; tag: number; reason: "None" | "Range"; sums: number }[] = [];
    const waiting: number[][] = [[], [], []]; // addresses of the results to come, by path
    const expected: { tag: number; fault: string; address: number }[] = [];
    let [done, sums] = [0, 0];
    for (let i = 0; i < 600; i++) {
      const path = random.below(paths + 1);
      const entry = {
        path,
        tag: random.below(16),
        reason: path === paths ? "Range" : "None",
        sums: random.below(2),
      } as const;
      const begins = i < 500 && random.bool();
      dut.in.begin.valid = Number(begins);
      dut.in.begin.bits = entry;
      dut.in.result.forEach((result, p) => {
        const [address] = waiting[p] ?? [];
        if (address === undefined || random.bool(0.6)) return;
        result.valid = 1;
        result.bits = { reason: address % 2 ? "Read" : "None", address };
      });
      expect([dut.out.empty, dut.out.sums]).toEqual([Number(begun.length === done), Number(sums > 0)]);
      if (dut.out.done) {
        const { tag, fault } = dut.out;
        const reason = fault.valid ? fault.reason : "None";
        expect({ tag, fault: reason, address: fault.valid ? fault.address : 0 }).toEqual(expected[done]);
        sums -= begun[done]?.sums ?? 0;
        done++;
      } else expect(dut.out.fault.valid).toBe(0);
      const accepted = begins && dut.in.begin.ready === 1;
      const taken = dut.in.result.map(({ valid, ready }) => valid === 1 && ready === 1);
      expect(dut.in.begin.ready).toBe(Number(begun.length - done + Number(dut.out.done) < mostUnderWay));
      dut.step();
      dut.in.result.forEach((result, p) => {
        if (!taken[p]) return;
        waiting[p]?.shift();
        result.valid = 0;
      });
      if (!accepted) continue;
      begun.push(entry);
      sums += entry.sums;
      const address = path === paths ? 0 : random.below(1000);
      waiting[path]?.push(address);
      const fault = path === paths ? "Range" : address % 2 ? "Read" : "None";
      expected.push({ tag: entry.tag, fault, address: fault === "Read" ? address : 0 });
    }
    expect(done).toBeGreaterThan(100);
    expect(done).toBe(begun.length);
  });

  test("what is done while it is quiet is no fault", () => {
    const dut = simulate(CompletionQueue(2), { engine, seed });
    dut.in.begin.valid = 1;
    dut.in.begin.bits = { path: 2, tag: 5, reason: "Operand", sums: 0 };
    dut.step();
    dut.in.begin.valid = 0;
    expect(dut.out).toMatchObject({ done: 1, tag: 5, fault: { valid: 1, reason: "Operand" } });
    dut.in.quiet = 1;
    expect(dut.out).toMatchObject({ done: 1, tag: 5, fault: { valid: 0 } });
  });
});
