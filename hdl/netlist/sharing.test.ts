import { describe, expect, test } from "vitest";
import type { Module, Node } from "./design.ts";
import { shareCommonNodes } from "./sharing.ts";
import { designOf, Sketch } from "./sketch.fuzz.ts";
import { validate } from "./validate.ts";

describe("shareCommon", () => {
  const count = (module: Module, kind: Node["kind"]) => module.nodes.filter((node) => node.kind === kind).length;

  test("shares operators, registers and reads; not what differs at power-on", () => {
    const s = new Sketch("Top");
    const [x, z] = [s.input("x", 8), s.input("z", 8)];
    const r1 = s.reg(8, s.op("add", x, z), "r1");
    const r2 = s.reg(8, s.op("add", z, x), "r2");
    const u1 = s.reg(8, x, "u1", 0, null);
    const u2 = s.reg(8, x, "u2", 0, null);
    const memory = s.memory("rom", 8, 256, { init: [1n] });
    const read = () => s.node({ kind: "memRead", width: 8, memory, address: x, sync: null });
    s.output("y", s.cat([s.not(r1), s.not(r2), u1, u2, read(), read()]));
    const module = shareCommonNodes(s.module());
    validate(designOf(module));
    expect((["add", "not", "memRead", "reg"] as const).map((kind) => count(module, kind))).toEqual([1, 1, 1, 3]);
    expect(module.names.find(({ name }) => name === "r2")?.node).toBe(
      module.names.find(({ name }) => name === "r1")?.node,
    );
  });

  test("outputs of one instance are one; a module with nothing to share is the same object", () => {
    const s = new Sketch("Top");
    const x = s.input("x", 8);
    s.instance("u", 0, [x]);
    s.output("y", s.cat([s.out(0, 1, 8), s.out(0, 1, 8)]));
    const module = shareCommonNodes(s.module());
    expect(count(module, "instOut")).toBe(1);
    expect(shareCommonNodes(module)).toBe(module);
  });
});
