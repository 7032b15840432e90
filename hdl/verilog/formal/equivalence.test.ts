import { describe, expect, it } from "vitest";
import { type AnyModule, elaborate, UInt } from "../../lang/index.ts";
import { Fifo, RoundRobinArbiter, StreamArbiter } from "../../lib/index.ts";
import type { Design, Node } from "../../netlist/index.ts";
import { PE } from "../../npu/index.ts";
import { Requantiser } from "../../npu/vector/requantiser.ts";
import { type Claim, equivalence } from "./equivalence.fuzz.ts";
import { FixedPointRequantiser } from "./fixed-point-requantiser.fuzz.ts";
import { UartTransmitter } from "./uart-transmitter.fuzz.ts";

interface Case extends Omit<Claim, "design"> {
  readonly title: string;
  readonly module: AnyModule;
  /** Changes one operator of the design; the proof must then fail. */
  readonly bug: (node: Node) => Node | null;
}

const of = (bundle: string) => (leaf: string) => `${bundle}_${leaf}`;

const cases: readonly Case[] = [
  {
    title: "a processing element",
    module: PE,
    reference: "pe.v",
    registers: ["live", "shadow", "east", "south", "swap"],
    bug: (node) => (node.kind === "add" ? { ...node, kind: "sub" } : null),
  },
  {
    title: "a queue of three",
    module: Fifo(UInt(4), 3),
    reference: "fifo.v",
    onlyWhile: { deq_bits: "deq_valid" },
    bug: (node) => (node.kind === "sub" ? { ...node, kind: "add" } : null),
  },
  {
    title: "a queue of three that an item can pass in the same cycle",
    module: Fifo(UInt(4), 3, { flow: true }),
    reference: "fifo.v",
    parameters: { FLOW: 1 },
    onlyWhile: { deq_bits: "deq_valid" },
    bug: (node) => (node.kind === "or" ? { ...node, kind: "xor" } : null),
  },
  {
    title: "a round-robin arbiter of five",
    module: RoundRobinArbiter(5),
    reference: "round-robin-arbiter.v",
    onlyWhile: { index: "valid" },
    bug: (node) => (node.kind === "sub" ? { ...node, kind: "add" } : null),
  },
  {
    title: "a merger of three streams",
    module: StreamArbiter(UInt(8), 3),
    reference: "stream-arbiter.v",
    onlyWhile: { deq_bits: "deq_valid", index: "deq_valid" },
    bug: (node) => (node.kind === "sub" ? { ...node, kind: "add" } : null),
  },
  {
    title: "requantisation of int32 by a Q31 factor",
    module: FixedPointRequantiser(32, 31, 5),
    reference: "fixed-point-requantiser.v",
    parameters: { A: 32, M: 31, S: 5 },
    bug: (node) => (node.kind === "sub" ? { ...node, kind: "add" } : null),
  },
  {
    title: "the NPU's requantisation in single precision",
    module: Requantiser,
    reference: "requantiser.v",
    registers: [
      ...[
        "factor",
        "factorExponent",
        "negative",
        ...["multiplier", "shift", "zeroPoint", "low", "high"].map(of("scale1")),
      ],
      ...["product", "productExponent", "negative2", ...["shift", "zeroPoint", "low", "high"].map(of("scale2"))],
      ...["value", "huge", "shift", "negative3", ...["zeroPoint", "low", "high"].map(of("scale3"))],
    ],
    onlyWhile: { q: "defined" },
    bug: (node) => (node.kind === "sub" ? { ...node, kind: "add" } : null),
  },
  {
    title: "a serial transmitter's state machine",
    module: UartTransmitter,
    reference: "uart-transmitter.v",
    cycles: 32,
    bug: (node) => (node.kind === "const" && node.value === 7n ? { ...node, value: 6n } : null),
  },
];

/** The design with the first node that `bug` would change changed. */
function withBug(design: Design, bug: (node: Node) => Node | null): Design {
  let planted = false;
  const modules = design.modules.map((module) => ({
    ...module,
    nodes: module.nodes.map((node) => {
      const changed = planted ? null : bug(node);
      planted ||= changed !== null;
      return changed ?? node;
    }),
  }));
  expect(planted, "there is no such node").toBe(true);
  return { ...design, modules };
}

describe("emitted Verilog against a hand-written reference, by induction for all times", () => {
  for (const { title, module, bug, ...claim } of cases) {
    it(`proves ${title}`, async () => {
      expect(await equivalence({ ...claim, design: elaborate(module) })).toEqual({ kind: "proved" });
    });

    it(`refutes ${title} with a bug`, async () => {
      const verdict = await equivalence({ ...claim, design: withBug(elaborate(module), bug) });
      expect(verdict).toMatchObject({
        kind: "refuted",
        cycle: expect.any(Number),
        trace: expect.stringContaining("\\in_"),
      });
    });
  }
});
