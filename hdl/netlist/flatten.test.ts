import { describe, expect, test } from "vitest";
import { type Design, definition } from "./design.ts";
import { flatten } from "./flatten.ts";
import { hierarchy } from "./hierarchy.ts";
import { clock, designOf, Sketch } from "./sketch.fuzz.ts";
import { statePath } from "./state-path.ts";
import { validate } from "./validate.ts";

function pe(): Sketch {
  const s = new Sketch("Pe");
  const a = s.input("a", 8);
  const sum = s.input("sum", 8);
  s.output("a_out", s.reg(8, a, "held"));
  s.output("through", a);
  s.output("sum_out", s.reg(8, s.op("add", sum, s.op("mul", a, a))));
  return s;
}

/** rows × cols elements: a flows east, sums flow south; `comb` is fed through the first row. */
function grid(rows: number, cols: number): Sketch {
  const s = new Sketch("Grid");
  const count = rows * cols;
  const edge = s.input("edge", 8);
  const zero = s.constant(8, 0);
  const east = Array.from({ length: count }, (_, e) => (e % cols === 0 ? edge : s.out(0, 2, 8, e - 1)));
  const south = Array.from({ length: count }, (_, e) => (e < cols ? zero : s.out(0, 4, 8, e - cols)));
  s.instance("pe", 0, [east, south], [rows, cols]);
  s.output("last", s.out(0, 4, 8, count - 1));
  s.output("comb", s.out(0, 3, 8, 0));
  return s;
}

describe("flatten", () => {
  test("inlines nested arrays and says where each node came from", () => {
    const top = new Sketch("Top");
    const x = top.input("x", 8);
    top.instance("grid", 1, [[x, x]], [2]);
    top.output("y", top.out(0, 1, 8, 1));
    top.output("z", top.out(0, 2, 8, 1));
    const design = designOf(pe(), grid(2, 3), top);
    const flat = flatten(design);
    validate({ modules: [flat.module], top: 0 });

    expect(flat.groups.map(({ path, lanes, dims }) => ({ path, lanes, dims }))).toEqual([
      { path: "", lanes: 1, dims: [] },
      { path: "grid", lanes: 2, dims: [2] },
      { path: "grid.pe", lanes: 12, dims: [2, 2, 3] },
    ]);
    expect(flat.module.nodes.filter((node) => node.kind === "input").length).toBe(1);
    expect(flat.module.nodes.filter((node) => node.kind === "mul").length).toBe(12);
    expect(flat.module.nodes.some((node) => node.kind === "instOut")).toBe(false);

    const held = flat.names.get("grid[1].pe[1][2].held") ?? -1;
    expect(flat.group[held]).toBe(2);
    expect(flat.lane[held]).toBe(6 + 5);
    expect(flat.origin[held]).toBe(2);
    expect(flat.nodes[2]?.[11 * (definition(design, 0).nodes.length ?? 0) + 2]).toBe(held);
    expect(flat.statePath(held)).toBe("grid[1].pe[1][2].held");

    // z is the feedthrough of the first element: nothing but x.
    expect(flat.names.get("z")).toBe(flat.names.get("x"));
    expect(flat.names.get("grid[0].pe[1][1].a")).toBe(flat.names.get("grid[0].pe[1][0].held"));
    const register = flat.module.nodes[flat.names.get("y") ?? -1];
    expect(register?.kind).toBe("reg");
  });

  test("its names and state paths are those of the hierarchy", () => {
    const design = designOf(pe(), grid(2, 2));
    const flat = flatten(design);
    const names = new Set<string>();
    const states = new Set<string>();
    const visit = (scope: ReturnType<typeof hierarchy>): void => {
      for (const name of scope.module.names) names.add(scope.path === "" ? name.name : `${scope.path}.${name.name}`);
      scope.module.nodes.forEach((node, id) => {
        if (node.kind === "reg") states.add(statePath(scope.module, scope.path, id));
      });
      scope.children.forEach(visit);
    };
    visit(hierarchy(design));
    expect(new Set(flat.names.keys())).toEqual(names);
    expect(new Set(flat.states.map(flat.statePath))).toEqual(states);
    expect(states).toContain("pe[1][0].$5");
  });

  test("memories, checks and domains get paths and the top's domains", () => {
    const leaf = new Sketch("Leaf", [clock("inner")]);
    const on = leaf.constant(1, 1);
    const address = leaf.input("address", 2);
    const write = { domain: 0, enable: on, address, data: address, mask: null, source: null };
    const memory = leaf.memory("ram", 2, 4, { writes: [write] });
    const q = leaf.node({ kind: "memRead", width: 2, memory, address, sync: { domain: 0, enable: on } }, "q", "reg");
    leaf.output("q_out", q);
    leaf.check(on, on, "holds");
    const top = new Sketch("Top", [clock("a"), clock("b")]);
    const addresses = [top.input("x", 2), top.input("y", 2)];
    top.instance("leaf", 0, [addresses], [2], [1]);
    const flat = flatten(designOf(leaf, top));
    validate({ modules: [flat.module], top: 0 });
    expect(flat.module.memories.map(({ name, writes }) => [name, writes[0]?.domain, writes[0]?.address])).toEqual([
      ["leaf[0].ram", 1, flat.names.get("x")],
      ["leaf[1].ram", 1, flat.names.get("y")],
    ]);
    expect(flat.memories).toEqual([new Int32Array(0), Int32Array.of(0, 1)]);
    expect(flat.checkPaths).toEqual(["leaf[0]", "leaf[1]"]);
    expect(flat.module.checks.map(({ domain }) => domain)).toEqual([1, 1]);
    const second = flat.module.nodes[flat.names.get("leaf[1].q") ?? -1];
    expect(second).toMatchObject({ kind: "memRead", memory: 1, sync: { domain: 1 } });
  });

  test("64 × 64 elements take well under a second", () => {
    const design = designOf(pe(), grid(64, 64));
    flatten(design);
    const before = performance.now();
    const flat = flatten(design);
    expect(performance.now() - before).toBeLessThan(1000);
    expect(flat.module.nodes.filter((node) => node.kind === "reg").length).toBe(2 * 4096);
  });

  test("wires in a circle through instances are an error", () => {
    const wire = new Sketch("Wire");
    wire.output("y", wire.input("x", 1));
    const s = new Sketch("Top");
    const out = s.out(0, 1, 1);
    s.instance("w", 0, [out]);
    expect(() => flatten(designOf(wire, s))).toThrow("outputs of instances drive each other in a circle");
  });

  test("a design that would not fit memory is an error", () => {
    const modules: Sketch[] = [];
    for (let level = 0; level < 30; level++) {
      const s = new Sketch(`L${level}`);
      if (level > 0) for (const name of ["a", "b"]) s.instance(name, level - 1, []);
      modules.push(s);
    }
    const design: Design = designOf(...modules);
    expect(() => flatten(design)).toThrow("use smaller or fewer arrays");
  });

  test("black boxes without a model are listed", () => {
    const box = new Sketch("Box");
    box.blackBox = { parameters: {}, modelled: false };
    const s = new Sketch("Top");
    s.instance("phy", 0, [], [2]);
    expect(flatten(designOf(box, s)).unmodelled).toEqual(["phy[0]", "phy[1]"]);
  });
});
