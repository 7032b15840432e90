import { describe, expect, test } from "vitest";
import { type BinaryKind, type Design, evaluate, type Node, type NodeId } from "../../hdl/netlist/index.ts";
import { designOf, Sketch } from "../../hdl/netlist/sketch.fuzz.ts";
import { inputValue } from "../fuzz/stimulus.fuzz.ts";
import { compileLanes } from "./index.ts";

const widths = [1, 2, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 200];
const binary: BinaryKind[] = ["and", "or", "xor", "add", "sub", "mul", "divu", "divs", "remu", "rems"];

/** Every operator on operands of one width, with an output for each. */
function operators(width: number): { design: Design; outputs: ReadonlyMap<string, Node>; nodes: readonly Node[] } {
  const s = new Sketch("Operators");
  const [a, b, c] = [s.input("a", width), s.input("b", width), s.input("c", 1)];
  const short = s.input("short", 4);
  const same = s.node({ kind: "and", width, a, b: a });
  const low = Math.floor(width / 3);
  const nodes: Node[] = [
    ...binary.map((kind): Node => ({ kind, width, a, b })),
    ...(["eq", "ltu", "lts"] as const).flatMap((kind): Node[] => [
      { kind, width: 1, a, b },
      { kind, width: 1, a, b: same },
      { kind, width: 1, a, b: s.constant(width, 1) },
    ]),
    ...(["shl", "shru", "shrs"] as const).flatMap((kind): Node[] => [
      { kind, width, a, b },
      { kind, width, a, b: short },
      { kind, width, a, b: c },
      { kind, width, a, b: s.constant(12, width - 1) },
      { kind, width, a, b: s.constant(12, low) },
      { kind, width, a, b: s.constant(12, width + 3) },
    ]),
    ...(["and", "or", "xor"] as const).map((op): Node => ({ kind: "reduce", op, width: 1, a })),
    { kind: "not", width, a },
    { kind: "mux", width, select: c, a, b },
    { kind: "mux", width, select: c, a, b: s.constant(width, 0) },
    { kind: "mux", width, select: c, a: s.constant(width, 0), b },
    { kind: "mux", width, select: c, a: s.constant(width, (1n << BigInt(width)) - 1n), b },
    {
      kind: "case",
      width,
      selector: short,
      arms: [
        { match: 1n, value: a },
        { match: 4n, value: b },
        { match: 9n, value: a },
      ],
      otherwise: same,
    },
    { kind: "cat", width: 2 * width + 5, parts: [a, c, short, b] },
    { kind: "cat", width: 2 * width, parts: [a, a] },
    { kind: "cat", width: width + 7, parts: [s.constant(3, 5), a, short] },
    { kind: "slice", width: 1, a, low: width - 1 },
    { kind: "slice", width: 1, a, low },
    { kind: "slice", width: width - low, a, low },
    { kind: "slice", width: Math.max(1, low), a, low: Math.min(low, width - Math.max(1, low)) },
    { kind: "zext", width: width + 3, a },
    { kind: "sext", width: width + 3, a },
    { kind: "zext", width: 3 * width, a },
    { kind: "sext", width: 3 * width, a },
  ];
  const outputs = new Map<string, Node>();
  for (const [i, node] of nodes.entries()) {
    outputs.set(`y${i}`, node);
    s.output(`y${i}`, s.node(node));
  }
  return { design: designOf(s), outputs, nodes: s.nodes };
}

describe.each([4, 8, 16] as const)("in %i lanes", (count) => {
  test.each(widths)("every operator of %i bits has the value that it is to have", (width) => {
    const { design, outputs, nodes } = operators(width);
    const engine = compileLanes(design, { seeds: Array.from({ length: count }, (_, i) => i), blockLanes: count });
    const inputs = nodes.flatMap((node, id) => (node.kind === "input" ? [id] : []));
    const widthOf = (id: NodeId): number => nodes[id]?.width ?? 0;
    const ports = ["a", "b", "c", "short"];
    for (let round = 0; round < 8; round++) {
      const values = engine.lanes.map((lane, i) => {
        const seed = 1 + round * 37 + i * 1009;
        const given = new Map<NodeId, bigint>();
        for (const [index, id] of inputs.entries()) {
          const name = ports[index] ?? "";
          const value = inputValue({ name, width: widthOf(id) }, seed);
          lane.poke(name, value);
          given.set(id, value);
        }
        return given;
      });
      engine.settle();
      for (const [i, lane] of engine.lanes.entries()) {
        const value = (id: NodeId): bigint => values[i]?.get(id) ?? evaluate(nodes[id] ?? never(), value, widthOf);
        const wrong = [...outputs].filter(([name, node]) => lane.peek(name) !== evaluate(node, value, widthOf));
        expect(wrong).toEqual([]);
      }
    }
  });
});

function never(): never {
  throw new RangeError("an operand that is no node");
}
