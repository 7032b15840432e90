import { describe, expect, test } from "vitest";
import type { Node } from "../../hdl/netlist/index.ts";
import { simplified } from "./simplified.ts";

const input: Node = { kind: "input", width: 8, port: 0 };

describe("simplified", () => {
  test("equal nodes are one, wherever they were written", () => {
    const sum: Node = { kind: "add", width: 8, a: 0, b: 1 };
    const { standIn } = simplified([
      input,
      { ...input, port: 1 },
      sum,
      { ...sum },
      { kind: "and", width: 8, a: 2, b: 3 },
    ]);
    expect([...standIn.subarray(0, 5)]).toEqual([0, 1, 2, 2, 2]);
  });

  test("inputs and registers are never taken for one another", () => {
    const register: Node = { kind: "reg", width: 8, domain: 0, next: 0, init: 0n };
    const { standIn } = simplified([input, { ...input }, register, { ...register }]);
    expect([...standIn]).toEqual([0, 1, 2, 3]);
  });

  test("nodes of one kind that differ in anything stay apart", () => {
    const bits: Node = { kind: "slice", width: 2, a: 0, low: 1 };
    const arm = (match: bigint): Node => ({
      kind: "case",
      width: 8,
      selector: 1,
      arms: [{ match, value: 0 }],
      otherwise: 2,
    });
    const nodes: Node[] = [
      input,
      bits,
      { ...input, port: 1 },
      { ...bits, low: 2 },
      arm(1n),
      arm(2n),
      { kind: "reduce", width: 1, op: "or", a: 0 },
      { kind: "reduce", width: 1, op: "and", a: 0 },
      { kind: "memRead", width: 8, memory: 0, address: 1, sync: null },
      { kind: "memRead", width: 8, memory: 1, address: 1, sync: null },
    ];
    expect([...simplified(nodes).standIn]).toEqual([...nodes.keys()]);
  });

  test("registers sample what stands for their next value; the order has operands first", () => {
    const zero: Node = { kind: "const", width: 8, value: 0n };
    const register: Node = { kind: "reg", width: 8, domain: 0, next: 1, init: null };
    const nodes: Node[] = [register, { kind: "or", width: 8, a: 2, b: 3 }, zero, { kind: "not", width: 8, a: 0 }];
    const { nodes: found, order } = simplified(nodes);
    expect(found[0]).toMatchObject({ kind: "reg", next: 3 });
    expect(order.indexOf(3)).toBeLessThan(order.indexOf(1));
    expect(new Set(order)).toEqual(new Set(nodes.keys()));
  });
});
