import { expect, test } from "vitest";
import { elaborate, MatmulEngine, module, pipe, reg, SInt, Vec } from "../../hdl/index.ts";
import { flatten, isState, operands } from "../../hdl/netlist/index.ts";
import { layOut, slotBytes, strideBytes } from "./layout.ts";
import { levelise } from "./levelise.ts";

const Lane = module("Lane", { in: { x: SInt(8) }, out: { y: SInt(40) } }, ({ x }) => {
  const sum = reg(SInt(40), 0);
  sum.next = sum.add(pipe(x).extend(40));
  return { y: sum };
});
const Lanes = module("Lanes", { in: { xs: Vec(5, SInt(8)) }, out: { ys: Vec(5, SInt(40)) } }, ({ xs }) => ({
  ys: xs.map((x) => {
    const lane = Lane({ x });
    return lane.y;
  }),
}));

test("levelising puts every operand before its users, and leaves out what is not evaluated", () => {
  const { module: flat } = flatten(elaborate(MatmulEngine({ rows: 3, cols: 2 })));
  const order = levelise(flat);
  const places = new Map([...order].map((id, place) => [id, place]));
  for (const [id, node] of flat.nodes.entries()) {
    const evaluated = node.kind !== "const" && node.kind !== "input" && !isState(node);
    expect(places.has(id)).toBe(evaluated);
    if (evaluated)
      for (const operand of operands(node)) expect(places.get(operand) ?? -1).toBeLessThan(places.get(id) ?? -1);
  }
});

test("a word-level cycle is refused", () => {
  const { module: flat } = flatten(elaborate(Lanes));
  const a = flat.nodes.length;
  const nodes = [...flat.nodes, { kind: "not", width: 1, a: a + 1 } as const, { kind: "not", width: 1, a } as const];
  expect(() => levelise({ ...flat, nodes })).toThrow("depends on itself");
});

test("a chain of 200,000 nodes is levelised without recursion", () => {
  const { module: flat } = flatten(elaborate(Lanes));
  const length = 200_000;
  const chain = Array.from({ length }, (_, i) => ({ kind: "not", width: 1, a: i + 1 }) as const);
  const nodes = [...chain, { kind: "const", width: 1, value: 0n } as const];
  const order = levelise({ ...flat, nodes });
  expect([order[0], order.length]).toEqual([length - 1, length]);
});

test("a register's lanes lie side by side, and every value has room of its own", () => {
  const flat = flatten(elaborate(Lanes));
  const layout = layOut(flat, flat.module, 1);
  const registers = flat.module.nodes.flatMap((node, id) => (node.kind === "reg" ? [{ id, width: node.width }] : []));
  for (const width of [8, 40]) {
    const slots = registers.filter((register) => register.width === width).map(({ id }) => layout.slots.get(id) ?? -1);
    expect(slots).toHaveLength(5);
    expect(slots.map((slot) => slot - (slots[0] ?? 0))).toEqual([0, 1, 2, 3, 4].map((lane) => lane * slotBytes(width)));
  }
  const spans = [...layout.slots].map(
    ([id, slot]) => [slot, slot + slotBytes(flat.module.nodes[id]?.width ?? 0)] as const,
  );
  const sorted = spans.toSorted(([a], [b]) => a - b);
  for (const [i, [from]] of sorted.entries()) expect(from).toBeGreaterThanOrEqual(sorted[i - 1]?.[1] ?? 0);
  const [bank] = layout.banks;
  expect(bank?.next).toBeGreaterThanOrEqual(layout.stateBytes);
  expect(layout.free).toBeGreaterThanOrEqual((bank?.next ?? 0) + (bank?.bytes ?? 0));
});

test("sizes in memory", () => {
  expect([1, 32, 33, 64, 65, 96, 97, 1024].map(slotBytes)).toEqual([4, 4, 8, 8, 12, 12, 16, 128]);
  expect([1, 8, 9, 16, 17, 33, 65].map(strideBytes)).toEqual([1, 1, 2, 2, 4, 8, 12]);
});
