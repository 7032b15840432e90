import { describe, expect, test } from "vitest";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { nocConfig, nodeId, nodeIds } from "../noc/index.ts";
import { npuConfig } from "../npu-config.ts";
import { checkFlits, PacketPlan } from "./packet-plan.ts";
import { instructionWord, type Packet } from "./tile-memories.fuzz.ts";

const noc = nocConfig({ width: 3, height: 2, payloadBits: 32 });
const config = npuConfig({ side: 4, scratchpadRows: 1024, accumulatorRows: 256 });
const packet: Packet = { sub: "scratchpad", node: nodeId(1, 1), tag: 7, local: 100, rows: 30 };

describe.each(["interpreter", "wasm"] as const)("PacketPlan on the %s engine", (engine) => {
  test("takes a SEND apart, and names the nodes of the mesh that it goes to", () => {
    const dut = simulate(PacketPlan(config, noc, "send"), { engine });
    for (const node of nodeIds(noc))
      for (let mask = 0; mask < 256; mask += 17) {
        dut.in.instruction = instructionWord("send", { ...packet, sub: "accumulator", node, mask });
        const named = nodeIds(noc).filter((id) => ((id ^ node) & ~mask) === 0);
        const bits = nodeIds(noc).reduce((word, id, i) => word | (named.includes(id) ? 1 << i : 0), 0);
        expect(dut.out.destinations).toBe(bits);
        expect(dut.out.job).toEqual({ node, mask, tag: 7, local: 100, rows: 30, sums: 1, accumulate: 0 });
        expect(dut.out.reason).toBe("None");
      }
  });

  test.each<[Partial<Packet>, string]>([
    [{ tag: 15, rows: 924 }, "None"],
    [{ sub: "accumulator", accumulate: true, rows: 156 }, "None"],
    [{ accumulate: true }, "Operand"],
    [{ tag: 16 }, "Operand"],
    [{ rows: 0 }, "Operand"],
    [{ node: nodeId(3, 0) }, "Operand"],
    [{ node: nodeId(0, 2) }, "Operand"],
    [{ rows: 925 }, "Range"],
    [{ sub: "accumulator", rows: 157 }, "Range"],
    [{ local: 2 ** 20 - 1, rows: 4095 }, "Range"],
  ])("RECEIVE with %o: %s", (given, reason) => {
    const dut = simulate(PacketPlan(config, noc, "receive"), { engine });
    dut.in.instruction = instructionWord("receive", { ...packet, ...given });
    expect(dut.out.reason).toBe(reason);
    expect(dut.out.job).toMatchObject({ mask: 0, accumulate: Number(given.accumulate ?? false) });
  });
});

test("a flit of another width than a row is refused", () => {
  expect(() => checkFlits(npuConfig(), noc)).toThrow("128 bits for a side of 16, not 32");
});
